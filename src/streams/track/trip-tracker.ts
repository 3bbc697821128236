import type { Location } from '../../model/alert.js';
import type { TripSettings } from '../../model/fleet-settings.js';
import { type DeviceId, type DriverId, derivedId, type TripId, type VehicleId } from '../../model/ids.js';
import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import type { Offset } from '../../model/record.js';
import type { ForcesMeasured, TripOutcome } from '../../model/trip.js';
import { type Instant, type Kmh, type Litres, type Metres, type Millis, type Seconds, seconds } from '../../model/units.js';
import { distanceBetween } from './geometry.js';
import { type LooseOdometer, lengthByOdometer, takeOdometer } from './odometer-span.js';
import {
  ACROSS,
  ACTIVE_AT,
  ALONG,
  CHUNK_NO,
  END_LAT,
  END_LON,
  ENGINE_SINCE,
  FROM,
  FUEL,
  GPS_AT_END,
  GPS_AT_START,
  IDLE,
  MAX_SPEED,
  MOVING,
  SPEED_AT_END,
  SPEED_AT_START,
  START_LAT,
  START_LON,
  STARTED_AT,
  TO,
  TRIP_NUMBERS,
} from './trip-numbers.js';

/**
 * A trip that is open, or a candidate for one (`id` empty). It starts at the first reading with the engine on or in motion, and ends at
 * the last such reading. A candidate becomes a trip once it has proven itself (`provesTrip`), with its start where it began; one that
 * does not leaves no trace: so ignition noise and a parked receiver's jitter make no trips, and a real one shows after some seconds.
 */
export interface OpenTrip {
  id: TripId | '';
  /** Where it starts and ends is private: known here, to measure by, and told to nobody. */
  startHidden: boolean;
  endHidden: boolean;
  driver: DriverId | null;
  odometerDevice: DeviceId | '';
  /** See trip-numbers.ts. */
  numbers: number[];
  /** Null while there is no alert. */
  counts: TripOutcome['counts'] | null;
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

const AT_START: readonly number[] = numbersAtStart(TRIP_NUMBERS, [
  [MAX_SPEED, NOT_TOLD],
  [FUEL, NOT_TOLD],
  [START_LAT, NOT_TOLD],
  [START_LON, NOT_TOLD],
  [END_LAT, NOT_TOLD],
  [END_LON, NOT_TOLD],
]);

export const openTrip = (now: WakePoint, woke: WakePoint): OpenTrip => {
  const start = woke.at > 0 && now.at - woke.at <= LEAD_IN ? woke : now;
  const numbers = AT_START.slice();
  numbers[STARTED_AT] = start.at;
  numbers[FROM] = start.offset;
  numbers[TO] = now.offset;
  numbers[ACTIVE_AT] = now.at;
  numbers[GPS_AT_START] = start.gps;
  numbers[SPEED_AT_START] = start.speed;
  numbers[GPS_AT_END] = now.gps;
  numbers[SPEED_AT_END] = now.speed;
  putLocation(numbers, START_LAT, start.location);
  putLocation(numbers, END_LAT, now.location);
  return {
    id: '',
    startHidden: false,
    endHidden: false,
    driver: null,
    odometerDevice: '',
    numbers,
    counts: null,
  };
};

/** @param at place of the latitude; the longitude's is the next one */
const putLocation = (numbers: number[], at: number, location: Location | null | undefined): void => {
  numbers[at] = location?.lat ?? NOT_TOLD;
  numbers[at + 1] = location?.lon ?? NOT_TOLD;
};

const locationAt = ({ numbers }: OpenTrip, at: number): Location | null =>
  numbers[at] === NOT_TOLD ? null : { lat: numbers[at]!, lon: numbers[at + 1]! };

/** As it was kept before: places of start and end as objects, and the numbers as fields before that. */
interface LooseEnds extends OpenTrip {
  start?: Location | null;
  end?: Location | null;
}
export interface LooseTrip {
  id: TripId | '';
  startedAt: Instant;
  from: Offset;
  start: Location | null;
  activeAt: Instant;
  to: Offset;
  end: Location | null;
  startHidden?: boolean;
  endHidden?: boolean;
  driver: DriverId | null;
  engineSince: Instant;
  gpsAtStart: Metres;
  speedAtStart: Metres;
  gpsAtEnd: Metres;
  speedAtEnd: Metres;
  odometer: LooseOdometer;
  idle: Seconds;
  moving: Seconds;
  maxSpeed: Kmh | null;
  fuel: Litres | null;
  measured?: ForcesMeasured;
  counts: TripOutcome['counts'];
  chunkNo: number;
}

/** What was read from JSON, also of an earlier version. */
export const readTrip = (read: LooseEnds | LooseTrip): OpenTrip => {
  const numbers = 'numbers' in read ? readNumbers(read.numbers, AT_START) : AT_START.slice();
  const { id, startHidden = false, endHidden = false, driver, counts } = read;
  const trip: OpenTrip = { id, startHidden, endHidden, driver, odometerDevice: '', numbers, counts };
  if (read.start !== undefined) putLocation(numbers, START_LAT, read.start);
  if (read.end !== undefined) putLocation(numbers, END_LAT, read.end);
  if ('numbers' in read) {
    trip.odometerDevice = read.odometerDevice;
    return trip;
  }
  numbers[STARTED_AT] = read.startedAt;
  numbers[FROM] = read.from;
  numbers[TO] = read.to;
  numbers[ACTIVE_AT] = read.activeAt;
  numbers[ENGINE_SINCE] = read.engineSince;
  numbers[GPS_AT_START] = read.gpsAtStart;
  numbers[SPEED_AT_START] = read.speedAtStart;
  numbers[GPS_AT_END] = read.gpsAtEnd;
  numbers[SPEED_AT_END] = read.speedAtEnd;
  numbers[IDLE] = read.idle;
  numbers[MOVING] = read.moving;
  numbers[MAX_SPEED] = read.maxSpeed ?? NOT_TOLD;
  numbers[FUEL] = read.fuel ?? NOT_TOLD;
  numbers[ALONG] = read.measured?.along ?? NOT_TOLD;
  numbers[ACROSS] = read.measured?.across ?? NOT_TOLD;
  numbers[CHUNK_NO] = read.chunkNo;
  takeOdometer(trip, read.odometer);
  return trip;
};

/** Metres of the trip by GPS and speed together. */
export const travelOf = (trip: OpenTrip): Metres =>
  trip.numbers[GPS_AT_END]! - trip.numbers[GPS_AT_START]! + trip.numbers[SPEED_AT_END]! - trip.numbers[SPEED_AT_START]!;

/** True once a candidate has run its engine for longer than noise does, or has left the place. */
export const provesTrip = (trip: OpenTrip, at: Instant, noise: Metres): boolean => {
  if (trip.numbers[ENGINE_SINCE]! > 0 && at - trip.numbers[ENGINE_SINCE]! >= SHORTEST_ENGINE_RUN) return true;
  if (trip.numbers[SPEED_AT_END]! - trip.numbers[SPEED_AT_START]! >= SHORTEST_WAY) return true;
  const { numbers } = trip;
  return (
    numbers[START_LAT] !== NOT_TOLD &&
    numbers[END_LAT] !== NOT_TOLD &&
    distanceBetween(numbers[START_LAT]!, numbers[START_LON]!, numbers[END_LAT]!, numbers[END_LON]!) >=
      Math.max(SHORTEST_DISPLACEMENT, 2 * noise)
  );
};

export const nameTrip = (trip: OpenTrip, vehicle: VehicleId): void => {
  trip.id = derivedId('trip', vehicle, trip.numbers[STARTED_AT]!);
};

/**
 * Event time at which the trip ends if nothing more is heard: the parked time after its last activity when the vehicle stands with
 * its engine off or unknown, else the longest silence.
 * @param standing at the newest reading it does not move, and its engine is neither on nor on standby
 */
export const tripDue = (trip: OpenTrip, standing: boolean, { parkedAfter, gap }: TripSettings): Instant => {
  if (trip.id === '') return trip.numbers[ACTIVE_AT]! + (standing ? Math.min(CANDIDATE_RESTS, parkedAfter) : parkedAfter);
  return trip.numbers[ACTIVE_AT]! + (standing ? Math.min(parkedAfter, gap) : gap);
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
  return lengthByOdometer(trip, travel) ?? travel;
};

const distanceOf = (trip: OpenTrip): Pick<TripOutcome, 'distance' | 'distanceSource'> => {
  const travel = travelOf(trip);
  const byOdometer = lengthByOdometer(trip, travel);
  if (byOdometer !== undefined) return { distance: byOdometer / 1_000, distanceSource: 'odometer' };
  const byGps = trip.numbers[GPS_AT_END]! - trip.numbers[GPS_AT_START]!;
  const bySpeed = trip.numbers[SPEED_AT_END]! - trip.numbers[SPEED_AT_START]!;
  const located = trip.numbers[START_LAT] !== NOT_TOLD || trip.numbers[END_LAT] !== NOT_TOLD;
  if (byGps >= bySpeed && (byGps > 0 || located)) return { distance: travel / 1_000, distanceSource: 'gps' };
  return { distance: travel / 1_000, distanceSource: bySpeed > 0 ? 'speed' : 'none' };
};

const NO_COUNTS: TripOutcome['counts'] = {};

/** Left out where it was not known yet. */
export const measuredOf = (along: Seconds, across: Seconds): ForcesMeasured | undefined =>
  along === NOT_TOLD ? undefined : { along, across };

/** The trip as it stands: the odometer's distance where credible, else GPS and speed, named after what measured most of it. */
export const tripOutcome = (trip: OpenTrip, vehicle: VehicleId, status: TripOutcome['status']): TripOutcome => {
  const duration = (trip.numbers[ACTIVE_AT]! - trip.numbers[STARTED_AT]!) / 1_000;
  const moving = Math.min(trip.numbers[MOVING]!, duration);
  return {
    id: trip.id,
    vehicle,
    driver: trip.driver,
    startedAt: trip.numbers[STARTED_AT]!,
    endedAt: trip.numbers[ACTIVE_AT]!,
    status,
    start: trip.startHidden ? null : locationAt(trip, START_LAT),
    end: trip.endHidden ? null : locationAt(trip, END_LAT),
    ...distanceOf(trip),
    idle: Math.min(trip.numbers[IDLE]!, duration - moving),
    moving,
    maxSpeed: toldOr(trip.numbers[MAX_SPEED]!, null),
    fuel: toldOr(trip.numbers[FUEL]!, null),
    measured: measuredOf(trip.numbers[ALONG]!, trip.numbers[ACROSS]!),
    counts: trip.counts ?? NO_COUNTS,
    from: trip.numbers[FROM]!,
    to: trip.numbers[TO]!,
  };
};
