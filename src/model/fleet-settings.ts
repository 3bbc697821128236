import type { Millis } from './units.js';

/** Settings that influence outcomes; a change of them is a fact. */
export interface FleetSettings {
  /** IANA zone of days and schedules. */
  zone: string;
  /** Readings further behind the vehicle's newest are kept raw and counted, not folded. */
  lateness: Millis;
  /** What begins and ends a trip. */
  trip: TripSettings;
}

export interface TripSettings {
  /** Parked = engine off or unknown, and no motion for this long. Geotab: 200 s; obd-facts §5: 120–300 s. */
  parkedAfter: Millis;
  /** A silence this long ends the trip at its last reading (design §4). */
  gap: Millis;
  /** At or above this a vehicle moves, km/h. */
  movingSpeed: number;
}

export const defaultFleetSettings: FleetSettings = {
  zone: 'UTC',
  lateness: 15 * 86_400_000,
  trip: { parkedAfter: 240_000, gap: 3_600_000, movingSpeed: 3 },
};
