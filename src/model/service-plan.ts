import type { Instant, Km } from './units.js';
import { offsetOf, startOfDay } from './weekly-hours.js';

/** What was done last: the readings of the counters then, as far as they are known. */
export interface ServiceRecord {
  odometer_km: Km | null;
  engine_hours: number | null;
  /** `YYYY-MM-DD`, in the fleet's zone. */
  date: string | null;
}

/** One recurring service of a vehicle: due by whichever of its intervals ends first. The wire form of REST too. */
export interface ServiceItem {
  name: string;
  every_km: Km | null;
  every_hours: number | null;
  every_days: number | null;
  /** A fixed day, `YYYY-MM-DD`; goes before `every_days`. */
  due_date: string | null;
  last: ServiceRecord;
}

/** Counters of a vehicle at one moment. Not known is `undefined`. */
export interface ServiceMeters {
  at: Instant;
  km: Km | undefined;
  hours: number | undefined;
}

/** What is left until a service, negative where it is overdue; only of the intervals that the item has and whose counter is known. */
export interface ServiceLeft {
  km?: Km;
  hours?: number;
  days?: number;
}

const DAY = 86_400_000;

/**
 * When the item is due by date.
 * @param since from when days count where no date of the last service is known
 */
export const serviceDueAt = ({ due_date, every_days, last }: ServiceItem, since: Instant, zone: string): Instant | undefined => {
  if (due_date !== null) return startOfDay(zone, due_date);
  if (every_days === null) return undefined;
  if (last.date === null) return since + every_days * DAY;
  const begun = startOfDay(zone, last.date);
  const guess = begun + every_days * DAY;
  // Whole days of the zone, whatever its clocks do on the way.
  return guess - (offsetOf(zone, guess) - offsetOf(zone, begun));
};

/**
 * What is left of each interval.
 * @param since counters when the plan was made: what is counted from where the last service does not say
 */
export const serviceLeft = (item: ServiceItem, now: ServiceMeters, since: ServiceMeters, zone: string): ServiceLeft => {
  const left: ServiceLeft = {};
  const { every_km, every_hours, last } = item;
  const fromKm = last.odometer_km ?? since.km;
  const fromHours = last.engine_hours ?? since.hours;
  if (every_km !== null && now.km !== undefined && fromKm !== undefined) left.km = every_km - (now.km - fromKm);
  if (every_hours !== null && now.hours !== undefined && fromHours !== undefined)
    left.hours = every_hours - (now.hours - fromHours);
  const dueAt = serviceDueAt(item, since.at, zone);
  if (dueAt !== undefined) left.days = (dueAt - now.at) / DAY;
  return left;
};
