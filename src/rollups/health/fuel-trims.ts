import type { HealthDay } from '../../model/health.js';
import { forecastOf, outlookOf } from './forecast.js';
import { type Estimator, type HealthState, notEnoughData, rounded } from './part-health.js';
import { medianOf } from './theil-sen.js';

/** Obd-facts §5: beyond 10 % something is wrong, 20 to 25 % sets P0171, P0172, P0174 or P0175. */
const WATCH = 10;
export const WARN_TRIM = 15;
const SETS_CODE = 20;
/** Idle and driving differ by so much where it matters which of them it is. */
const APART = 5;
export const LEAST_TRIM_SAMPLES = 20;
const NEWEST = 3;

type Series = 'idle1' | 'cruise1' | 'idle2' | 'cruise2';
const SERIES: readonly Series[] = ['idle1', 'cruise1', 'idle2', 'cruise2'];

const pointsOf = (days: readonly HealthDay[], series: Series): { day: string; value: number }[] =>
  days.flatMap(({ day, trims }) => {
    const value = trims[series];
    return value === null || trims.samples < LEAST_TRIM_SAMPLES ? [] : [{ day, value: rounded(value, 1) }];
  });

const newest = (points: readonly { value: number }[]): number =>
  points.length === 0 ? 0 : medianOf(points.slice(-NEWEST).map(({ value }) => value));

const CAUSES = {
  rich: 'rich: a leaking injector, too much fuel pressure, or fuel vapour',
  lean_at_idle: 'lean, most at idle: an air leak behind the air meter',
  lean_under_load: 'lean, most under load: a weak pump, a clogged filter, or a dirty air meter',
  lean: 'lean: an air leak, a weak pump, or a dirty air meter',
} as const;

/** What the pattern points at: air that nobody measured counts most at idle, fuel that does not come most under load. */
const causeOf = (value: number, idle: number, cruise: number): keyof typeof CAUSES => {
  if (value < 0) return 'rich';
  if (idle - cruise >= APART) return 'lean_at_idle';
  if (cruise - idle >= APART) return 'lean_under_load';
  return 'lean';
};

/** The mixture: what the engine has to add or take away, and where that goes. The worst of idle and driving, of both banks, counts. */
export const estimateFuelTrims: Estimator = days => {
  const all = SERIES.map(series => ({ series, points: pointsOf(days, series) })).filter(({ points }) => points.length > 0);
  if (all.length === 0) return notEnoughData('%', 'trims');
  const worst = all.reduce((a, b) => (Math.abs(newest(b.points)) > Math.abs(newest(a.points)) ? b : a));
  const value = rounded(newest(worst.points), 1);
  const size = Math.abs(value);
  const limit = value < 0 ? -SETS_CODE : SETS_CODE;
  const bank = worst.series.endsWith('1') ? 1 : 2;
  const name = { name: bank === 1 ? 'trim_1' : 'trim_2', unit: '%', digits: 1, bias: 0.5 } as const;
  const trended = forecastOf(worst.points, limit, value < 0, days.at(-1)!.day, name);
  const { forecast } = trended;
  const outlook = outlookOf(trended);
  let state: HealthState = 'ok';
  if (size >= SETS_CODE) state = 'critical';
  else if (size >= WARN_TRIM) state = 'warning';
  else if (size >= WATCH || (forecast !== null && size >= WATCH / 2)) state = 'watch';
  const idle = newest(pointsOf(days, `idle${bank}`));
  const cruise = newest(pointsOf(days, `cruise${bank}`));
  const cause = size >= WATCH / 2 && state !== 'ok' ? causeOf(value, idle, cruise) : null;
  return {
    state,
    value,
    unit: '%',
    trend: worst.points,
    forecast,
    data: { days: worst.points.length, samples: days.reduce((n, { trims }) => n + trims.samples, 0) },
    note: `${value > 0 ? '+' : ''}${value} % on bank ${bank}${cause === null ? '' : ` (${CAUSES[cause]})`}. ${outlook.text}`,
    said: [{ code: 'trim', percent: value, bank, cause }, ...outlook.said],
  };
};
