import type { Alert } from '../src/model/alert.js';
import type { Stretch } from '../tests/golden/reference-harsh.js';
import type { Share } from './share.js';

/** Two smoothings put a peak up to two seconds apart. */
const APART = 2_000;

export const overlap = (a: Stretch, b: Stretch): boolean => a.start - APART <= b.end && b.start - APART <= a.end;

/** How many of some overlap one of the others. */
export const countIn = (some: readonly Stretch[], others: readonly Stretch[]): number =>
  some.filter(one => others.some(other => overlap(one, other))).length;

export const stretchOf = ({ occurred_at, ended_at, value }: Alert): Stretch => ({
  start: Date.parse(occurred_at),
  end: Date.parse(ended_at ?? occurred_at),
  peak: value ?? 0,
});

/** Precision: of ours, those that are theirs. Recall: of theirs, those that are ours. */
export interface Agreement {
  precision: Share;
  recall: Share;
}

export const agreement = (ours: readonly Stretch[], theirs: readonly Stretch[]): Agreement => ({
  precision: { hits: countIn(ours, theirs), of: ours.length },
  recall: { hits: countIn(theirs, ours), of: theirs.length },
});

const sum = (a: Share, b: Share): Share => ({ hits: a.hits + b.hits, of: a.of + b.of });

export const pool = (some: readonly Agreement[]): Agreement =>
  some.reduce((all, one) => ({ precision: sum(all.precision, one.precision), recall: sum(all.recall, one.recall) }), {
    precision: { hits: 0, of: 0 },
    recall: { hits: 0, of: 0 },
  });
