import { z } from 'zod';
import { VEHICLE_CLASSES, type VehicleClass } from '../model/vehicle.js';

/** One value for each class of vehicle. */
export type PerClass = Record<VehicleClass, number>;

/**
 * A parameter that depends on the class of the vehicle: one number for all, or an object that names some of them; the others keep their
 * defaults.
 */
export const perClass = (defaults: PerClass) =>
  z
    .union([z.number(), z.partialRecord(z.enum(VEHICLE_CLASSES), z.number())])
    .transform(
      (given): PerClass =>
        typeof given === 'number' ? { car: given, van: given, truck: given, bus: given } : { ...defaults, ...given },
    );
