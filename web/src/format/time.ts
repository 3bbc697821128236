import { texts } from '../texts/en';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** The exact time, with its zone; for tooltips. */
export const exactTime = (iso: string): string => exact.format(new Date(iso));

export const clockTime = (iso: string | number): string => clock.format(new Date(iso));

export const dayTime = (iso: string): string => dayAndClock.format(new Date(iso));

/** How long ago, in one unit: `12 s ago`, `3 min ago`. A little in the future is now: clocks differ. */
export const ago = (iso: string, now: number): string => {
  const s = Math.round((now - Date.parse(iso)) / 1_000);
  const { time } = texts;
  return s < 5 ? time.now : time.ago(span(s));
};

const span = (s: number): string => {
  const { time } = texts;
  if (s < 90) return time.seconds(s);
  if (s < 5_400) return time.minutes(Math.round(s / 60));
  if (s < 129_600) return time.hours(Math.round(s / 3_600));
  return time.days(Math.round(s / 86_400));
};

/** A length of time with two units at most. @param s seconds */
export const duration = (s: number): string => {
  const { time } = texts;
  const whole = Math.round(s);
  if (whole < 60) return time.seconds(whole);
  if (whole < 600) return whole % 60 === 0 ? time.minutes(whole / 60) : time.minutesSeconds(Math.floor(whole / 60), whole % 60);
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? time.minutes(minutes) : time.hoursMinutes(Math.floor(minutes / 60), minutes % 60);
};
