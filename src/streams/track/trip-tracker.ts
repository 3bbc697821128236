import type { Location } from '../../model/alert.js';
import type { TripSettings } from '../../model/fleet-settings.js';
import { type DriverId, derivedId, type TripId, type VehicleId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import type { ForcesMeasured, TripOutcome } from '../../model/trip.js';
import { type Instant, type Kmh, type Litres, type Metres, type Millis, type Seconds, seconds } from '../../model/units.js';
import { distanceBetween } from './geometry.js';
import { lengthByOdometer, newOdometerSpan, type OdometerSpan } from './odometer-span.js';

/**
 * A trip that is open, or a candidate for one (`id` empty). It starts at the first reading with the engine on or in motion, and ends at
 * the last such reading. A candidate becomes a trip once it has proven itself (`provesTrip`), with its start where it began; one that
 * does not leaves no trace: so ignition noise and a parked receiver's jitter make no trips, and a real one shows after some seconds.
 */
export interface OpenTrip {
  id: TripId | '';
  startedAt: Instant;
  from: Offset;
  start: Location | null;
  /** The last reading with the engine on or in motion. */
  activeAt: Instant;
  to: Offset;
  end: Location | null;
  /** Where it starts and ends is private: known here, to measure by, and told to nobody. Absent = it is not. */
  startHidden?: boolean;
  endHidden?: boolean;
  driver: DriverId | null;
  /** The engine has been on since then; 0 = it is not on. */
  engineSince: Instant;
  /** Counters of travel at the start and at `activeAt`. */
  gpsAtStart: Metres;
  speedAtStart: Metres;
  gpsAtEnd: Metres;
  speedAtEnd: Metres;
  odometer: OdometerSpan;
  idle: Seconds;
  moving: Seconds;
  maxSpeed: Kmh | null;
  fuel: Litres | null;
  measured?: ForcesMeasured;
  counts: TripOutcome['counts'];
  /** The number of its next track chunk. */
  chunkNo: number;
}

/** Where the vehicle was at one reading, and how far it had come. */
export interface WakePoint {
  at: Instant;
  offset: Offset;
  gps: Metres;
  speed: Metres;
  location: Location | null;
}

/** Geotab: an ignition cycle shorter than this is noise. */
const SHORTEST_ENGINE_RUN: Millis = seconds(30);
/** Geotab: stops less than this apart are one stop. By wheel speed, which stands still when the vehicle does. */
const SHORTEST_WAY: Metres = 5;
/** By position, whose error is larger. */
const SHORTEST_DISPLACEMENT: Metres = 15;
/** A candidate that stands for this long with its engine off was noise. */
const CANDIDATE_RESTS: Millis = seconds(30);
/** A slow drive through a town, as the crow flies: what a silence took longer than the way at this speed was standing. */
const SLOW_DRIVE_MPS = 20 / 3.6;

/**
 * Devices wake with their vehicle, but their first words are often of a standing vehicle and of no engine. What begins within so long
 * of them began with them.
 */
const LEAD_IN: Millis = seconds(30);

/**
 * And fall silent with it: a device that is heard no more so soon after the last motion was switched off with the vehicle. Not where the
 * engine was said to be off: then that was the end.
 */
export const LEAD_OUT: Millis = LEAD_IN;

export const openTrip = (now: WakePoint, woke: WakePoint): OpenTrip => {
  const start = woke.at > 0 && now.at - woke.at <= LEAD_IN ? woke : now;
  return {
    id: '',
    startedAt: start.at,
    from: start.offset,
    start: start.location,
    activeAt: now.at,
    to: now.offset,
    end: now.location,
    driver: null,
    engineSince: 0,
    gpsAtStart: start.gps,
    speedAtStart: start.speed,
    gpsAtEnd: now.gps,
    speedAtEnd: now.speed,
    odometer: newOdometerSpan(),
    idle: 0,
    moving: 0,
    maxSpeed: null,
    fuel: null,
    measured: { along: 0, across: 0 },
    counts: {},
    chunkNo: 0,
  };
};

/** Metres of the trip by GPS and speed together. */
export const travelOf = (trip: OpenTrip): Metres => trip.gpsAtEnd - trip.gpsAtStart + trip.speedAtEnd - trip.speedAtStart;

/** True once a candidate has run its engine for longer than noise does, or has left the place. */
export const provesTrip = (trip: OpenTrip, at: Instant, noise: Metres): boolean => {
  if (trip.engineSince > 0 && at - trip.engineSince >= SHORTEST_ENGINE_RUN) return true;
  if (trip.speedAtEnd - trip.speedAtStart >= SHORTEST_WAY) return true;
  const { start, end } = trip;
  return (
    start !== null &&
    end !== null &&
    distanceBetween(start.lat, start.lon, end.lat, end.lon) >= Math.max(SHORTEST_DISPLACEMENT, 2 * noise)
  );
};

export const nameTrip = (trip: OpenTrip, vehicle: VehicleId): void => {
  trip.id = derivedId('trip', vehicle, trip.startedAt);
};

/**
 * Event time at which the trip ends if nothing more is heard: the parked time after its last activity when the vehicle stands with
 * its engine off or unknown, else the longest silence.
 * @param standing at the newest reading it does not move, and its engine is neither on nor on standby
 */
export const tripDue = (trip: OpenTrip, standing: boolean, { parkedAfter, gap }: TripSettings): Instant => {
  if (trip.id === '') return trip.activeAt + (standing ? Math.min(CANDIDATE_RESTS, parkedAfter) : parkedAfter);
  return trip.activeAt + (standing ? Math.min(parkedAfter, gap) : gap);
};

/**
 * Whether the vehicle must have been parked within a silence that is shorter than `gap`: it must have stood for all the time that the
 * way between does not explain.
 * @param way metres between the last position before it and the first after it; undefined where either is not known
 * @param moved it was in motion at the last reading before: what decides where the way is not known
 */
export const parkedWithin = (silence: Millis, way: Metres | undefined, moved: boolean, parkedAfter: Millis): boolean =>
  way === undefined ? !moved : silence - (way / SLOW_DRIVE_MPS) * 1_000 >= parkedAfter;

/** Its length by its best measure. */
export const tripLength = (trip: OpenTrip): Metres => {
  const travel = travelOf(trip);
  return lengthByOdometer(trip.odometer, travel) ?? travel;
};

const distanceOf = (trip: OpenTrip): Pick<TripOutcome, 'distance' | 'distanceSource'> => {
  const travel = travelOf(trip);
  const byOdometer = lengthByOdometer(trip.odometer, travel);
  if (byOdometer !== undefined) return { distance: byOdometer / 1_000, distanceSource: 'odometer' };
  const byGps = trip.gpsAtEnd - trip.gpsAtStart;
  const bySpeed = trip.speedAtEnd - trip.speedAtStart;
  const located = trip.start !== null || trip.end !== null;
  if (byGps >= bySpeed && (byGps > 0 || located)) return { distance: travel / 1_000, distanceSource: 'gps' };
  return { distance: travel / 1_000, distanceSource: bySpeed > 0 ? 'speed' : 'none' };
};

/** The trip as it stands: the odometer's distance where credible, else GPS and speed, named after what measured most of it. */
export const tripOutcome = (trip: OpenTrip, vehicle: VehicleId, status: TripOutcome['status']): TripOutcome => {
  const duration = (trip.activeAt - trip.startedAt) / 1_000;
  const moving = Math.min(trip.moving, duration);
  return {
    id: trip.id,
    vehicle,
    driver: trip.driver,
    startedAt: trip.startedAt,
    endedAt: trip.activeAt,
    status,
    start: trip.startHidden ? null : trip.start,
    end: trip.endHidden ? null : trip.end,
    ...distanceOf(trip),
    idle: Math.min(trip.idle, duration - moving),
    moving,
    maxSpeed: trip.maxSpeed,
    fuel: trip.fuel,
    measured: trip.measured,
    counts: trip.counts,
    from: trip.from,
    to: trip.to,
  };
};
