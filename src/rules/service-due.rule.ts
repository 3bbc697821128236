import { z } from 'zod';
import type { Moment } from '../model/moment.js';
import type { Saying } from '../model/saying.js';
import { type ServiceItem, type ServiceLeft, serviceDueAt, serviceLeft } from '../model/service-plan.js';
import { days, type Instant } from '../model/units.js';
import { asked, ONE } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';
import { type MeterMemory, newMeters, readMeters } from './service-meters.js';

type Measure = keyof ServiceLeft;

type ItemMemory = {
  name: string;
  /** Of the item as planned: another plan, or a service done, counts from anew. */
  plan: number;
  /** Counters when it was first seen: what counts where nobody said what they were at the last service. */
  km: number;
  hours: number;
  at: Instant;
  /** By date: when it is due, and from when on it is told ahead; null where no date decides. */
  dueAt: Instant | null;
  aheadAt: Instant | null;
  /** What was told: nothing, that it comes near, that it is due. */
  told: 0 | 1 | 2;
  from: Instant;
  left: number;
  unit: string;
};

type ServiceMemory = { meters: MeterMemory; items: ItemMemory[] };

/** A plan with more items is cut by the API. */
const MOST_ITEMS = 12;
/** Told ahead by what people set, but never by more than this part of the interval. */
const LARGEST_PART_AHEAD = 0.2;
const UNITS: Record<Measure, string> = { km: 'km', hours: 'h', days: 'd' };

const params = z.strictObject({
  ahead_km: z.number().min(0).default(1_000).describe('km before it is due; never more than a fifth of the interval'),
  ahead_hours: z.number().min(0).default(25).describe('engine hours before; likewise'),
  ahead_days: z.number().min(0).default(14).describe('days before; likewise'),
});
type Params = z.infer<typeof params>;

export const serviceDue = defineRule({
  kind: 'service_due',
  when: 'of a service in the plan of the vehicle less than `ahead_km`, `ahead_hours` or `ahead_days` are left, whichever comes first; told ahead, again when it is due, and ended when the service was recorded; by the odometer that the device tells, else the registered one and the trips since; a date is told without a reading',
  params,
  severity: 'info',
  cooldown_s: 0,
  start: (): ServiceMemory => ({ meters: newMeters(), items: [] }),
  rests: ({ servicePlan }) => servicePlan.length === 0,
  step(memory, moment, settings, report) {
    const { servicePlan } = moment;
    if (servicePlan.length === 0 && memory.items.length === 0) return;
    const jump = readMeters(memory.meters, moment);
    for (const item of memory.items) {
      item.km += jump.km;
      item.hours += jump.hours;
    }
    const { items } = memory;
    for (let i = items.length - 1; i >= 0; i--) {
      if (servicePlan.some(item => item.name === items[i]!.name && planOf(item) === items[i]!.plan)) continue;
      close(items[i]!, moment.at, report);
      items.splice(i, 1);
    }
    for (const item of servicePlan) {
      const known = items.find(({ name }) => name === item.name) ?? begin(memory, item, moment);
      if (known !== undefined) judge(known, item, memory.meters, moment, settings, report);
    }
  },
  due({ items }) {
    let next: Instant | undefined;
    for (const { told, aheadAt, dueAt } of items) {
      const at = told === 0 ? aheadAt : told === 1 ? dueAt : null;
      if (at !== null && at < (next ?? Infinity)) next = at;
    }
    return next;
  },
  lapse({ items }, at, _params, report) {
    for (const item of items) {
      if (item.told === 0 && item.aheadAt !== null && item.aheadAt <= at && item.dueAt !== null) {
        tell(item, item.dueAt <= at ? 2 : 1, 'days', (item.dueAt - at) / days(1), at, report);
      } else if (item.told < 2 && item.dueAt !== null && item.dueAt <= at)
        tell(item, 2, 'days', (item.dueAt - at) / days(1), at, report);
    }
  },
  explain({ items }, { servicePlan }) {
    const next = items.find(({ told }) => told > 0) ?? items[0];
    return [
      asked('service_planned', servicePlan.map(({ name }) => name).join(', ') || null, ONE, servicePlan.length > 0),
      asked(
        'service_near',
        next === undefined || next.told === 0
          ? null
          : [
              `${next.name}: ${Math.round(next.left)} ${next.unit} left`,
              [{ code: 'service_left_now', name: next.name, left: Math.round(next.left), unit: next.unit }],
            ],
        ['less left than is told ahead', { code: 'less_than_ahead' }],
        next !== undefined && next.told > 0,
      ),
    ];
  },
  examples: [
    {
      name: 'an oil change every 15,000 km: 1,000 km ahead, when it is due, and done',
      given: [38_900, 39_100, 40_050]
        .map((odometer, i) => ({
          at: i * 86_400_000,
          servicePlan: [oilAfter(25_000)],
          reading: { odometer },
        }))
        .concat([{ at: 3 * 86_400_000, servicePlan: [oilAfter(40_060)], reading: { odometer: 40_070 } }]),
      finds: [
        { from: 86_400_000, value: 900, unit: 'km', subject: 'Oil', message: 'Oil: due in 900 km.' },
        { from: 86_400_000, value: -50, message: 'Oil: overdue by 50 km.' },
        { from: 86_400_000, to: 3 * 86_400_000, message: 'Oil: done.' },
      ],
    },
    {
      name: 'an inspection by date, told though nothing was heard that day',
      given: [
        { at: Date.UTC(2026, 2, 1), servicePlan: [inspectionOn('2026-04-01')] },
        { at: Date.UTC(2026, 3, 2), servicePlan: [inspectionOn('2026-04-01')] },
      ],
      finds: [
        { from: Date.UTC(2026, 2, 18), value: 14, unit: 'd' },
        { from: Date.UTC(2026, 2, 18), value: 0, message: 'Inspection: due now.' },
      ],
    },
    {
      name: 'no odometer at all: by the trips since the plan was made',
      given: [0, 60, 81, 90].map((tripDistance, i) => ({
        at: i * 3_600_000,
        trip: 't-1',
        tripDistance,
        servicePlan: [{ ...oilAfter(null), every_km: 100 }],
      })),
      finds: [{ from: 7_200_000, value: 19, unit: 'km' }],
    },
  ],
});

function oilAfter(odometer_km: number | null): ServiceItem {
  const last = { odometer_km, engine_hours: null, date: null };
  return { name: 'Oil', every_km: 15_000, every_hours: null, every_days: null, due_date: null, last };
}

function inspectionOn(due_date: string): ServiceItem {
  const last = { odometer_km: null, engine_hours: null, date: null };
  return { name: 'Inspection', every_km: null, every_hours: null, every_days: null, due_date, last };
}

/** Items are never changed in place. */
const plans = new WeakMap<ServiceItem, number>();

/** FNV-1a of the item: enough to tell one plan from the next. */
function planOf(item: ServiceItem): number {
  let hash = plans.get(item);
  if (hash === undefined) {
    hash = 0x811c9dc5;
    for (const char of JSON.stringify(item)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
    plans.set(item, hash);
  }
  return hash;
}

function begin({ meters, items }: ServiceMemory, item: ServiceItem, { at, zone }: Moment): ItemMemory | undefined {
  if (items.length >= MOST_ITEMS) return undefined;
  const begun: ItemMemory = {
    name: item.name,
    plan: planOf(item),
    km: meters.km,
    hours: meters.hours,
    at,
    dueAt: serviceDueAt(item, at, zone) ?? null,
    aheadAt: null,
    told: 0,
    from: 0,
    left: 0,
    unit: '',
  };
  items.push(begun);
  return begun;
}

function judge(
  known: ItemMemory,
  item: ServiceItem,
  meters: MeterMemory,
  { at, zone }: Moment,
  settings: Params,
  report: (finding: Finding) => void,
): void {
  const { every_km, every_hours, every_days } = item;
  // What a workshop wrote down compares with what the dashboard shows, not with what was counted since the plan was made.
  const { last } = item;
  const comparable = {
    ...item,
    last: {
      ...last,
      odometer_km: meters.kmIsOdometer ? last.odometer_km : null,
      engine_hours: meters.hoursTold ? last.engine_hours : null,
    },
  };
  const left = serviceLeft(comparable, { at, km: meters.km, hours: meters.hours }, known, zone);
  const aheadDays = ahead(settings.ahead_days, every_days);
  known.aheadAt = known.dueAt === null ? null : known.dueAt - days(aheadDays);
  const warnAt = { km: ahead(settings.ahead_km, every_km), hours: ahead(settings.ahead_hours, every_hours), days: aheadDays };
  let stage: 0 | 1 | 2 = 0;
  let by: Measure | undefined;
  for (const measure of ['km', 'hours', 'days'] as const) {
    const amount = left[measure];
    if (amount === undefined) continue;
    const its = amount <= 0 ? 2 : amount <= warnAt[measure] ? 1 : 0;
    if (its <= stage) continue;
    stage = its;
    by = measure;
  }
  if (by !== undefined && stage !== 0 && stage > known.told) tell(known, stage, by, left[by]!, at, report);
}

function ahead(set: number, interval: number | null): number {
  return interval === null ? set : Math.min(set, interval * LARGEST_PART_AHEAD);
}

function tell(item: ItemMemory, stage: 1 | 2, by: Measure, left: number, at: Instant, report: (finding: Finding) => void): void {
  if (item.told === 0) item.from = at;
  item.told = stage;
  item.left = Math.round(left * 10) / 10 + 0;
  item.unit = UNITS[by];
  const amount = `${Math.abs(item.left)} ${by === 'days' ? 'days' : item.unit}`;
  const how = item.left > 0 ? `due in ${amount}` : item.left < 0 ? `overdue by ${amount}` : 'due now';
  report(findingOf(item, `${item.name}: ${how}.`, { code: 'service_due', name: item.name, left: item.left, unit: item.unit }));
}

function close(item: ItemMemory, at: Instant, report: (finding: Finding) => void): void {
  if (item.told > 0) report({ ...findingOf(item, `${item.name}: done.`, { code: 'service_done', name: item.name }), to: at });
}

function findingOf({ name, from, left, unit }: ItemMemory, message: string, said: Saying): Finding {
  return { from, value: left, threshold: 0, unit, subject: name, message, said: [said] };
}
