import { tripSettingsOf } from '../../model/fleet-settings.js';
import type { Offset } from '../../model/record.js';
import type { VehicleConditions } from '../track/vehicle-conditions.js';
import type { Conditions } from './conditions.js';
import { privateTimes } from './private-times.js';
import { assignedDriver, attributesAt, type Vehicle } from './vehicle.js';
import type { Judging } from './vehicle-fold.js';

const NO_PLAN: VehicleConditions['servicePlan'] = [];

/** What judges a vehicle's reading at an offset. Made when something changed, and kept on the vehicle. */
export const judgingAt = (shared: Conditions, vehicle: Vehicle, offset: Offset): Judging => {
  const inForce = shared.at(offset);
  const attributes = attributesAt(vehicle.state, offset);
  if (vehicle.judging && vehicle.judgingIn === inForce && vehicle.judgingAttributes === attributes) return vehicle.judging;
  const conditions: VehicleConditions = {
    vehicle: vehicle.id,
    class: attributes.class,
    fuelType: attributes.fuelType ?? undefined,
    engine: attributes.engine,
    group: attributes.group,
    speedLimit: attributes.speedLimit,
    odometer: attributes.odometer,
    servicePlan: attributes.servicePlan ?? NO_PLAN,
    zone: inForce.settings.zone,
    trip: tripSettingsOf(inForce.settings, attributes.group),
    fences: inForce.fences,
    dayOf: inForce.dayOf,
    isNight: inForce.isNight,
    isPrivate: privateTimes(attributes.private),
    assignedDriver: at => assignedDriver(vehicle.state.assignments, at),
  };
  vehicle.judging = { conditions, rules: inForce.rulesFor(vehicle.id, attributes.class, attributes.group) };
  vehicle.judgingIn = inForce;
  vehicle.judgingAttributes = attributes;
  return vehicle.judging;
};
