import { DateTime } from 'luxon';
import { z } from 'zod';
import { days as daysToMillis, type Instant } from '../../model/units.js';
import type { Bucket } from '../../ports/scores.js';
import { parseInstant } from '../http/fields.js';
import { invalid } from '../http/problem.js';

/** Where nobody says since when: four weeks, in which driving style shows (see docs/scoring.md). */
const DEFAULT_DAYS = 28;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Parts of a trend: a year by day, or anything longer by week or month. */
const MOST_BUCKETS = 400;

export const isDay = (text: string): boolean => DAY.test(text) && DateTime.fromISO(text).isValid;

/** A day, or a time that stands for its day in the fleet's zone. */
const day = z
  .union([z.string(), z.number()])
  .refine(given => parseInstant(given) !== undefined, 'is no day or time')
  .describe('YYYY-MM-DD, or a time that stands for its day in the zone of the fleet');

export const dayRange = z.object({ from: day.optional(), to: day.optional() });

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
  const dayOf = (given: string | number): string =>
    typeof given === 'string' && DAY.test(given) ? given : DateTime.fromMillis(parseInstant(given)!, { zone }).toISODate()!;
  const last = dayOf(to ?? now);
  const first = dayOf(from ?? startOf(last, zone) - daysToMillis(DEFAULT_DAYS - 1));
  if (first > last) throw invalid([{ field: 'query.from', message: 'must not be after `to`' }]);
  return spanOf(first, last, zone);
};

export const spanOf = (from: string, to: string, zone: string): Period => ({
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
