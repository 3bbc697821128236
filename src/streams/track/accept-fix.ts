import type { Location } from '../../model/alert.js';
import { NOT_TOLD } from '../../model/not-told.js';
import type { Fix } from '../../model/reading.js';
import { type Degrees, type Instant, type Kmh, type Metres, type Millis, seconds } from '../../model/units.js';
import { distanceFrom } from './geometry.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';

/*
 * The newest position that was believed, and the one that asks to be: places among the vehicle's numbers.
 */
/** 1, 0. */
const KNOWN = 0;
/** Latitudes stand before their longitudes. */
const LAT = 1;
const LON = 2;
const AT = 3;
/** When the coordinates last changed: some receivers repeat a position for seconds and then jump to where they are. */
const CHANGED_AT = 4;
/** Of the newest believed fix; −1 where it told none. */
const SPEED = 5;
const NOISE = 6;
/** Fixes in a row that agree with each other and not with what is believed. */
const SUSPECTS = 7;
const SUSPECT_LAT = 8;
const SUSPECT_LON = 9;
const SUSPECT_AT = 10;
/** Of the first of them. */
const SUSPECT_SINCE = 11;

export const positionStart: NumbersAtStart = { from: KNOWN, count: 12, not0: [[SPEED, -1]] };

/** As it was kept before. */
export interface LoosePosition {
  known: boolean;
  lat: Degrees;
  lon: Degrees;
  at: Instant;
  changedAt: Instant;
  speed: Kmh;
  noise: Metres;
  suspects: number;
  suspectLat: Degrees;
  suspectLon: Degrees;
  suspectAt: Instant;
  suspectSince?: Instant;
}

export const takePosition = (memory: TrackNumbers, loose: LoosePosition): void => {
  memory[KNOWN] = Number(loose.known);
  memory[LAT] = loose.lat;
  memory[LON] = loose.lon;
  memory[AT] = loose.at;
  memory[CHANGED_AT] = loose.changedAt;
  memory[SPEED] = loose.speed;
  memory[NOISE] = loose.noise;
  memory[SUSPECTS] = loose.suspects;
  memory[SUSPECT_LAT] = loose.suspectLat;
  memory[SUSPECT_LON] = loose.suspectLon;
  memory[SUSPECT_AT] = loose.suspectAt;
  memory[SUSPECT_SINCE] = loose.suspectSince ?? 0;
};

/** Where the vehicle is as far as it is believed; null, and `NOT_TOLD`, before the first fix. */
export const locationOf = (memory: TrackNumbers): Location | null =>
  memory[KNOWN] === 1 ? { lat: memory[LAT]!, lon: memory[LON]! } : null;
export const latOf = (memory: TrackNumbers): number => (memory[KNOWN] === 1 ? memory[LAT]! : NOT_TOLD);
export const lonOf = (memory: TrackNumbers): number => (memory[KNOWN] === 1 ? memory[LON]! : NOT_TOLD);

/** The position that is believed, and how many in a row contradict it; undefined before the first. */
export const believedPosition = (memory: TrackNumbers): { lat: Degrees; lon: Degrees; suspects: number } | undefined =>
  memory[KNOWN] === 1 ? { lat: memory[LAT]!, lon: memory[LON]!, suspects: memory[SUSPECTS]! } : undefined;

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
const reach = (memory: TrackNumbers, fix: Fix, at: Instant): Metres => {
  const dt = at - memory[AT]!;
  const way = Math.max(dt, Math.min(at - memory[CHANGED_AT]!, LONGEST_HOLD), seconds(1)) / 1_000;
  const speed = speedOf(fix);
  let mps = TOP_SPEED_MPS;
  if (dt <= SPEED_TELLS_FOR && speed >= 0 && memory[SPEED]! >= 0) {
    mps = Math.min(TOP_SPEED_MPS, (Math.max(speed, memory[SPEED]!) / 3.6) * 1.3 + 5 + 3 * way);
  }
  return mps * way + 3 * (noiseOf(fix) + memory[NOISE]!);
};

const believe = (memory: TrackNumbers, fix: Fix, at: Instant): void => {
  if (memory[KNOWN] === 0 || memory[LAT]! !== fix.lat || memory[LON]! !== fix.lon) memory[CHANGED_AT] = at;
  memory[KNOWN] = 1;
  memory[LAT] = fix.lat;
  memory[LON] = fix.lon;
  memory[AT] = at;
  memory[SPEED] = speedOf(fix);
  memory[NOISE] = noiseOf(fix);
  memory[SUSPECTS] = 0;
};

/**
 * Judges a fix against the last one that was believed, by what a vehicle can drive in the time between.
 * A jump is not believed, until three fixes in a row agree for five seconds that the vehicle is there: then the old place was the error.
 */
export const acceptFix = (memory: TrackNumbers, fix: Fix, at: Instant): FixVerdict => {
  if (!isUsable(fix)) return 'rejected';
  if (memory[KNOWN] === 0) {
    believe(memory, fix, at);
    return 'restarted';
  }
  if (distanceFrom(memory, LAT, fix) <= reach(memory, fix, at)) {
    believe(memory, fix, at);
    return 'accepted';
  }
  const elapsed = Math.max(at - memory[SUSPECT_AT]!, seconds(1)) / 1_000;
  const agrees = memory[SUSPECTS]! > 0 && distanceFrom(memory, SUSPECT_LAT, fix) <= TOP_SPEED_MPS * elapsed + 3 * noiseOf(fix);
  memory[SUSPECTS] = agrees ? memory[SUSPECTS]! + 1 : 1;
  if (!agrees) memory[SUSPECT_SINCE] = at;
  memory[SUSPECT_LAT] = fix.lat;
  memory[SUSPECT_LON] = fix.lon;
  memory[SUSPECT_AT] = at;
  if (memory[SUSPECTS]! < SUSPECTS_TO_BELIEVE || at - memory[SUSPECT_SINCE]! < SUSPECTED_FOR) return 'rejected';
  believe(memory, fix, at);
  return 'restarted';
};
