import { beginsWithDay } from '../model/calendar-day.js';
import type { Instant } from '../model/units.js';
import { looseNumber } from './loose-values.js';

/** Up to here a number counts seconds (to the year 5138), from here on milliseconds (from March 1973). */
const FIRST_MILLIS = 1e11;
/** A clock that says 1970 to early 1973 was never set. */
const FIRST_SECONDS = 1e8;
const LAST_INSTANT = 8.64e15;
const WRITTEN = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/i;

/**
 * Reads a time as devices write it: epoch seconds (fractions too) or milliseconds, as number or text; `2016-01-27T18:55:47Z`,
 * `2014-06-04 09:10:11`; without a zone it is UTC.
 * @returns epoch ms; undefined where no time was sent or the clock was never set; NaN for what is no time, as on a day that is not in the calendar
 */
export const deviceInstant = (value: unknown): Instant | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  const number = looseNumber(value);
  if (number !== undefined) {
    if (number >= 0 && number < FIRST_SECONDS) return undefined;
    const at = Math.round(number < FIRST_MILLIS ? number * 1_000 : number);
    return at >= 0 && at <= LAST_INSTANT ? at : Number.NaN;
  }
  const [, day, time, zone = 'Z'] = typeof value === 'string' && value.length <= 64 ? (WRITTEN.exec(value.trim()) ?? []) : [];
  if (day === undefined || !beginsWithDay(day)) return Number.NaN;
  return Date.parse(`${day}T${time}${/^(?:UTC|GMT)$/i.test(zone) ? 'Z' : zone}`);
};

/** Reads `YYYYMMDDHHMMSS` in UTC. @returns epoch ms; NaN for what is no time */
export const packedInstant = (digits: string): Instant => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const date = `${year}-${month}-${day}`;
  return year !== undefined && beginsWithDay(date) ? Date.parse(`${date}T${hour}:${minute}:${second}Z`) : Number.NaN;
};
