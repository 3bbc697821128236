import { fleetZone } from './time';

const DAY_MS = 86_400_000;
const writers = new Map<string, Intl.DateTimeFormat>();

/** The fields of an instant on a clock of the fleet's zone, as if they were UTC. */
const wallClock = (at: number): number => {
  if (!Number.isFinite(at)) return Number.NaN;
  const zone = fleetZone();
  let writer = writers.get(zone);
  if (writer === undefined) {
    writer = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    writers.set(zone, writer);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of writer.formatToParts(at)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
};

/** The day of an instant in the fleet's zone: `2026-11-22`. */
export const dayOf = (at: number): string => new Date(wallClock(at)).toISOString().slice(0, 10);

/** The instant at which a wall clock of the fleet's zone shows this. @param wall the fields, as if they were UTC */
const instantOf = (wall: number): number => {
  const first = wall - (wallClock(wall) - wall);
  // On the day of a change of clocks the first guess is off by the change.
  return wall - (wallClock(first) - first);
};

/** When a day of the fleet's zone begins. @param day `2026-11-22` */
export const startOfDay = (day: string): number => instantOf(Date.parse(`${day}T00:00:00Z`));

/** @param day `2026-11-22` @param days may be negative */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** A `datetime-local` of the fleet's zone (`2026-11-22T14:03`) as an instant, NaN where it is none. */
export const instantOfLocal = (local: string): number => instantOf(Date.parse(`${local}Z`));

/** The other way: what a `datetime-local` shows. */
export const localOf = (at: number): string => new Date(wallClock(at)).toISOString().slice(0, 16);
