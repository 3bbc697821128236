import type { Reading } from '../../model/reading.js';
import type { TrackChunk, TrackColumns } from '../../model/trip.js';
import { type Instant, type Kmh, type Millis, minutes, seconds } from '../../model/units.js';

const MOST_POINTS = 300;
const LONGEST: Millis = minutes(10);
/** Replies that arrive one by one belong to one point: they fill what it lacks. */
const SAME_POINT: Millis = 500;
/** While the vehicle stands with its engine off, one point in so long is enough. */
const STANDING_STEP: Millis = seconds(10);

export const emptyColumns = (): TrackColumns => ({
  ts: [],
  lat: [],
  lon: [],
  speed_kmh: [],
  heading: [],
  engine_rpm: [],
  throttle_position: [],
  acceleration: [],
});

/** True when a point at `at` no longer belongs into the chunk. */
export const isFull = (chunk: TrackChunk, at: Instant): boolean => {
  const { ts } = chunk.columns;
  return ts.length >= MOST_POINTS || (ts.length > 0 && at - ts[0]! >= LONGEST);
};

/** `null` where neither says anything; infinite and NaN values do not survive JSON, so they count as not sent. */
const told = (newest: number | undefined, before: number | null): number | null =>
  newest !== undefined && Number.isFinite(newest) ? newest : before;

/**
 * Adds what a reading shows of the drive to the open chunk, if it shows anything.
 * @param active the engine is on or the vehicle moves; else points are thinned
 */
export const addPoint = (
  chunk: TrackChunk,
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
  const { ts, lat, lon, speed_kmh, heading, engine_rpm, throttle_position, acceleration: accelerations } = chunk.columns;
  const last = ts.length - 1;
  if (last >= 0 && !active && (at - ts[last]! < STANDING_STEP || last >= 2 * MOST_POINTS)) return;
  if (last >= 0 && at - ts[last]! < SAME_POINT && (fix === undefined || lat[last] === null)) {
    lat[last] = told(fix?.lat, lat[last]!);
    lon[last] = told(fix?.lon, lon[last]!);
    speed_kmh[last] = told(speed, speed_kmh[last]!);
    heading[last] = told(fix?.heading, heading[last]!);
    engine_rpm[last] = told(rpm, engine_rpm[last]!);
    throttle_position[last] = told(throttle, throttle_position[last]!);
    accelerations[last] = told(acceleration, accelerations[last]!);
    return;
  }
  ts.push(at);
  lat.push(told(fix?.lat, null));
  lon.push(told(fix?.lon, null));
  speed_kmh.push(told(speed, null));
  heading.push(told(fix?.heading, null));
  engine_rpm.push(told(rpm, null));
  throttle_position.push(told(throttle, null));
  accelerations.push(told(acceleration, null));
};

/** Drops the points after the end of the trip: they belong to the parked vehicle. */
export const cutAfter = (chunk: TrackChunk, end: Instant): void => {
  const { ts } = chunk.columns;
  let kept = ts.length;
  while (kept > 0 && ts[kept - 1]! > end) kept -= 1;
  for (const column of Object.values(chunk.columns)) column.length = kept;
};
