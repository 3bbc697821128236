import { DateTime } from 'luxon';
import { z } from 'zod';
import { days as daysToMillis, type Instant } from '../../model/units.js';
import { parseInstant } from './fields.js';
import { invalid } from './problem.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day, or a time that stands for its day in the fleet's zone. */
const day = z
  .union([z.string(), z.number()])
  .refine(given => parseInstant(given) !== undefined, 'is no day or time')
  .describe('YYYY-MM-DD, or a time that stands for its day in the zone of the fleet');

/** A range of days, both inclusive. */
export const dayRange = z.object({ from: day.optional(), to: day.optional() });

/**
 * The days that were asked for; where nobody says, the newest `usual` ones.
 * @throws {ApiProblem} 400 where they are the wrong way round
 */
export const daysAsked = (
  { from, to }: z.infer<typeof dayRange>,
  zone: string,
  now: Instant,
  usual: number,
): { from: string; to: string } => {
  const dayOf = (given: string | number): string =>
    typeof given === 'string' && DAY.test(given) ? given : DateTime.fromMillis(parseInstant(given)!, { zone }).toISODate()!;
  const range = { from: dayOf(from ?? now - daysToMillis(usual - 1)), to: dayOf(to ?? now) };
  if (range.from > range.to) throw invalid([{ field: 'query.from', message: 'must not be after `to`' }]);
  return range;
};
