import type { HealthDay } from '../../model/health.js';
import { forecastOf, outlookOf, type Trended } from './forecast.js';
import { dayNumber, type Estimator, type HealthState, notEnoughData, type PartHealth, rounded, worse } from './part-health.js';
import { atOneTemperature } from './temperature.js';
import { medianOf } from './theil-sen.js';

/** Obd-facts §5: below 11.8 V at rest it may not start, 12.2 is half; cranking below 9.0 is weak, above 9.6 good. */
export const NO_START_RESTING = 11.8;
export const WEAK_CRANKING = 9.0;
const FLAT_RESTING = 12.0;
const FAIR_RESTING = 12.2;
const GOOD_CRANKING = 9.6;
/** V per °C until learnt: an open lead-acid battery changes by little, one that cranks by much. */
const RESTING_PER_DEGREE = { usual: 0.0015, most: 0.01 };
const CRANKING_PER_DEGREE = { usual: 0.02, most: 0.06 };
/** V: what a usual meter is off by, and what one that samples once a second misses of the lowest moment besides. */
const RESTING_BIAS = 0.04;
const CRANKING_BIAS = 0.12;
/** The value is the median of so many newest days. */
const NEWEST = 3;
const SOON = 14;
const COMING = 45;

const seriesOf = (days: readonly HealthDay[], of: (day: HealthDay) => number | null, by: { usual: number; most: number }) =>
  atOneTemperature(
    days.flatMap(day => {
      const value = of(day);
      return value === null ? [] : [{ day: day.day, value, temperature: day.battery.ambient }];
    }),
    by.usual,
    by.most,
  );

const newestOf = (series: readonly { value: number }[]): number => medianOf(series.slice(-NEWEST).map(({ value }) => value));

const stateOf = (resting: number | null, cranking: number | null): HealthState => {
  let state: HealthState = 'ok';
  if (resting !== null) {
    if (resting < NO_START_RESTING) state = 'critical';
    else if (resting < FLAT_RESTING) state = 'warning';
    else if (resting < FAIR_RESTING) state = 'watch';
  }
  if (cranking !== null && cranking < GOOD_CRANKING) state = worse(state, cranking < WEAK_CRANKING ? 'warning' : 'watch');
  return state;
};

/** Of two forecasts the one that comes first. */
const sooner = (a: Trended, b: Trended): Trended => {
  if (a.forecast === null) return b.forecast === null ? a : b;
  return b.forecast === null || a.forecast.at <= b.forecast.at ? a : b;
};

/** The starter battery, by its voltage at rest and while cranking, each at one temperature; and when it will not start any more. */
export const estimateBattery: Estimator = days => {
  const resting = seriesOf(days, day => day.battery.resting, RESTING_PER_DEGREE);
  const cranking = seriesOf(days, day => day.battery.cranking, CRANKING_PER_DEGREE);
  const samples = days.reduce((n, { battery }) => n + battery.restSamples + battery.starts, 0);
  const today = days.at(-1)?.day;
  if (today === undefined || (resting.length === 0 && cranking.length === 0)) return notEnoughData('V', 'voltages');
  const trend = (resting.length > 0 ? resting : cranking).map(({ day, value }) => ({ day, value: rounded(value, 3) }));
  const atRest = resting.length > 0 ? newestOf(resting) : null;
  const atStart = cranking.length > 0 ? newestOf(cranking) : null;
  const byRest = forecastOf(resting, NO_START_RESTING, true, today, {
    name: 'resting',
    unit: 'V',
    digits: 3,
    bias: RESTING_BIAS,
  });
  const byStart = forecastOf(cranking, WEAK_CRANKING, true, today, {
    name: 'cranking',
    unit: 'V',
    digits: 2,
    bias: CRANKING_BIAS,
  });
  const trended = sooner(byRest, byStart);
  const { forecast } = trended;
  const outlook = outlookOf(trended);
  let state = stateOf(atRest, atStart);
  if (forecast !== null) {
    const left = dayNumber(forecast.at) - dayNumber(today);
    if (left <= SOON) state = worse(state, 'warning');
    else if (left <= COMING) state = worse(state, 'watch');
  }
  const measured = {
    resting: atRest === null ? null : rounded(atRest, 2),
    cranking: atStart === null ? null : rounded(atStart, 2),
  };
  const words = [
    measured.resting === null ? '' : `${measured.resting} V at rest`,
    measured.cranking === null ? '' : `${measured.cranking} V while cranking`,
  ].filter(text => text !== '');
  return {
    state,
    value: rounded(atRest ?? atStart!, 2),
    unit: 'V',
    trend,
    forecast,
    data: { days: Math.max(resting.length, cranking.length), samples },
    note: `${words.join(', ')}. ${outlook.text}`,
    said: [{ code: 'battery_measured', ...measured }, ...outlook.said],
  } satisfies PartHealth;
};
