import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import type { TrackChunk, TrackColumns } from '../../model/trip.js';
import { type Instant, type Kmh, type Millis, minutes, seconds } from '../../model/units.js';
import {
  ACCELERATION,
  codeOf,
  elapsedAt,
  HEADING,
  LAT,
  LON,
  MOST_ELAPSED,
  NUMBERS_PER_POINT,
  type PointCodes,
  RPM,
  readPoint,
  SPEED,
  THROTTLE,
  valueOfCode,
  writePoint,
} from './pack-point.js';

/** A chunk that still grows, packed (pack-point.ts): a vehicle on its way carries one all the time. */
export interface OpenChunk extends Pick<TrackChunk, 'trip' | 'vehicle' | 'no'> {
  /** Event time of its first point; 0 before it. */
  startedAt: Instant;
  points: number[];
}

const MOST_POINTS = 300;
const LONGEST: Millis = minutes(10);
/** Replies that arrive one by one belong to one point: they fill what it lacks. */
const SAME_POINT: Millis = 500;
/** While the vehicle stands with its engine off, one point in so long is enough. */
const STANDING_STEP: Millis = seconds(10);

export const newChunk = (trip: string, vehicle: VehicleId, no: number): OpenChunk => ({
  trip,
  vehicle,
  no,
  startedAt: 0,
  points: [],
});

const countOf = ({ points }: OpenChunk): number => points.length / NUMBERS_PER_POINT;
const lastPlace = ({ points }: OpenChunk): number => points.length - NUMBERS_PER_POINT;

/** True when a point at `at` no longer belongs into the chunk. */
export const isFull = (chunk: OpenChunk, at: Instant): boolean =>
  countOf(chunk) >= MOST_POINTS || (chunk.points.length > 0 && at - chunk.startedAt >= LONGEST);

const newPoint = (): PointCodes => ({ elapsed: 0, speed: 0, acceleration: 0, lat: 0, heading: 0, throttle: 0, lon: 0, rpm: 0 });
/** Used again at each reading. */
const point = newPoint();
const before = newPoint();

/**
 * Adds what a reading shows of the drive to the open chunk, if it shows anything.
 * @param active the engine is on or the vehicle moves; else points are thinned
 */
export const addPoint = (
  chunk: OpenChunk,
  reading: Reading,
  located: boolean,
  speed: Kmh | undefined,
  acceleration: number | undefined,
  active: boolean,
): void => {
  const { at, signals } = reading;
  const fix = located ? reading.fix : undefined;
  const rpm = signals.engine_rpm;
  const throttle = signals.throttle_position;
  if (fix === undefined && speed === undefined && rpm === undefined && throttle === undefined) return;
  const { points } = chunk;
  const last = lastPlace(chunk);
  if (last < 0) chunk.startedAt = at;
  const elapsed = at - chunk.startedAt;
  const step = last < 0 ? Infinity : elapsed - elapsedAt(points, last);
  if (elapsed > MOST_ELAPSED || (last >= 0 && !active && (step < STANDING_STEP || countOf(chunk) > 2 * MOST_POINTS))) return;
  point.elapsed = elapsed;
  point.lat = codeOf(fix?.lat, LAT);
  point.lon = codeOf(fix?.lon, LON);
  point.speed = codeOf(speed, SPEED);
  point.heading = codeOf(fix?.heading, HEADING);
  point.rpm = codeOf(rpm, RPM);
  point.throttle = codeOf(throttle, THROTTLE);
  point.acceleration = codeOf(acceleration, ACCELERATION);
  if (step < SAME_POINT && (fix === undefined || readPoint(points, last, before).lat === 0)) fillPoint(points, last);
  else writePoint(points, points.length, point);
};

/** Puts into the newest point what the reading tells, over what it held before. */
const fillPoint = (points: number[], last: number): void => {
  readPoint(points, last, before);
  point.elapsed = before.elapsed;
  point.lat ||= before.lat;
  point.lon ||= before.lon;
  point.speed ||= before.speed;
  point.heading ||= before.heading;
  point.rpm ||= before.rpm;
  point.throttle ||= before.throttle;
  point.acceleration ||= before.acceleration;
  writePoint(points, last, point);
};

/** Drops the points after the end of the trip: they belong to the parked vehicle. */
export const cutAfter = (chunk: OpenChunk, end: Instant): void => {
  const { points, startedAt } = chunk;
  while (points.length > 0 && startedAt + elapsedAt(points, lastPlace(chunk)) > end) points.length = lastPlace(chunk);
};

/** The chunk as it stands now, for the outside: columns of its own. */
export const trackChunkOf = (chunk: OpenChunk): TrackChunk => {
  const { trip, vehicle, no, startedAt, points } = chunk;
  const columns = emptyColumns();
  for (let place = 0; place < points.length; place += NUMBERS_PER_POINT) {
    readPoint(points, place, point);
    columns.ts.push(startedAt + point.elapsed);
    columns.lat.push(valueOfCode(point.lat, LAT));
    columns.lon.push(valueOfCode(point.lon, LON));
    columns.speed_kmh.push(valueOfCode(point.speed, SPEED));
    columns.heading.push(valueOfCode(point.heading, HEADING));
    columns.engine_rpm.push(valueOfCode(point.rpm, RPM));
    columns.throttle_position.push(valueOfCode(point.throttle, THROTTLE));
    columns.acceleration.push(valueOfCode(point.acceleration, ACCELERATION));
  }
  return { trip, vehicle, no, columns };
};

const emptyColumns = (): TrackColumns => ({
  ts: [],
  lat: [],
  lon: [],
  speed_kmh: [],
  heading: [],
  engine_rpm: [],
  throttle_position: [],
  acceleration: [],
});
