import { type DrawnChunk, firstPlace, packedOf, pointsIn } from '../../model/drawn-track/drawn-chunk.js';
import { BLOCK, eachPacked, KNOWN_NUMBERS, packBlock } from '../../model/drawn-track/pack-block.js';
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
  writePoint,
} from '../../model/drawn-track/pack-point.js';
import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { type Instant, type Kmh, type Millis, minutes, seconds } from '../../model/units.js';

const ENGINE_RPM = placeOfSignal('engine_rpm');
const PEDAL = placeOfSignal('throttle_position');
const MOST_POINTS = 300;
const LONGEST: Millis = minutes(10);
/** Replies that arrive one by one belong to one point: they fill what it lacks. */
const SAME_POINT: Millis = 500;
/** While the vehicle stands with its engine off, one point in so long is enough. */
const STANDING_STEP: Millis = seconds(10);

export const newChunk = (trip: string, vehicle: VehicleId, no: number): DrawnChunk => ({
  trip,
  vehicle,
  no,
  startedAt: 0,
  closed: '',
  recent: '',
  closedCount: 0,
  points: [],
});

/** One of the open points is always the newest, which may still be filled. */
const lastPlace = ({ points }: DrawnChunk): number => points.length - NUMBERS_PER_POINT;

/** True when a point at `at` no longer belongs into the chunk. */
export const isFull = (chunk: DrawnChunk, at: Instant): boolean =>
  pointsIn(chunk) >= MOST_POINTS || (chunk.points.length > 0 && at - chunk.startedAt >= LONGEST);

/** Blocks that are put behind those before at once: the whole text written anew for each would be most of what outlives young collections. */
const RECENT_BLOCKS = 12;

const newPoint = (): PointCodes => ({ elapsed: 0, speed: 0, acceleration: 0, lat: 0, heading: 0, throttle: 0, lon: 0, rpm: 0 });
/** Used again at each reading. */
const point = newPoint();
const before = newPoint();

/**
 * Adds what a reading shows of the drive to the open chunk, if it shows anything.
 * @param active the engine is on or the vehicle moves; else points are thinned
 */
export const addPoint = (
  chunk: DrawnChunk,
  reading: Reading,
  located: boolean,
  speed: Kmh | undefined,
  acceleration: number | undefined,
  active: boolean,
): void => {
  const { at, signals } = reading;
  const fix = located ? reading.fix : undefined;
  const { known } = toldBy(signals);
  const rpm = known[ENGINE_RPM]!;
  const throttle = known[PEDAL]!;
  if (fix === undefined && speed === undefined && Number.isNaN(rpm) && Number.isNaN(throttle)) return;
  const { points } = chunk;
  const last = lastPlace(chunk);
  if (last < 0) chunk.startedAt = at;
  const elapsed = at - chunk.startedAt;
  const step = last < 0 ? Infinity : elapsed - elapsedAt(points, last);
  if (elapsed > MOST_ELAPSED || (last >= 0 && !active && step < STANDING_STEP)) return;
  // It is not cut while nobody knows yet whether the vehicle drives, nor while it stands.
  if (pointsIn(chunk) > 2 * MOST_POINTS) return;
  point.elapsed = elapsed;
  point.lat = codeOf(fix?.lat, LAT);
  point.lon = codeOf(fix?.lon, LON);
  point.speed = codeOf(speed, SPEED);
  point.heading = codeOf(fix?.heading, HEADING);
  point.rpm = codeOf(rpm, RPM);
  point.throttle = codeOf(throttle, THROTTLE);
  point.acceleration = codeOf(acceleration, ACCELERATION);
  if (step < SAME_POINT && (fix === undefined || readPoint(points, last, before).lat === 0)) fillPoint(points, last);
  else {
    // The newest does not change any more, once there is a newer one.
    closeOld(chunk);
    writePoint(points, points.length, point);
  }
};

/** What blocks are packed behind: nothing. */
const NOTHING_KNOWN = Array<number>(KNOWN_NUMBERS).fill(0);

/**
 * Packs all open points, where they are as many as a block has. So there are never more numbers than V8 makes room for at once when a list begins to
 * grow, which are seventeen.
 */
const closeOld = (chunk: DrawnChunk): void => {
  const { points } = chunk;
  // More than one where a memory of before has all of its points open.
  while (points.length - firstPlace(chunk) >= BLOCK * NUMBERS_PER_POINT) {
    if (chunk.closedCount === 0) points.splice(0, 0, ...NOTHING_KNOWN);
    chunk.recent = packBlock(chunk.recent ?? '', points, points, KNOWN_NUMBERS);
    chunk.closedCount += BLOCK;
    // In place: another list for each block would outlive it.
    const open = points.length - BLOCK * NUMBERS_PER_POINT;
    for (let i = KNOWN_NUMBERS; i < open; i++) points[i] = points[i + BLOCK * NUMBERS_PER_POINT]!;
    while (points.length > open) points.pop();
  }
  if ((chunk.recent?.length ?? 0) === 0 || chunk.closedCount % (RECENT_BLOCKS * BLOCK) !== 0) return;
  // Written out whole: strings that are put together would stay a tree of their parts.
  chunk.closed = Buffer.from(packedOf(chunk), 'latin1').toString('latin1');
  chunk.recent = '';
};

/** What was read from JSON: versions before packed without knowing how the way went on. */
export const readPacked = (chunk: DrawnChunk): void => {
  if (chunk.closedCount > 0 && firstPlace(chunk) < KNOWN_NUMBERS) chunk.points.splice(firstPlace(chunk), 0, 0);
};

/** As it was before anything was closed. */
const openAll = (chunk: DrawnChunk): void => {
  const all: number[] = [];
  eachPacked(packedOf(chunk), closed => writePoint(all, all.length, closed));
  for (let place = firstPlace(chunk); place < chunk.points.length; place++) all.push(chunk.points[place]!);
  chunk.points = all;
  chunk.closed = '';
  chunk.recent = '';
  chunk.closedCount = 0;
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
export const cutAfter = (chunk: DrawnChunk, end: Instant): void => {
  if (chunk.points.length === 0 || chunk.startedAt + elapsedAt(chunk.points, lastPlace(chunk)) <= end) return;
  openAll(chunk);
  const { points, startedAt } = chunk;
  while (points.length > 0 && startedAt + elapsedAt(points, lastPlace(chunk)) > end) points.length = lastPlace(chunk);
};
