import type { DrawnChunk } from '../../model/drawn-track/drawn-chunk.js';
import type { FuelDay } from '../../model/fuel.js';
import type { HealthDay } from '../../model/health.js';
import type { DriverDay, TripOutcome } from '../../model/trip.js';
import type { VehicleRecord } from '../../model/vehicle-record.js';

/**
 * Hears of trips, chunks and days when they come into being and when they are finished. What lies between is read from the memory
 * (`openOutcomes`), so that a reading that merely adds to them costs nothing here. Trips and days belong to the memory: copy what is kept.
 */
export interface OutcomeSink {
  /** Opened, closed, or withdrawn into another one. */
  trip(trip: TripOutcome): void;
  /** Full, or its trip ended: nobody draws into it any more. */
  track(chunk: DrawnChunk): void;
  /** The day is over, or its first entry was made. */
  driverDay(day: DriverDay): void;
  /** New, or changed in more than the time it was last seen. */
  record(record: VehicleRecord): void;
  /** The day is over. */
  fuelDay(day: FuelDay): void;
  /** The day is over. */
  healthDay(day: HealthDay): void;
  /** The vehicle is between trips now: a good moment for a checkpoint. Called after a trip was closed and before one is opened. */
  betweenTrips(): void;
}
