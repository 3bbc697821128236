import type { Crossing } from '../../model/moment.js';
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

/** What one vehicle knows of the fences around it: plain data, a few dozen bytes between fences. */
export interface FenceMemory {
  last: FixPlace | null;
  /** Where it was up to `ARRIVAL` ago: tells a vehicle that came from afar from one that stands and jitters. */
  trail: { older: FixPlace | null; newer: FixPlace | null };
  /** While the vehicle stays within `radius` of this place it meets no border, and each side is proven: nothing has to be looked up. */
  calm: { lat: number; lon: number; radius: Metres; version: number; group: string | null };
  /** Only those that it is in or at the border of; `MAX_NEAR` at most. */
  near: NearFence[];
  /** How often a fence was not followed because `MAX_NEAR` were already. */
  crowdedOut: number;
}

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

export const newFenceMemory = (): FenceMemory => ({
  last: null,
  trail: { older: null, newer: null },
  calm: { lat: 0, lon: 0, radius: 0, version: 0, group: null },
  near: [],
  crowdedOut: 0,
});

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
    const before = memory.last !== null && isStraight(memory.last, fix, at) ? memory.last : null;
    lookAround(memory, { fix, at, error, margin, before, crossings }, group, fences);
  }
  remember(memory, fix, at, margin);
};

const remember = (memory: FenceMemory, fix: Fix, at: Instant, margin: Metres): void => {
  const { last, trail } = memory;
  if (trail.newer === null || at - trail.newer.at > ARRIVAL / 2) {
    trail.older = trail.newer;
    trail.newer = { at, lat: fix.lat, lon: fix.lon, margin };
  }
  if (last === null) {
    memory.last = { at, lat: fix.lat, lon: fix.lon, margin };
    return;
  }
  last.at = at;
  last.lat = fix.lat;
  last.lon = fix.lon;
  last.margin = margin;
};

const isCalm = ({ calm, near }: FenceMemory, fix: Fix, margin: Metres, group: string | null, fences: FenceIndex): boolean => {
  if (fences.isEmpty && near.length === 0) return true;
  return (
    calm.radius > margin &&
    calm.version === fences.version &&
    calm.group === group &&
    distanceBetween(calm.lat, calm.lon, fix.lat, fix.lon) + margin + CALM_SLACK < calm.radius
  );
};

const isStraight = (last: FixPlace, fix: Fix, at: Instant): boolean =>
  at - last.at <= STRAIGHT_TIME && distanceBetween(last.lat, last.lon, fix.lat, fix.lon) <= STRAIGHT_WAY;

/** The order of the tree, and of the memory, is chance: crossings are told in order of id. */
const byId = (a: IndexedFence, b: IndexedFence): number => (a.id < b.id ? -1 : 1);

const lookAround = (memory: FenceMemory, step: FenceStep, group: string | null, fences: FenceIndex): void => {
  const { fix, margin } = step;
  const reach = Math.max(REACH, 2 * margin);
  const from = step.before ?? fix;
  const around = fences.near(from.lon, from.lat, fix.lon, fix.lat, reach, group);
  const { calm, near } = memory;
  calm.radius = reach;
  for (let i = near.length - 1; i >= 0; i--) {
    const fence = fences.fence(near[i]!.id);
    if (fence === undefined || fence.revision !== near[i]!.revision || !fence.isFor(group)) near.splice(i, 1);
    else if (!around.includes(fence)) around.push(fence); // it jumped far away since: still to be left
  }
  around.sort(byId);
  for (const fence of around) stepFence(memory, fence, fence.shape.depth(fix.lon, fix.lat, reach), step, reach);
  calm.lat = fix.lat;
  calm.lon = fix.lon;
  calm.version = fences.version;
  calm.group = group;
};

const stepFence = (memory: FenceMemory, fence: IndexedFence, depth: Metres, step: FenceStep, reach: Metres): void => {
  const { near, calm } = memory;
  let index = 0;
  while (index < near.length && near[index]!.id !== fence.id) index++;
  if (index === near.length) {
    if (depth < -step.margin) {
      // Outside, as before or as first known: nothing to keep in mind, but it may have been through it.
      if (step.before !== null && mayHavePassed(step.before, fence, step, reach)) tellPass(fence, step.before, null, step);
      calm.radius = Math.min(calm.radius, -depth);
      return;
    }
    if (near.length === MAX_NEAR) {
      memory.crowdedOut++;
      return;
    }
    const { last, trail } = memory;
    near.push(meetFence(fence, last, last === null ? 0 : depthOf(last, fence, reach)));
    takeTrail(near[index]!, trail.older, fence, step, reach);
    takeTrail(near[index]!, trail.newer, fence, step, reach);
  }
  const entry = near[index]!;
  stepSide(entry, fence, depth, step);
  if (!isSettled(entry, depth, step.margin)) {
    calm.radius = 0;
    return;
  }
  calm.radius = Math.min(calm.radius, Math.abs(depth));
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
