import type { Schedule } from './schedule.js';
import type { Instant, Millis } from './units.js';

const MINUTE: Millis = 60_000;
/** Zone offsets change on whole quarters of an hour, so one is looked up once per quarter and kept. */
const QUARTER_HOUR: Millis = 900_000;
const DAY = 1_440;
const WEEK = 7 * DAY;
/** 1 January 1970 was a Thursday. */
const EPOCH_IN_WEEK = 3 * DAY;
const MOST_ZONES = 64;
const MOST_QUARTERS = 4_096;

interface Zone {
  format: Intl.DateTimeFormat;
  offsets: Map<number, Millis>;
}

const zones = new Map<string, Zone>();

const zoneOf = (name: string): Zone => {
  let zone = zones.get(name);
  if (zone === undefined) {
    if (zones.size >= MOST_ZONES) zones.clear();
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    zone = { format, offsets: new Map() };
    zones.set(name, zone);
  }
  return zone;
};

/** How far the zone's clocks are ahead of UTC at that moment. A pure function of its arguments; what was found is kept. */
export const offsetOf = (zoneName: string, at: Instant): Millis => {
  const { format, offsets } = zoneOf(zoneName);
  const quarter = Math.floor(at / QUARTER_HOUR);
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    if (offsets.size >= MOST_QUARTERS) offsets.clear();
    const start = quarter * QUARTER_HOUR;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(start)) part[type] = Number(value);
    offset = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!) - start;
    offsets.set(quarter, offset);
  }
  return offset;
};

/** When the day `YYYY-MM-DD` begins in the zone. */
export const startOfDay = (zoneName: string, day: string): Instant => {
  const utc = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
  const guess = utc - offsetOf(zoneName, utc);
  return utc - offsetOf(zoneName, guess);
};

const minuteOfWeek = (zoneName: string, at: Instant): number =>
  (((Math.floor((at + offsetOf(zoneName, at)) / MINUTE) + EPOCH_IN_WEEK) % WEEK) + WEEK) % WEEK;

const clockMinute = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** For each minute of the week, whether it is within: 1 where it is. Schedules are never changed in place. */
const weeks = new WeakMap<Schedule['windows'], Uint8Array>();

const weekOf = (windows: Schedule['windows']): Uint8Array => {
  const known = weeks.get(windows);
  if (known !== undefined) return known;
  const week = new Uint8Array(WEEK);
  for (const { days, from, to } of windows) {
    const start = clockMinute(from);
    const length = clockMinute(to) - start + (clockMinute(to) > start ? 0 : DAY);
    for (const day of days) for (let i = 0; i < length; i++) week[((day - 1) * DAY + start + i) % WEEK] = 1;
  }
  weeks.set(windows, week);
  return week;
};

/** Whether `at` lies in one of the weekly windows, in the schedule's zone. A window whose `to` is not after `from` ends on the next day. */
export const inSchedule = ({ zone, windows }: Schedule, at: Instant): boolean => weekOf(windows)[minuteOfWeek(zone, at)] === 1;

/** The first moment from `at` on that lies in the schedule: `at` itself, or the opening of a window; undefined where none ever opens. */
export const nextWithin = (schedule: Schedule, at: Instant): Instant | undefined => {
  const week = weekOf(schedule.windows);
  const now = minuteOfWeek(schedule.zone, at);
  if (week[now] === 1) return at;
  for (let ahead = 1; ahead <= WEEK; ahead++) {
    if (week[(now + ahead) % WEEK] !== 1) continue;
    const guess = (Math.floor(at / MINUTE) + ahead) * MINUTE;
    // Where clocks are put forward or back on the way, the same clock time comes sooner or later.
    const opening = guess - (offsetOf(schedule.zone, guess) - offsetOf(schedule.zone, at));
    return inSchedule(schedule, opening) ? opening : guess;
  }
  return undefined;
};
