import type { Crossing } from '../../model/moment.js';
import type { Fix } from '../../model/reading.js';
import type { Instant, Metres, Millis } from '../../model/units.js';
import { inSchedule } from '../../model/weekly-hours.js';
import type { IndexedFence } from './fence-index.js';
import { passesThrough } from './fence-pass.js';
import { turned } from './geometry.js';

export type Side = 'inside' | 'outside';

/** Where a fix was, as far as a later one needs it. */
export interface FixPlace {
  at: Instant;
  lat: number;
  lon: number;
  /** How far from a border it had to be to prove its side. */
  margin: Metres;
}

/** A fence that the vehicle is in, or so near to its border that one fix cannot tell. */
export interface NearFence {
  id: string;
  revision: number;
  /** The side that was proven last; null until one was. */
  side: Side | null;
  /** Deepest on that side within `ARRIVAL`, and when: a vehicle that came from afar is not one that stands and jitters. */
  deepest: Metres;
  deepestAt: Instant;
  /** While inside: its first fix there. Absent in memories of before. */
  entered?: { at: Instant; lat: number; lon: number };
  /** The fixes on the other side that do not prove it yet: the first of them, how many, and the last before it. */
  pending: { at: Instant; lat: number; lon: number; fixes: number; before: FixPlace | null } | null;
}

/** One fix, against all fences near it. */
export interface FenceStep {
  fix: Fix;
  at: Instant;
  /** How far the fix may be wrong, and how far from a border it proves a side. */
  error: Metres;
  margin: Metres;
  /** The fix before it, where the way between them may be taken as straight. */
  before: FixPlace | null;
  crossings: Crossing[];
}

/** A border is as wide as this to each side, whatever the receiver claims: drawn fences are no better, and slow drift is not in its hdop. */
export const BORDER_BAND: Metres = 5;
/** A side that no single fix proves is believed after so many fixes over so long, of a vehicle that came from afar within `ARRIVAL`. */
const SHALLOW_FIXES = 3;
const SHALLOW_DWELL: Millis = 20_000;
export const ARRIVAL: Millis = 180_000;
/** The way between two fixes is taken as straight up to here. */
export const STRAIGHT_TIME: Millis = 120_000;

/**
 * A fence that the vehicle came near to. It was outside until now if the fix before says so of the fence as it is now: one that was drawn
 * around a vehicle was not entered.
 * @param depth of `last`, positive inside
 */
export const meetFence = (fence: IndexedFence, last: FixPlace | null, depth: Metres): NearFence => {
  const wasOutside = last !== null && depth < -last.margin;
  return {
    id: fence.id,
    revision: fence.revision,
    side: wasOutside ? 'outside' : null,
    deepest: wasOutside ? -depth : 0,
    deepestAt: wasOutside ? last.at : 0,
    pending: null,
  };
};

/** Whether nothing is open: a side is proven, and by a fix this deep the other one is far. */
export const isSettled = (near: NearFence, depth: Metres, margin: Metres): boolean =>
  near.side !== null && near.pending === null && Math.abs(depth) > margin;

/** Takes one fix into account. @param depth of the fix, positive inside */
export const stepSide = (near: NearFence, fence: IndexedFence, depth: Metres, step: FenceStep): void => {
  const side: Side = depth > 0 ? 'inside' : 'outside';
  const proves = Math.abs(depth) > step.margin;
  if (near.side === null) {
    if (proves) settle(near, side, depth, step, { at: step.at, lat: step.fix.lat, lon: step.fix.lon });
    return;
  }
  if (side === near.side) {
    if (side === 'outside') tellIfPassed(near, fence, step);
    near.pending = null;
    if (Math.abs(depth) >= near.deepest || step.at - near.deepestAt > ARRIVAL) {
      near.deepest = Math.abs(depth);
      near.deepestAt = step.at;
    }
    return;
  }
  // A vehicle may stand on the border for hours before it drives in: that is not when it entered.
  if (near.pending === null || step.at - near.pending.at > ARRIVAL) {
    near.pending = { at: step.at, lat: step.fix.lat, lon: step.fix.lon, fixes: 0, before: step.before && { ...step.before } };
  }
  near.pending.fixes++;
  if (!proves && !isShallowProof(near, depth, step)) return;
  tell(fence, side, near.pending, step);
  settle(near, side, depth, step, near.pending);
};

type FirstFix = { at: Instant; lat: number; lon: number };

/** @param first the first fix on that side */
const settle = (near: NearFence, side: Side, depth: Metres, { at: now }: FenceStep, { at, lat, lon }: FirstFix): void => {
  near.side = side;
  near.deepest = Math.abs(depth);
  near.deepestAt = now;
  near.pending = null;
  if (side === 'inside') near.entered = { at, lat, lon };
  else delete near.entered;
};

const isShallowProof = ({ pending, deepest, deepestAt }: NearFence, depth: Metres, { at, margin }: FenceStep): boolean =>
  pending !== null &&
  pending.fixes >= SHALLOW_FIXES &&
  at - pending.at >= SHALLOW_DWELL &&
  pending.at - deepestAt <= ARRIVAL &&
  Math.abs(depth) >= BORDER_BAND &&
  deepest + Math.abs(depth) >= 2 * margin;

/** Outside before and outside now: it may have been through it since, with or without a fix inside. */
const tellIfPassed = ({ pending }: NearFence, fence: IndexedFence, step: FenceStep): void => {
  const from = pending === null ? step.before : pending.before;
  if (from !== null && step.at - from.at <= STRAIGHT_TIME) tellPass(fence, from, pending, step);
};

/**
 * Tells an entry and an exit where the way from `from` to the fix of this step, both outside, went through the fence.
 * @param between a fix inside on that way, where there was one
 */
export const tellPass = (fence: IndexedFence, from: FixPlace, between: FirstFix | null, step: FenceStep): void => {
  const { fix, at, error, margin } = step;
  if (!passesThrough(fence.shape, from, fix, fix.speed, error, margin)) return;
  const inside = between ?? {
    at: Math.round((from.at + at) / 2),
    lat: (from.lat + fix.lat) / 2,
    lon: turned(from.lon + turned(fix.lon - from.lon) / 2),
  };
  tell(fence, 'inside', inside, step);
  tell(fence, 'outside', { at, lat: fix.lat, lon: fix.lon }, step);
};

const tell = (fence: IndexedFence, side: Side, first: FirstFix, step: FenceStep): void => {
  if (side === 'inside' ? !fence.wantsEnter : !fence.wantsExit) return;
  if (fence.schedule !== null && !inSchedule(fence.schedule, first.at)) return;
  step.crossings.push({
    geofence: fence.id,
    name: fence.name,
    side,
    at: first.at,
    provenAt: step.at,
    location: { lat: first.lat, lon: first.lon },
  });
};
