import { locale } from '../app/language';
import { texts } from '../texts/texts';

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
let zone = here;

/** Times are shown in the fleet's zone: known after the log-in. @param iana `Europe/Berlin` */
export const setFleetZone = (iana: string): void => {
  zone = iana;
  formats.clear();
};

export const fleetZone = (): string => zone;

const OPTIONS = {
  exact: { dateStyle: 'medium', timeStyle: 'long' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  dayTime: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  date: { dateStyle: 'medium' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

const format = (kind: keyof typeof OPTIONS, at: string | number, timeZone = zone): string => {
  const key = `${kind} ${timeZone}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(locale, { ...OPTIONS[kind], timeZone });
    formats.set(key, made);
  }
  return made.format(new Date(at));
};

/** The exact time with its zone, for tooltips; where the viewer's clock shows another time, that too. */
export const exactTime = (at: string | number): string => {
  const fleet = format('exact', at);
  const own = zone === here ? fleet : format('exact', at, here);
  return own === fleet ? fleet : `${fleet}\n${texts.time.yours(own)}`;
};

/** `14:03:27` */
export const clockTime = (at: string | number): string => format('clock', at);

/** `14:03` */
export const minuteTime = (at: string | number): string => format('minute', at);

/** `22 Nov, 14:03` */
export const dayTime = (at: string | number): string => format('dayTime', at);

/** `22 Nov 2026` */
export const dateOf = (at: string | number): string => format('date', at);

/** A day of the wire (`2026-11-22`), which has no time and no zone: `Sun, 22 Nov`. */
export const wireDay = (day: string): string => format('day', `${day}T12:00:00Z`, 'UTC');

/** The same with its year, for what is far away: `22 Nov 2026`. */
export const wireDate = (day: string): string => format('date', `${day}T12:00:00Z`, 'UTC');

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
export const duration = (s: number | null): string => {
  if (s === null) return texts.unknown;
  const { time } = texts;
  const whole = Math.round(s);
  if (whole < 60) return time.seconds(whole);
  if (whole < 600) return whole % 60 === 0 ? time.minutes(whole / 60) : time.minutesSeconds(Math.floor(whole / 60), whole % 60);
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? time.minutes(minutes) : time.hoursMinutes(Math.floor(minutes / 60), minutes % 60);
};
