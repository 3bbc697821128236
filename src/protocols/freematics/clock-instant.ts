import { isCalendarDay } from '../../model/calendar-day.js';
import { days, hours, type Instant } from '../../model/units.js';

/**
 * Reads the receiver's clock: `HHMMSShh` (hundredths) and `DDMMYY`, both without leading zeros, in UTC.
 * @param date where it is missing the day is that of the arrival, or the one before where the clock would be more than 12 h ahead: a datagram
 *   of 23:59:59 arrives after midnight
 * @returns undefined where there is no time; NaN where it is none
 */
export const clockInstant = (time: string | undefined, date: string | undefined, received: Instant): Instant | undefined => {
  if (time === undefined) return undefined;
  const [, hour, minute, second, hundredths] = split(time, 8, /^(\d\d)(\d\d)(\d\d)(\d\d)$/);
  if (!(hour! < 24 && minute! < 60 && second! < 61)) return Number.NaN;
  const ofDay = hours(hour!) + minute! * 60_000 + second! * 1_000 + hundredths! * 10;
  // A receiver that never had a fix sends a date of zeros.
  if (date === undefined || /^0*$/.test(date)) {
    const at = received - (received % days(1)) + ofDay;
    return at - received > hours(12) ? at - days(1) : at;
  }
  const [, day, month, year] = split(date, 6, /^(\d\d)(\d\d)(\d\d)$/);
  return isCalendarDay(2_000 + year!, month!, day!) ? Date.UTC(2_000 + year!, month! - 1, day) + ofDay : Number.NaN;
};

/** @returns the numbers at their places from 1 on; NaN where the text is not made so */
const split = (text: string, digits: number, pattern: RegExp): number[] => {
  const found = pattern.exec(text.padStart(digits, '0'));
  return found === null ? Array.from({ length: 5 }, () => Number.NaN) : [...found].map(Number);
};
