import { DateTime } from 'luxon';
import { z } from 'zod';
import { days as daysToMillis, type Instant } from '../../model/units.js';
import { parseInstant } from './fields.js';
import { invalid } from './problem.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const isDay = (text: string): boolean => DAY.test(text) && DateTime.fromISO(text).isValid;

/** A day, or a time that stands for its day in the fleet's zone. */
const day = z
  .union([z.string(), z.number()])
  .refine(given => parseInstant(given) !== undefined, 'is no day or time')
  .describe('YYYY-MM-DD, or a time that stands for its day in the zone of the fleet');

/** A range of days, both inclusive. */
export const dayRange = z.object({ from: day.optional(), to: day.optional() });

/** The day that was meant, in the fleet's zone. */
export const dayMeant = (given: string | number, zone: string): string =>
  typeof given === 'string' && DAY.test(given) ? given : DateTime.fromMillis(parseInstant(given)!, { zone }).toISODate()!;

/** @throws {ApiProblem} 400 where they are the wrong way round */
export const inOrder = (range: { from: string; to: string }): { from: string; to: string } => {
  if (range.from > range.to)
    throw invalid([{ field: 'query.from', message: 'must not be after `to`', said: [{ code: 'order_of_times' }] }]);
  return range;
};

/**
 * The days that were asked for; where nobody says, the newest `usual` ones.
 * @throws {ApiProblem} 400 where they are the wrong way round
 */
export const daysAsked = (
  { from, to }: z.infer<typeof dayRange>,
  zone: string,
  now: Instant,
  usual: number,
): { from: string; to: string } =>
  inOrder({ from: dayMeant(from ?? now - daysToMillis(usual - 1), zone), to: dayMeant(to ?? now, zone) });
