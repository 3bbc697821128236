import type { Millis } from './units.js';
import type { FuelType } from './vehicle.js';

/** Settings that influence outcomes; a change of them is a fact. */
export interface FleetSettings {
  /** IANA zone of days and schedules. */
  zone: string;
  /** Readings further behind the vehicle's newest are kept raw and counted, not folded. */
  lateness: Millis;
  /** What begins and ends a trip. */
  trip: TripSettings;
  /** What of it is different for the vehicles of a group; absent = nothing is, for none. */
  groups?: Readonly<Record<string, Partial<TripSettings>>>;
  /** What fuel costs; influences no outcome, reports only. */
  fuel?: FuelPrices;
}

export interface FuelPrices {
  /** ISO 4217. */
  currency: string;
  /** A litre; of natural gas a kilogram, of electricity a kilowatt hour. */
  per_unit: Partial<Record<FuelType, number>>;
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

/** What begins and ends the trips of a vehicle in a group; null = in none. */
export const tripSettingsOf = ({ trip, groups }: FleetSettings, group: string | null): TripSettings => {
  const own = group === null || groups === undefined || !Object.hasOwn(groups, group) ? undefined : groups[group];
  return own === undefined ? trip : { ...trip, ...own };
};
