import type { DriverId, TripId, VehicleId } from './ids.js';
import type { Degrees, Instant, Kmh } from './units.js';

export type VehicleStatus = 'driving' | 'idling' | 'parked' | 'offline';

/** The newest that is known of a vehicle. Never moves back in time. */
export interface LiveState {
  vehicle: VehicleId;
  /** Newest accepted event time. */
  at: Instant;
  /** Arrival of the newest message of any kind. */
  heard: Instant;
  lat: Degrees | undefined;
  lon: Degrees | undefined;
  speed: Kmh | undefined;
  heading: Degrees | undefined;
  ignition: boolean | undefined;
  status: VehicleStatus;
  driver: DriverId | null;
  trip: TripId | null;
  openAlerts: number;
  /** The newest value of each signal with its time. */
  signals: Readonly<Record<string, { value: number; at: Instant }>>;
  /** How many values were not believed, by reason, ever since. */
  rejected: Readonly<Record<string, number>>;
}
