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

/** What the pattern points at: air that nobody measured counts most at idle, fuel that does not come most under load. */
const causeOf = (value: number, idle: number, cruise: number): string => {
  if (value < 0) return 'rich: a leaking injector, too much fuel pressure, or fuel vapour';
  if (idle - cruise >= APART) return 'lean, most at idle: an air leak behind the air meter';
  if (cruise - idle >= APART) return 'lean, most under load: a weak pump, a clogged filter, or a dirty air meter';
  return 'lean: an air leak, a weak pump, or a dirty air meter';
};

/** The mixture: what the engine has to add or take away, and where that goes. The worst of idle and driving, of both banks, counts. */
export const estimateFuelTrims: Estimator = days => {
  const all = SERIES.map(series => ({ series, points: pointsOf(days, series) })).filter(({ points }) => points.length > 0);
  if (all.length === 0) return notEnoughData('%', `no day with ${LEAST_TRIM_SAMPLES} fuel trims of a warm engine in closed loop`);
  const worst = all.reduce((a, b) => (Math.abs(newest(b.points)) > Math.abs(newest(a.points)) ? b : a));
  const value = rounded(newest(worst.points), 1);
  const size = Math.abs(value);
  const limit = value < 0 ? -SETS_CODE : SETS_CODE;
  const bank = worst.series.endsWith('1') ? 1 : 2;
  const name = { name: `the fuel trim of bank ${bank}`, unit: '%', digits: 1, bias: 0.5 };
  const { forecast, why } = forecastOf(worst.points, limit, value < 0, days.at(-1)!.day, name);
  let state: HealthState = 'ok';
  if (size >= SETS_CODE) state = 'critical';
  else if (size >= WARN_TRIM) state = 'warning';
  else if (size >= WATCH || (forecast !== null && size >= WATCH / 2)) state = 'watch';
  const idle = newest(pointsOf(days, `idle${bank}`));
  const cruise = newest(pointsOf(days, `cruise${bank}`));
  const cause = size >= WATCH / 2 && state !== 'ok' ? ` (${causeOf(value, idle, cruise)})` : '';
  return {
    state,
    value,
    unit: '%',
    trend: worst.points,
    forecast,
    data: { days: worst.points.length, samples: days.reduce((n, { trims }) => n + trims.samples, 0) },
    note: `${value > 0 ? '+' : ''}${value} % on bank ${bank}${cause}. ${outlookOf(forecast, why)}`,
  };
};
