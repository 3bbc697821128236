import type { Location } from './alert.js';
import type { DriverId, VehicleId } from './ids.js';
import type { Instant, Km, Litres, Seconds } from './units.js';
import type { FuelType } from './vehicle.js';

/**
 * How fuel was measured, best first: a rate in L/h (PID 5E), in g/s (9D), per injection (A2), the engine's air over its mixture (MAF), the air
 * of a diesel over a mixture that had to be guessed, the air computed from manifold pressure, the falling level of the tank.
 */
export const FUEL_METHODS = [
  'fuel_rate',
  'fuel_mass_rate',
  'cylinder_rate',
  'maf',
  'maf_estimated',
  'speed_density',
  'level',
] as const;
export type FuelMethod = (typeof FUEL_METHODS)[number];

/** What a driver or a vehicle can do something about; the names of docs/fuel.md. */
export const WASTE_PATTERNS = ['idling', 'speeding', 'harsh_driving', 'high_revs', 'cold_short_trips'] as const;
export type WastePattern = (typeof WASTE_PATTERNS)[number];

/**
 * What one driver burnt on one vehicle on one day of the fleet's zone; `driver` is '' where nobody is known. Amounts are litres, of natural gas
 * kilograms.
 */
export interface FuelDay {
  driver: DriverId | '';
  vehicle: VehicleId;
  /** `2026-11-22`, in the fleet's zone. */
  day: string;
  /** What it was counted as. */
  fuelType: FuelType;
  /** False where neither registry nor PID 51 told. */
  fuelTypeKnown: boolean;
  /** By the method that measured it; those that measured nothing are left out. */
  burnt: Partial<Record<FuelMethod, Litres>>;
  /** Driven while the flow was known: what consumption is divided by. */
  measured: Km;
  idle: Litres;
  idling: Seconds;
  /** Excess of each pattern but idling, by the models of docs/fuel.md. */
  waste: Partial<Record<Exclude<WastePattern, 'idling'>, Litres>>;
  /** Percent of the tank (of the traction battery) that the settled level fell while driving; null where no level is told. */
  levelUsed: number | null;
  /** Left out where there was none. */
  refuels?: Refuel[];
}

/** The tank was filled while the vehicle stood; % of the tank. */
export interface Refuel {
  at: Instant;
  from: number;
  to: number;
  location: Location | null;
}
