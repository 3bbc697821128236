import type { HealthDay } from '../../model/health.js';
import type { Saying } from '../../model/saying.js';
import { type ServiceItem, type ServiceLeft, serviceLeft } from '../../model/service-plan.js';
import type { Instant, Km } from '../../model/units.js';
import { offsetOf } from '../../model/weekly-hours.js';
import type { HealthFinding } from './health-report.js';
import { dayNumber, dayOfNumber, type HealthState, rounded } from './part-health.js';

/** A service of the plan, and when it is expected to be due by how much the vehicle is used. */
export interface ServiceOutlook {
  name: string;
  /** The first of its intervals; null where none can be told. */
  due: string | null;
  left: ServiceLeft;
  state: Exclude<HealthState, 'not_enough_data'>;
  text: string;
  said: Saying;
}

const DAY = 86_400_000;
const SOON = 14;
/** Use over fewer days is no habit. */
const LEAST_SPAN = 3;

/** What a vehicle's counters say now; not known is `undefined`. */
export interface CountersNow {
  /** As the device told it last, else as registered. */
  km: Km | undefined;
  /** Of the engine, as the device told them last. */
  hours: number | undefined;
}

const spanOf = (days: readonly HealthDay[]): number =>
  days.length < 2 ? 0 : dayNumber(days.at(-1)!.day) - dayNumber(days[0]!.day);

/** km a day, over the days that are known; undefined where they are too few. */
const kmPerDay = (days: readonly HealthDay[]): Km | undefined => {
  const driven = days.filter(({ use }) => use.odometer !== null);
  const span = spanOf(driven);
  return span < LEAST_SPAN ? undefined : (driven.at(-1)!.use.odometer! - driven[0]!.use.odometer!) / span;
};

const hoursOf = (days: readonly HealthDay[]): number => days.reduce((sum, { use }) => sum + use.engineOn, 0) / 3_600;

/** Engine hours a day, standing days among them; the newest day may not be over. */
const hoursPerDay = (days: readonly HealthDay[]): number | undefined => {
  const span = spanOf(days);
  return span < LEAST_SPAN ? undefined : hoursOf(days.slice(0, -1)) / span;
};

/**
 * Hours that the engine ran since a service, where no counter tells: those of the days since, if all of them were looked at.
 * @param from the first day that was looked at
 */
const hoursSince = (date: string | null, days: readonly HealthDay[], from: string): number | undefined =>
  date === null || date < from || days.length === 0 ? undefined : hoursOf(days.filter(({ day }) => day >= date));

const daysUntil = (left: number | undefined, perDay: number | undefined): number => {
  if (left === undefined) return Infinity;
  if (left <= 0) return left === 0 ? 0 : -1;
  return perDay !== undefined && perDay > 0 ? left / perDay : Infinity;
};

/** What is left for other languages; an interval that does not matter is null. */
const sayingOf = (name: string, left: ServiceLeft, due: string | null, overdue: boolean): Saying => {
  const amount = (of: number | undefined): number | null =>
    of === undefined || (overdue && of >= 0) ? null : rounded(Math.abs(of), 0);
  const amounts = {
    km: amount(left.km),
    hours: amount(left.hours),
    days: amount(left.days === undefined ? undefined : Math.trunc(left.days)),
  };
  if (overdue) return { code: 'service_overdue', name, ...amounts };
  const known = amounts.km !== null || amounts.hours !== null || amounts.days !== null;
  return known ? { code: 'service_left', name, ...amounts, due } : { code: 'service_unknown', name };
};

/** The day of the zone in which a moment lies; what is a second before midnight is an error of reckoning in days. */
const dayIn = (zone: string, at: Instant): string => dayOfNumber(Math.floor((at + 1_000 + offsetOf(zone, at)) / DAY));

/** What is left in words, the interval that ends first to the front. */
const wordsOf = (left: ServiceLeft, due: string | null, overdue: boolean): string => {
  // Of what is overdue, by how much: what is left of another interval does not matter then.
  const written = (amount: number | undefined, unit: string): string =>
    amount === undefined || (overdue && amount >= 0) ? '' : `${rounded(Math.abs(amount), 0)} ${unit}`;
  const days = left.days === undefined ? undefined : Math.trunc(left.days);
  const parts = [written(left.km, 'km'), written(left.hours, 'h'), written(days, 'days')].filter(text => text !== '');
  if (overdue) return parts.length === 0 ? 'Due today.' : `Overdue by ${parts.join(', ')}.`;
  if (parts.length === 0) return 'Not enough data: neither when it was done last nor a counter of its interval is known.';
  return `${parts.join(', ')} left${due === null ? '' : `, expected around ${due}`}.`;
};

/**
 * The plan of a vehicle, most urgent first. An item whose last service nobody recorded says that it cannot be told.
 * @param from the first day that `days` were looked for
 */
export const serviceOutlook = (
  plan: readonly ServiceItem[],
  days: readonly HealthDay[],
  from: string,
  counters: CountersNow,
  now: Instant,
  zone: string,
): ServiceOutlook[] => {
  const perDay = kmPerDay(days);
  const hoursADay = hoursPerDay(days);
  return plan
    .map((item): ServiceOutlook & { until: number } => {
      // Where nobody recorded the last service the plan counts from its making, which the fold knows and its alert tells.
      const dated = item.last.date !== null || item.due_date !== null;
      const all = serviceLeft(item, { at: now, ...counters }, { at: now, km: undefined, hours: undefined }, zone);
      const { days: byDate, ...left } = all;
      const run = hoursSince(item.last.date, days, from);
      if (left.hours === undefined && item.every_hours !== null && run !== undefined) left.hours = item.every_hours - run;
      if (dated && byDate !== undefined) (left as ServiceLeft).days = byDate;
      const known = left as ServiceLeft;
      const until = Math.min(daysUntil(known.km, perDay), daysUntil(known.hours, hoursADay), known.days ?? Infinity);
      const due = Number.isFinite(until) ? dayIn(zone, now + Math.max(0, until) * DAY) : null;
      const state = until < 0 ? 'warning' : until <= SOON ? 'watch' : 'ok';
      const said = sayingOf(item.name, known, due, until < 0);
      return { name: item.name, due, left: known, state, text: wordsOf(known, due, until < 0), said, until };
    })
    .sort((a, b) => a.until - b.until || (a.name < b.name ? -1 : 1))
    .map(({ until: _until, ...outlook }) => outlook);
};

/** What of the plan is a finding. */
export const serviceFindings = (services: readonly ServiceOutlook[]): HealthFinding[] =>
  services.flatMap(({ name, state, text, said, due }) =>
    state === 'ok' || state === 'critical' ? [] : [{ part: 'service', state, text: `${name}: ${text}`, said: [said], at: due }],
  );
