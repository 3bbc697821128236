import { DateTime } from 'luxon';
import type { z } from 'zod';
import { days as daysToMillis, type Instant } from '../../model/units.js';
import type { Bucket } from '../../ports/scores.js';
import { dayMeant, type dayRange, inOrder } from '../http/day-range.js';
import { invalid } from '../http/problem.js';

/** Where nobody says since when: four weeks, in which driving style shows (see docs/scoring.md). */
const DEFAULT_DAYS = 28;
/** Parts of a trend: a year by day, or anything longer by week or month. */
const MOST_BUCKETS = 400;

export const TRENDS = ['day', 'week', 'month'] as const;
export type Trend = (typeof TRENDS)[number];

/** Whole days of the fleet's zone, and the instants they begin and end at. */
export interface Period {
  /** `YYYY-MM-DD`, both included. */
  from: string;
  to: string;
  since: Instant;
  until: Instant;
}

/** @throws {ApiProblem} 400 where `from` is after `to` */
export const periodOf = ({ from, to }: z.infer<typeof dayRange>, zone: string, now: Instant): Period => {
  const last = dayMeant(to ?? now, zone);
  const first = dayMeant(from ?? startOf(last, zone) - daysToMillis(DEFAULT_DAYS - 1), zone);
  inOrder({ from: first, to: last });
  return spanOf(first, last, zone);
};

const spanOf = (from: string, to: string, zone: string): Period => ({
  from,
  to,
  since: startOf(from, zone),
  until: DateTime.fromISO(to, { zone }).plus({ days: 1 }).startOf('day').toMillis(),
});

const startOf = (of: string, zone: string): Instant => DateTime.fromISO(of, { zone }).startOf('day').toMillis();

/** The same length of time, just before. */
export const periodBefore = ({ from, to }: Period, zone: string): Period => {
  const [first, last] = [DateTime.fromISO(from, { zone }), DateTime.fromISO(to, { zone })];
  const length = Math.round(last.diff(first, 'days').days) + 1;
  return spanOf(first.minus({ days: length }).toISODate()!, first.minus({ days: 1 }).toISODate()!, zone);
};

/**
 * The period cut into days, weeks (from Monday) or months; the first and last may be shorter.
 * @throws {ApiProblem} 400 where that would be too many
 */
export const bucketsOf = ({ from, to }: Period, zone: string, trend: Trend): (Bucket & { last: string })[] => {
  const buckets: (Bucket & { last: string })[] = [];
  for (let at = DateTime.fromISO(from, { zone }).startOf('day'); at.toISODate()! <= to; ) {
    if (buckets.length === MOST_BUCKETS) {
      throw invalid([{ field: 'query.trend', message: `the period has more than ${MOST_BUCKETS} of them: ask for longer ones` }]);
    }
    const next = at.startOf(trend).plus({ [trend]: 1 });
    const last = next.minus({ days: 1 }).toISODate()!;
    buckets.push({ day: at.toISODate()!, since: at.toMillis(), last: last < to ? last : to });
    at = next;
  }
  return buckets;
};
