import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Assignment } from '../../model/vehicle.js';
import { type Attributes, attributesOf } from './attributes.js';
import type { Cause } from './evaluate.js';
import type { FoldContext } from './fold-context.js';
import type { LiveOutput } from './live-output.js';
import { reassign } from './refold/reassigned.js';
import type { Vehicle } from './vehicle.js';

/** The partition the vehicle is of. */
interface OfVehicles {
  context: FoldContext;
  output: LiveOutput;
  vehicle(id: VehicleId): Vehicle;
  /** It is to be folded again. @returns what is to be waited for, where that is at once */
  foldAgain(vehicle: Vehicle, cause: Cause): Promise<void> | undefined;
}

/** Takes in what was said of one vehicle. @returns what is to be waited for */
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
      return assign(partition, id, cause, fact.assignment.id, fact.assignment);
    case 'assignment_deleted':
      return assign(partition, id, cause, fact.id, undefined);
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
  vehicleId: VehicleId,
  cause: Cause,
  id: string,
  assignment: Assignment | undefined,
): Promise<void> | undefined => {
  const vehicle = partition.vehicle(vehicleId);
  return reassign(vehicle, cause.offset, id, assignment) ? partition.foldAgain(vehicle, cause) : undefined;
};
