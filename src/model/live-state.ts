import type { DriverId, TripId, VehicleId } from './ids.js';
import type { Degrees, Instant, Kmh } from './units.js';

export type VehicleStatus = 'driving' | 'idling' | 'parked' | 'offline';

/** Where a vehicle is and how it does: what a map shows. Never moves back in time. */
export interface LivePosition {
  vehicle: VehicleId;
  /** Newest accepted event time. */
  at: Instant;
  lat: Degrees | undefined;
  lon: Degrees | undefined;
  speed: Kmh | undefined;
  heading: Degrees | undefined;
  status: VehicleStatus;
  driver: DriverId | null;
  trip: TripId | null;
  openAlerts: number;
}

/** The newest that is known of a vehicle. */
export interface LiveState extends LivePosition {
  /** Arrival of the newest message of any kind. */
  heard: Instant;
  ignition: boolean | undefined;
  /** The newest value of each signal with its time. */
  signals: Readonly<Record<string, { value: number; at: Instant }>>;
  /** How many values were not believed, by reason, ever since. */
  rejected: Readonly<Record<string, number>>;
}
