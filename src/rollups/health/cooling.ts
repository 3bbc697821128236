import type { HealthDay } from '../../model/health.js';
import type { Saying } from '../../model/saying.js';
import { forecastOf, outlookOf } from './forecast.js';
import { type Estimator, type HealthState, notEnoughData, rounded } from './part-health.js';

/** Obd-facts §5: below 70 °C after 15 to 20 minutes of driving the thermostat is stuck open (P0128). */
export const THERMOSTAT_LEAST = 70;
const WARN = 110;
const CRITICAL = 118;
const WATCH = 106;
export const LEAST_COOLANT_SAMPLES = 30;
const RECENT = 5;
const OFTEN = 2;

const steadyTrend = (days: readonly HealthDay[]): { day: string; value: number }[] =>
  days.flatMap(({ day, coolant }) =>
    coolant.steady === null || coolant.samples < LEAST_COOLANT_SAMPLES ? [] : [{ day, value: rounded(coolant.steady, 1) }],
  );

/** A day on which the engine was driven long enough and stayed cold. */
export const staysCold = ({ coolant }: HealthDay): boolean =>
  (coolant.steady !== null && coolant.samples >= LEAST_COOLANT_SAMPLES && coolant.steady < THERMOSTAT_LEAST) ||
  (coolant.coldDrives > 0 && coolant.coldDrives > coolant.warmUps);

/** The thermostat: whether the engine becomes warm, and stays so. */
export const estimateThermostat: Estimator = days => {
  const trend = steadyTrend(days);
  const judged = days.filter(
    ({ coolant }) => (coolant.steady !== null && coolant.samples >= LEAST_COOLANT_SAMPLES) || coolant.coldDrives > 0,
  );
  const samples = judged.reduce((n, { coolant }) => n + coolant.samples, 0);
  if (judged.length === 0) return notEnoughData('degC', 'warm_coolant');
  const recent = judged.slice(-RECENT);
  const cold = recent.filter(staysCold).length;
  const name = { name: 'steady_coolant', unit: '°C', digits: 1, bias: 1 } as const;
  const trended = forecastOf(trend, THERMOSTAT_LEAST, true, days.at(-1)!.day, name);
  const { forecast } = trended;
  const outlook = outlookOf(trended);
  const value = trend.at(-1)?.value ?? null;
  let state: HealthState = forecast ? 'watch' : 'ok';
  const steady = value === null ? 'It does not become warm' : `${value} °C after 15 minutes of driving`;
  let note = `${steady}. ${outlook.text}`;
  let said: Saying[] = [{ code: 'coolant_steady', temp_c: value }, ...outlook.said];
  if (cold > 0) {
    // A deep frost can keep a small diesel cold for a day.
    state = cold >= OFTEN ? 'warning' : 'watch';
    note = `The engine stays below ${THERMOSTAT_LEAST} °C after 15 to 20 minutes of driving on ${cold} of the last ${recent.length} days: the thermostat does not close.`;
    said = [{ code: 'stays_cold_on', limit_c: THERMOSTAT_LEAST, cold, of: recent.length }];
  }
  return { state, value, unit: '°C', trend, forecast, data: { days: judged.length, samples }, note, said };
};

/** Overheating ahead: the highest temperatures, and where the steady one goes. */
export const estimateCoolant: Estimator = days => {
  const measured = days.filter(({ coolant }) => coolant.max !== null);
  const trend = measured.map(({ day, coolant }) => ({ day, value: coolant.max! }));
  const samples = measured.reduce((n, { coolant }) => n + coolant.samples, 0);
  if (measured.length === 0) return notEnoughData('degC', 'coolant');
  const name = { name: 'steady_coolant', unit: '°C', digits: 1, bias: 1 } as const;
  const trended = forecastOf(steadyTrend(days), WARN, false, days.at(-1)!.day, name);
  const { forecast } = trended;
  const outlook = outlookOf(trended);
  const hottest = Math.max(...measured.slice(-RECENT).map(({ coolant }) => coolant.max!));
  let state: HealthState = forecast ? 'watch' : 'ok';
  if (hottest > CRITICAL) state = 'critical';
  else if (hottest > WARN) state = 'warning';
  else if (hottest > WATCH) state = 'watch';
  const looked = Math.min(RECENT, measured.length);
  const note = `${hottest} °C at most on the last ${looked} days. ${outlook.text}`;
  const said: Saying[] = [{ code: 'coolant_hottest', temp_c: hottest, days: looked }, ...outlook.said];
  return { state, value: hottest, unit: '°C', trend, forecast, data: { days: measured.length, samples }, note, said };
};
