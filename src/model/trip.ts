import type { AlertKind, Location } from './alert.js';
import type { DriverId, TripId, VehicleId } from './ids.js';
import type { Offset } from './record.js';
import type { Instant, Km, Kmh, Litres, Seconds } from './units.js';

/**
 * Time in which the data could carry an acceleration along the way (braking, accelerating), and across it (cornering). Where it is little of
 * the driving, no harsh event is no proof of calm driving.
 */
export interface ForcesMeasured {
  along: Seconds;
  across: Seconds;
}

/** A trip as the fold sees it at one offset. Grows while open; late data may revise it. */
export interface TripOutcome {
  id: TripId;
  vehicle: VehicleId;
  driver: DriverId | null;
  startedAt: Instant;
  /** The last engine-on or moving reading so far; final when closed. */
  endedAt: Instant;
  status: 'open' | 'closed';
  start: Location | null;
  end: Location | null;
  distance: Km;
  /** What the distance was measured with. */
  distanceSource: 'odometer' | 'gps' | 'speed' | 'none';
  idle: Seconds;
  moving: Seconds;
  maxSpeed: Kmh | null;
  fuel: Litres | null;
  /** Left out by versions before it was known. */
  measured?: ForcesMeasured;
  /** Alerts raised on it by kind, suppressed repeats included. */
  counts: Partial<Record<AlertKind, number>>;
  /** First and last record of it. */
  from: Offset;
  to: Offset;
}

/**
 * Some minutes of a trip's track, as columns of equal length; `null` where a point has no such value.
 * Written once when full or when the trip ends, rewritten by late data, and while open at every roll-up.
 */
export interface TrackChunk {
  trip: TripId;
  vehicle: VehicleId;
  /** 0, 1, 2 … within the trip. */
  no: number;
  columns: TrackColumns;
}

export interface TrackColumns {
  ts: Instant[];
  lat: (number | null)[];
  lon: (number | null)[];
  speed_kmh: (number | null)[];
  heading: (number | null)[];
  engine_rpm: (number | null)[];
  throttle_position: (number | null)[];
  acceleration: (number | null)[];
}

/** What one driver did on one vehicle on one day of the fleet's zone; `driver` is '' where nobody is known. */
export interface DriverDay {
  driver: DriverId | '';
  vehicle: VehicleId;
  /** `2026-11-22`, in the fleet's zone. */
  day: string;
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  trips: number;
  maxSpeed: Kmh | null;
  fuel: Litres | null;
  /** Of `driving`, between 23:00 and 05:00. */
  night: Seconds;
  /** Left out by versions before it was known. */
  measured?: ForcesMeasured;
  /** Alerts by kind and severity: `{harsh_braking: {warning: 2}}`, suppressed repeats included. */
  counts: Partial<Record<AlertKind, Partial<Record<'info' | 'warning' | 'critical', number>>>>;
}
