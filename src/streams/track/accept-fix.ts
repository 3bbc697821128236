import type { Fix } from '../../model/reading.js';
import { type Degrees, type Instant, type Kmh, type Metres, type Millis, seconds } from '../../model/units.js';
import { distanceBetween } from './geometry.js';

/** The newest position that was believed, and the one that asks to be. */
export interface PositionMemory {
  known: boolean;
  lat: Degrees;
  lon: Degrees;
  at: Instant;
  /** When the coordinates last changed: some receivers repeat a position for seconds and then jump to where they are. */
  changedAt: Instant;
  /** Of the newest believed fix; −1 where it told none. */
  speed: Kmh;
  noise: Metres;
  /** Fixes in a row that agree with each other and not with what is believed. */
  suspects: number;
  suspectLat: Degrees;
  suspectLon: Degrees;
  suspectAt: Instant;
  /** Of the first of them; absent in memories of before. */
  suspectSince?: Instant;
}

export const newPositionMemory = (): PositionMemory => ({
  known: false,
  lat: 0,
  lon: 0,
  at: 0,
  changedAt: 0,
  speed: -1,
  noise: 0,
  suspects: 0,
  suspectLat: 0,
  suspectLon: 0,
  suspectAt: 0,
  suspectSince: 0,
});

/**
 * What a fix is worth. `restarted`: believed, but not reached by driving from the last one (the first fix, or several that agree
 * on another place), so the leg to it is no distance.
 */
export type FixVerdict = 'accepted' | 'restarted' | 'rejected';

/** Nothing on a road is faster: 250 km/h. */
const TOP_SPEED_MPS = 70;
/** Receivers hold a position this long before they jump (data: 5 to 12 s). */
const LONGEST_HOLD: Millis = seconds(15);
/** Beyond this what both fixes say of their speed tells nothing of the way between them. */
const SPEED_TELLS_FOR: Millis = seconds(30);
/** So many fixes in a row that agree with each other overrule the one before them. */
const SUSPECTS_TO_BELIEVE = 3;
/** And for so long: among houses a receiver may be hundreds of metres off for some seconds, and agree with itself. */
const SUSPECTED_FOR: Millis = seconds(5);
/** Cell-tower positions and fixes of three satellites in a line: no use for a track. */
const WORST_ACCURACY: Metres = 200;
const WORST_HDOP = 25;
/** User range error of a civil receiver: metres for each unit of HDOP. */
const METRES_PER_HDOP = 5;
const NOISE_WHERE_UNTOLD: Metres = 5;

/** One-sigma error of a fix as far as it says. */
export const noiseOf = (fix: Fix): Metres => {
  if (fix.accuracy !== undefined && fix.accuracy > 0) return fix.accuracy;
  return fix.hdop !== undefined && fix.hdop > 0 ? fix.hdop * METRES_PER_HDOP : NOISE_WHERE_UNTOLD;
};

/** Coordinates that exist, that are not a receiver's way of saying "nowhere" (exactly 0/0), and an error that leaves them a use. */
export const isUsable = (fix: Fix): boolean =>
  fix.lat >= -90 &&
  fix.lat <= 90 &&
  fix.lon >= -180 &&
  fix.lon <= 180 &&
  (fix.lat !== 0 || fix.lon !== 0) &&
  !(fix.accuracy !== undefined && fix.accuracy > WORST_ACCURACY) &&
  !(fix.hdop !== undefined && fix.hdop > WORST_HDOP);

/** The speed of a fix in its range; −1 where it tells none. */
const speedOf = ({ speed }: Fix): Kmh => (speed !== undefined && speed >= 0 && speed <= 300 ? speed : -1);

/** Metres that a vehicle can have driven between the two, their errors included. */
const reach = (memory: PositionMemory, fix: Fix, at: Instant): Metres => {
  const dt = at - memory.at;
  const way = Math.max(dt, Math.min(at - memory.changedAt, LONGEST_HOLD), seconds(1)) / 1_000;
  const speed = speedOf(fix);
  let mps = TOP_SPEED_MPS;
  if (dt <= SPEED_TELLS_FOR && speed >= 0 && memory.speed >= 0) {
    mps = Math.min(TOP_SPEED_MPS, (Math.max(speed, memory.speed) / 3.6) * 1.3 + 5 + 3 * way);
  }
  return mps * way + 3 * (noiseOf(fix) + memory.noise);
};

const believe = (memory: PositionMemory, fix: Fix, at: Instant): void => {
  if (!memory.known || memory.lat !== fix.lat || memory.lon !== fix.lon) memory.changedAt = at;
  memory.known = true;
  memory.lat = fix.lat;
  memory.lon = fix.lon;
  memory.at = at;
  memory.speed = speedOf(fix);
  memory.noise = noiseOf(fix);
  memory.suspects = 0;
};

/**
 * Judges a fix against the last one that was believed, by what a vehicle can drive in the time between.
 * A jump is not believed, until three fixes in a row agree for five seconds that the vehicle is there: then the old place was the error.
 */
export const acceptFix = (memory: PositionMemory, fix: Fix, at: Instant): FixVerdict => {
  if (!isUsable(fix)) return 'rejected';
  if (!memory.known) {
    believe(memory, fix, at);
    return 'restarted';
  }
  if (distanceBetween(memory.lat, memory.lon, fix.lat, fix.lon) <= reach(memory, fix, at)) {
    believe(memory, fix, at);
    return 'accepted';
  }
  const elapsed = Math.max(at - memory.suspectAt, seconds(1)) / 1_000;
  const agrees =
    memory.suspects > 0 &&
    distanceBetween(memory.suspectLat, memory.suspectLon, fix.lat, fix.lon) <= TOP_SPEED_MPS * elapsed + 3 * noiseOf(fix);
  memory.suspects = agrees ? memory.suspects + 1 : 1;
  if (!agrees) memory.suspectSince = at;
  memory.suspectLat = fix.lat;
  memory.suspectLon = fix.lon;
  memory.suspectAt = at;
  if (memory.suspects < SUSPECTS_TO_BELIEVE || at - (memory.suspectSince ?? 0) < SUSPECTED_FOR) return 'rejected';
  believe(memory, fix, at);
  return 'restarted';
};
