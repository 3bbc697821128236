import type { Crossing } from '../../model/moment.js';
import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import type { Fix } from '../../model/reading.js';
import type { Instant, Metres } from '../../model/units.js';
import type { FenceIndex, IndexedFence } from './fence-index.js';
import {
  ARRIVAL,
  BORDER_BAND,
  type FenceStep,
  type FixPlace,
  isSettled,
  meetFence,
  type NearFence,
  STRAIGHT_TIME,
  stepSide,
  tellPass,
} from './fence-side.js';
import { distanceBetween } from './geometry.js';

/** What one vehicle knows of the fences around it: plain data, survives JSON. */
export interface FenceMemory {
  /** At the places below. */
  numbers: number[];
  /** The group that it was calm in. */
  calmGroup: string | null;
  /** Only those that it is in or at the border of; `MAX_NEAR` at most. */
  near: NearFence[];
  /** How often a fence was not followed because `MAX_NEAR` were already. */
  crowdedOut: number;
}

/** The last fix, and where it was up to `ARRIVAL` ago: tells a vehicle that came from afar from one that stands and jitters. */
const LAST = 0;
const NEWER = 4;
const OLDER = 8;
/** Of each of them; its time is −1 where there is none. */
const AT = 0;
const LAT = 1;
const LON = 2;
const MARGIN = 3;
/** While the vehicle stays within `CALM_RADIUS` of this place it meets no border, and each side is proven: nothing has to be looked up. */
const CALM_LAT = 12;
const CALM_LON = 13;
const CALM_RADIUS = 14;
const CALM_VERSION = 15;

/** A fix that tells no accuracy: a usual receiver in a town. One that tells hdop has so much range error for each unit of it. */
const DEFAULT_ERROR: Metres = 10;
const RANGE_ERROR: Metres = 5;
/** How far around a fix borders are looked for: the farther, the longer the calm that follows, and the dearer the look. */
const REACH: Metres = 300;
const MAX_NEAR = 64;
/** Distances on the sphere and in the plane differ a little: a fix that is just not proven must not pass for calm. */
const CALM_SLACK: Metres = 1;
/** The way between two fixes is taken as straight up to here, and up to `STRAIGHT_TIME`. */
const STRAIGHT_WAY: Metres = 5_000;

const AT_START: readonly number[] = numbersAtStart(16, [
  [LAST + AT, -1],
  [NEWER + AT, -1],
  [OLDER + AT, -1],
]);
/** Shared: a list that gets a fence is made anew. */
const NONE_NEAR: NearFence[] = [];

export const newFenceMemory = (): FenceMemory => ({ numbers: AT_START.slice(), calmGroup: null, near: NONE_NEAR, crowdedOut: 0 });

/** As it was kept before. */
export interface LooseFences {
  last: FixPlace | null;
  trail: { older: FixPlace | null; newer: FixPlace | null };
  calm: { lat: number; lon: number; radius: Metres; version: number; group: string | null };
  near: NearFence[];
  crowdedOut: number;
}

/** What was read from JSON, also of an earlier version. */
export const readFences = (read: FenceMemory | LooseFences): FenceMemory => {
  const memory = newFenceMemory();
  if (read.near.length > 0) memory.near = read.near;
  memory.crowdedOut = read.crowdedOut;
  if ('numbers' in read) {
    memory.numbers = readNumbers(read.numbers, AT_START);
    memory.calmGroup = read.calmGroup;
    return memory;
  }
  const { last, trail, calm } = read;
  if (last) keepPlace(memory, LAST, last, last.at, last.margin);
  if (trail.newer) keepPlace(memory, NEWER, trail.newer, trail.newer.at, trail.newer.margin);
  if (trail.older) keepPlace(memory, OLDER, trail.older, trail.older.at, trail.older.margin);
  memory.numbers[CALM_LAT] = calm.lat;
  memory.numbers[CALM_LON] = calm.lon;
  memory.numbers[CALM_RADIUS] = calm.radius;
  memory.numbers[CALM_VERSION] = calm.version;
  memory.calmGroup = calm.group;
  return memory;
};

const keepPlace = (
  { numbers }: FenceMemory,
  at: number,
  { lat, lon }: { lat: number; lon: number },
  time: Instant,
  margin: Metres,
) => {
  numbers[at + AT] = time;
  numbers[at + LAT] = lat;
  numbers[at + LON] = lon;
  numbers[at + MARGIN] = margin;
};

const placeAt = ({ numbers }: FenceMemory, at: number): FixPlace | null =>
  numbers[at + AT]! < 0
    ? null
    : { at: numbers[at + AT]!, lat: numbers[at + LAT]!, lon: numbers[at + LON]!, margin: numbers[at + MARGIN]! };

const errorOf = (fix: Fix): Metres => fix.accuracy ?? (fix.hdop === undefined ? DEFAULT_ERROR : fix.hdop * RANGE_ERROR);

/**
 * Follows a vehicle over the borders of its fences. A crossing is told by the fix that proves it: one farther from the border than its
 * own error and the band of the border together, or some less deep ones of a vehicle that came from afar (fence-side.ts), or the way
 * between two fixes (fence-pass.ts). The first proven side of a fence is taken silently.
 * @param fix an accepted position; `at` not before the one given last
 * @param group of the vehicle
 * @param crossings gets those that the fence's own `on` asks for, in order of fence id
 */
export const trackFences = (
  memory: FenceMemory,
  fix: Fix,
  at: Instant,
  group: string | null,
  fences: FenceIndex,
  crossings: Crossing[],
): void => {
  const error = errorOf(fix);
  const margin = error + BORDER_BAND;
  if (!isCalm(memory, fix, margin, group, fences)) {
    const last = placeAt(memory, LAST);
    const before = last !== null && isStraight(last, fix, at) ? last : null;
    lookAround(memory, { fix, at, error, margin, before, crossings }, group, fences);
  }
  remember(memory, fix, at, margin);
};

const remember = (memory: FenceMemory, fix: Fix, at: Instant, margin: Metres): void => {
  const { numbers } = memory;
  if (numbers[NEWER + AT]! < 0 || at - numbers[NEWER + AT]! > ARRIVAL / 2) {
    for (let place = 0; place <= MARGIN; place++) numbers[OLDER + place] = numbers[NEWER + place]!;
    keepPlace(memory, NEWER, fix, at, margin);
  }
  keepPlace(memory, LAST, fix, at, margin);
};

const isCalm = (
  { numbers, calmGroup, near }: FenceMemory,
  fix: Fix,
  margin: Metres,
  group: string | null,
  fences: FenceIndex,
): boolean => {
  if (fences.isEmpty && near.length === 0) return true;
  const radius = numbers[CALM_RADIUS]!;
  return (
    radius > margin &&
    numbers[CALM_VERSION] === fences.version &&
    calmGroup === group &&
    distanceBetween(numbers[CALM_LAT]!, numbers[CALM_LON]!, fix.lat, fix.lon) + margin + CALM_SLACK < radius
  );
};

const isStraight = (last: FixPlace, fix: Fix, at: Instant): boolean =>
  at - last.at <= STRAIGHT_TIME && distanceBetween(last.lat, last.lon, fix.lat, fix.lon) <= STRAIGHT_WAY;

/** The order of the tree, and of the memory, is chance: crossings are told in order of id. */
const byId = (a: IndexedFence, b: IndexedFence): number => (a.id < b.id ? -1 : 1);

const lookAround = (memory: FenceMemory, step: FenceStep, group: string | null, fences: FenceIndex): void => {
  if (memory.near === NONE_NEAR) memory.near = [];
  const { fix, margin } = step;
  const reach = Math.max(REACH, 2 * margin);
  const from = step.before ?? fix;
  const around = fences.near(from.lon, from.lat, fix.lon, fix.lat, reach, group);
  const { numbers, near } = memory;
  numbers[CALM_RADIUS] = reach;
  for (let i = near.length - 1; i >= 0; i--) {
    const fence = fences.fence(near[i]!.id);
    if (fence === undefined || fence.revision !== near[i]!.revision || !fence.isFor(group)) near.splice(i, 1);
    else if (!around.includes(fence)) around.push(fence); // it jumped far away since: still to be left
  }
  around.sort(byId);
  for (const fence of around) stepFence(memory, fence, fence.shape.depth(fix.lon, fix.lat, reach), step, reach);
  numbers[CALM_LAT] = fix.lat;
  numbers[CALM_LON] = fix.lon;
  numbers[CALM_VERSION] = fences.version;
  memory.calmGroup = group;
  if (near.length === 0) memory.near = NONE_NEAR;
};

const stepFence = (memory: FenceMemory, fence: IndexedFence, depth: Metres, step: FenceStep, reach: Metres): void => {
  const { near, numbers } = memory;
  let index = 0;
  while (index < near.length && near[index]!.id !== fence.id) index++;
  if (index === near.length) {
    if (depth < -step.margin) {
      // Outside, as before or as first known: nothing to keep in mind, but it may have been through it.
      if (step.before !== null && mayHavePassed(step.before, fence, step, reach)) tellPass(fence, step.before, null, step);
      numbers[CALM_RADIUS] = Math.min(numbers[CALM_RADIUS]!, -depth);
      return;
    }
    if (near.length === MAX_NEAR) {
      memory.crowdedOut++;
      return;
    }
    const last = placeAt(memory, LAST);
    near.push(meetFence(fence, last, last === null ? 0 : depthOf(last, fence, reach)));
    takeTrail(near[index]!, placeAt(memory, OLDER), fence, step, reach);
    takeTrail(near[index]!, placeAt(memory, NEWER), fence, step, reach);
  }
  const entry = near[index]!;
  stepSide(entry, fence, depth, step);
  if (!isSettled(entry, depth, step.margin)) {
    numbers[CALM_RADIUS] = 0;
    return;
  }
  numbers[CALM_RADIUS] = Math.min(numbers[CALM_RADIUS]!, Math.abs(depth));
  if (entry.side === 'outside') near.splice(index, 1);
};

/** The way between two fixes meets the fence, and it was outside before: a fence that is drawn around a vehicle is not left by driving on. */
const mayHavePassed = (before: FixPlace, fence: IndexedFence, { fix }: FenceStep, reach: Metres): boolean =>
  fence.shape.meets(before.lon, before.lat, fix.lon, fix.lat) && depthOf(before, fence, reach) < 0;

const takeTrail = (near: NearFence, place: FixPlace | null, fence: IndexedFence, { at }: FenceStep, reach: Metres): void => {
  if (near.side === null || place === null || at - place.at > ARRIVAL) return;
  const depth = -depthOf(place, fence, reach);
  if (depth <= near.deepest) return;
  near.deepest = depth;
  near.deepestAt = place.at;
};

const depthOf = (place: FixPlace, fence: IndexedFence, reach: Metres): Metres => fence.shape.depth(place.lon, place.lat, reach);
