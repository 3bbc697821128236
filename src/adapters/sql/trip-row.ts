import type { Location } from '../../model/alert.js';
import type { DriverDay, ForcesMeasured, TripOutcome } from '../../model/trip.js';
import type { DriverDayTable, TripTable } from './tables.js';

export const tripToRow = (trip: TripOutcome): TripTable => ({
  id: trip.id,
  vehicle: trip.vehicle,
  driver: trip.driver,
  started_at_ms: trip.startedAt,
  ended_at_ms: trip.endedAt,
  status: trip.status,
  start_lat: trip.start?.lat ?? null,
  start_lon: trip.start?.lon ?? null,
  end_lat: trip.end?.lat ?? null,
  end_lon: trip.end?.lon ?? null,
  distance_km: trip.distance,
  distance_source: trip.distanceSource,
  idle_s: trip.idle,
  moving_s: trip.moving,
  max_speed_kmh: trip.maxSpeed,
  fuel_l: trip.fuel,
  ...measuredToRow(trip.measured),
  counts: JSON.stringify(trip.counts),
  from_offset: trip.from,
  to_offset: trip.to,
});

export const tripFromRow = (row: TripTable): TripOutcome => ({
  id: row.id,
  vehicle: row.vehicle,
  driver: row.driver,
  startedAt: row.started_at_ms,
  endedAt: row.ended_at_ms,
  status: row.status,
  start: locationOf(row.start_lat, row.start_lon),
  end: locationOf(row.end_lat, row.end_lon),
  distance: row.distance_km,
  distanceSource: row.distance_source as TripOutcome['distanceSource'],
  idle: row.idle_s,
  moving: row.moving_s,
  maxSpeed: row.max_speed_kmh,
  fuel: row.fuel_l,
  measured: measuredFromRow(row),
  counts: JSON.parse(row.counts),
  from: row.from_offset,
  to: row.to_offset,
});

type MeasuredColumns = Pick<TripTable, 'measured_along_s' | 'measured_across_s'>;

const measuredToRow = (measured: ForcesMeasured | undefined): MeasuredColumns => ({
  measured_along_s: measured?.along ?? null,
  measured_across_s: measured?.across ?? null,
});

const measuredFromRow = ({ measured_along_s: along, measured_across_s: across }: MeasuredColumns): ForcesMeasured | undefined =>
  along === null || across === null ? undefined : { along, across };

const locationOf = (lat: number | null, lon: number | null): Location | null =>
  lat === null || lon === null ? null : { lat, lon };

export const driverDayToRow = (key: string, day: DriverDay): DriverDayTable => ({
  row_key: key,
  driver: day.driver,
  vehicle: day.vehicle,
  day: day.day,
  distance_km: day.distance,
  driving_s: day.driving,
  idle_s: day.idle,
  trips: day.trips,
  max_speed_kmh: day.maxSpeed,
  fuel_l: day.fuel,
  ...measuredToRow(day.measured),
  // Rows that a version before this one left in memory or on disk have no such number.
  night_s: day.night ?? 0,
  counts: JSON.stringify(day.counts),
});

export const driverDayFromRow = (row: DriverDayTable): DriverDay => ({
  driver: row.driver,
  vehicle: row.vehicle,
  day: row.day,
  distance: row.distance_km,
  driving: row.driving_s,
  idle: row.idle_s,
  trips: row.trips,
  maxSpeed: row.max_speed_kmh,
  fuel: row.fuel_l,
  measured: measuredFromRow(row),
  night: row.night_s,
  counts: JSON.parse(row.counts),
});
