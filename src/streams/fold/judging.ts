import { tripSettingsOf } from '../../model/fleet-settings.js';
import type { DriverId, VehicleId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import type { Instant, Km, Kmh } from '../../model/units.js';
import type { Assignment, FuelType, PrivateMode, VehicleClass } from '../../model/vehicle.js';
import type { EngineSpec, VehicleConditions } from '../track/vehicle-conditions.js';
import { type Attributes, assignedDriver, attributesAt } from './attributes.js';
import type { Conditions } from './conditions.js';
import type { ActiveRule, InForce } from './in-force.js';
import { privateTimes } from './private-times.js';
import { assignmentsAt } from './refold/reassigned.js';
import type { SharedJudging, Vehicle } from './vehicle.js';
import type { Judging } from './vehicle-fold.js';

const NO_PLAN: VehicleConditions['servicePlan'] = [];
const NOBODY: readonly Assignment[] = [];

/** What holds for the vehicles of one class and group; for one of them at a time, the one that was asked for last. */
class SharedConditions implements VehicleConditions {
  vehicle: VehicleId = '';
  readonly class: VehicleClass;
  fuelType: FuelType | undefined = undefined;
  engine: EngineSpec | undefined = undefined;
  speedLimit: Kmh | undefined = undefined;
  odometer: Km | undefined = undefined;
  servicePlan: VehicleConditions['servicePlan'] = NO_PLAN;
  readonly zone: string;
  readonly trip: VehicleConditions['trip'];
  readonly fences: VehicleConditions['fences'];
  readonly dayOf: VehicleConditions['dayOf'];
  readonly isNight: VehicleConditions['isNight'];
  readonly isPrivate: VehicleConditions['isPrivate'];
  private assignments: readonly Assignment[] = NOBODY;

  constructor(
    { settings, fences, dayOf, isNight }: InForce,
    vehicleClass: VehicleClass,
    readonly group: string | null,
    mode: PrivateMode | undefined,
  ) {
    this.class = vehicleClass;
    this.zone = settings.zone;
    this.trip = tripSettingsOf(settings, group);
    this.fences = fences;
    this.dayOf = dayOf;
    this.isNight = isNight;
    this.isPrivate = privateTimes(mode);
  }

  assignedDriver(at: Instant): DriverId | undefined {
    return assignedDriver(this.assignments, at);
  }

  speakOf({ id }: Vehicle, attributes: Omit<Attributes, 'offset'>, assignments: readonly Assignment[]): void {
    this.vehicle = id;
    this.fuelType = attributes.fuelType ?? undefined;
    this.engine = attributes.engine;
    this.speedLimit = attributes.speedLimit;
    this.odometer = attributes.odometer;
    this.servicePlan = attributes.servicePlan ?? NO_PLAN;
    this.assignments = assignments;
  }
}

type ByRules = WeakMap<readonly ActiveRule[], Map<string, SharedJudging>>;
const shared = new WeakMap<InForce, ByRules>();

/**
 * What judges a vehicle's reading at an offset. Shared by many vehicles, and spoken of one: to be used before another is asked for, and not
 * across anything that is waited for.
 * @param reassigned so many changes of its assignments that reach back count for what was before them, too
 */
export const judgingAt = (known: Conditions, vehicle: Vehicle, offset: Offset, reassigned = 0): Judging => {
  const inForce = known.at(offset);
  const attributes = attributesAt(vehicle.state.attributes, offset);
  if (vehicle.judging === undefined || vehicle.judgingIn !== inForce || vehicle.judgingAttributes !== attributes) {
    vehicle.judging = sharedJudging(inForce, vehicle.id, attributes);
    vehicle.judgingIn = inForce;
    vehicle.judgingAttributes = attributes;
  }
  vehicle.judging.conditions.speakOf(vehicle, attributes, assignmentsAt(vehicle.state, offset, reassigned));
  return vehicle.judging;
};

const sharedJudging = (inForce: InForce, id: VehicleId, attributes: Omit<Attributes, 'offset'>): SharedJudging => {
  const { class: vehicleClass, group, private: mode } = attributes;
  // One list for each class and group that there is, so that the list stands for both.
  const rules = inForce.rulesFor(id, vehicleClass, group);
  const byRules: ByRules = shared.get(inForce) ?? new WeakMap();
  shared.set(inForce, byRules);
  const byMode = byRules.get(rules) ?? new Map<string, SharedJudging>();
  byRules.set(rules, byMode);
  const key = JSON.stringify(mode) ?? '';
  let judging = byMode.get(key);
  if (judging === undefined) {
    judging = { conditions: new SharedConditions(inForce, vehicleClass, group, mode), rules };
    byMode.set(key, judging);
  }
  return judging;
};
