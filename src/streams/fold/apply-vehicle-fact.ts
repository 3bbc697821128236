import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';
import type { Cause } from './evaluate.js';
import { NEVER } from './fold-memory.js';
import { amend, type Refolding } from './refold-late.js';
import { type Attributes, attributesOf, type Vehicle } from './vehicle.js';

/** The partition the vehicle is of. */
interface OfVehicles extends Refolding {
  vehicle(id: VehicleId): Vehicle;
  vehicleNow(vehicle: Vehicle): Instant;
}

type Assignment = Vehicle['state']['assignments'][number];

/** Takes in what was said of one vehicle. @returns what is to be waited for, where its past is folded again */
export const applyVehicleFact = (partition: OfVehicles, id: VehicleId, fact: Fact, cause: Cause): Promise<void> | undefined => {
  switch (fact.type) {
    case 'vehicle_put':
      addAttributes(partition.vehicle(id), attributesOf(fact.vehicle, cause.offset));
      return undefined;
    case 'vehicle_deleted':
      addAttributes(partition.vehicle(id), { offset: cause.offset, class: 'car', fuelType: null, group: null, deleted: true });
      return undefined;
    case 'alert_handled':
      partition.output.handled({
        id: fact.id,
        vehicle: fact.vehicle,
        action: fact.action,
        by: fact.by,
        at: fact.at,
        note: fact.note,
      });
      partition.context.counters.add('alerts_handled_total');
      return undefined;
    case 'assignment_put':
      return assign(partition, partition.vehicle(id), fact.assignment.id, cause, fact.assignment);
    case 'assignment_deleted':
      return assign(partition, partition.vehicle(id), fact.id, cause, undefined);
    default:
      return undefined;
  }
};

/** Another list, exactly as long as it is. */
const addAttributes = ({ state }: Vehicle, attributes: Attributes): void => {
  state.attributes = state.attributes.concat([attributes]);
};

/** Assignments apply by event time: what they cover is folded again. */
const assign = (
  partition: OfVehicles,
  vehicle: Vehicle,
  id: string,
  cause: Cause,
  assignment: Assignment | undefined,
): Promise<void> | undefined => {
  const { state } = vehicle;
  const old = state.assignments.find(known => known.id === id);
  const change = () => {
    state.assignments = state.assignments.filter(known => known !== old);
    if (assignment) state.assignments = state.assignments.concat([assignment]);
  };
  const since = Math.min(assignment?.from ?? NEVER, old?.from ?? NEVER);
  if (since <= state.newestAt)
    return amend(partition, vehicle, { since, late: [], change, cause, now: partition.vehicleNow(vehicle) });
  change();
  vehicle.dirty = true;
  return undefined;
};
