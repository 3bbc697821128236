import type { DriverId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import type { ServiceItem } from '../../model/service-plan.js';
import type { Instant, Km, Kmh } from '../../model/units.js';
import type { Assignment, FuelType, PrivateMode, Vehicle as RegisteredVehicle, VehicleClass } from '../../model/vehicle.js';
import type { EngineSpec } from '../track/vehicle-conditions.js';

/** What the registry said of the vehicle from an offset on. */
export interface Attributes {
  offset: Offset;
  class: VehicleClass;
  fuelType: FuelType | null;
  group: string | null;
  deleted: boolean;
  /** Absent in states of before, and where nothing was said. */
  speedLimit?: Kmh;
  odometer?: Km;
  servicePlan?: readonly ServiceItem[];
  /** Absent: never. */
  private?: PrivateMode;
  /** Left out where nothing is known of it. */
  engine?: EngineSpec;
}

const UNREGISTERED: Omit<Attributes, 'offset'> = { class: 'car', fuelType: null, group: null, deleted: false };

/** What a fold needs of a vehicle's entry in the registry. */
export const attributesOf = (vehicle: RegisteredVehicle, offset: Offset): Attributes => {
  const { class: vehicleClass, fuel_type: fuelType, group, speed_limit_kmh, odometer_km, service_plan = [] } = vehicle;
  const { displacement_l: displacement, cylinders } = vehicle;
  const attributes: Attributes = { offset, class: vehicleClass, fuelType, group, deleted: false };
  if (speed_limit_kmh !== null) attributes.speedLimit = speed_limit_kmh;
  if (odometer_km !== null) attributes.odometer = odometer_km;
  if (service_plan.length > 0) attributes.servicePlan = service_plan;
  if (vehicle.private) attributes.private = vehicle.private;
  if (displacement || cylinders) attributes.engine = { displacement: displacement ?? 0, cylinders: cylinders ?? 0 };
  return attributes;
};

/** What the registry said at an offset. @param attributes by offset */
export const attributesAt = (attributes: readonly Attributes[], offset: Offset): Omit<Attributes, 'offset'> => {
  for (let i = attributes.length - 1; i >= 0; i--) if (attributes[i]!.offset <= offset) return attributes[i]!;
  return UNREGISTERED;
};

/** Who was assigned at an event time: the latest assignment that covers it. */
export const assignedDriver = (assignments: readonly Assignment[], at: Instant): DriverId | undefined => {
  for (let i = assignments.length - 1; i >= 0; i--) {
    const { from, to, driver } = assignments[i]!;
    if (from <= at && (to === null || at < to)) return driver;
  }
  return undefined;
};
