import type { HealthDay } from '../../model/health.js';
import type { Saying } from '../../model/saying.js';
import { forecastOf, outlookOf } from './forecast.js';
import { type Estimator, type HealthState, notEnoughData, rounded } from './part-health.js';
import { medianOf } from './theil-sen.js';

/** Obd-facts §5: below 13.0 V for minutes it does not charge, above 15.2 V it charges too much; smart alternators float between 12.3 and 15. */
export const NOT_CHARGING = 13.0;
export const OVERCHARGING = 15.2;
/** An alternator that works shows this at least once a day. */
const CHARGES = 13.4;
export const LEAST_CHARGING_SAMPLES = 30;
const RECENT = 5;
const OFTEN = 2;
/** So long out of range on a day is no dip. */
const OUT_OF_RANGE_FOR = 300;

/** Whether a day shows an alternator that gives nothing, or too much. */
export const isNotCharging = ({ charging: { running, highest, low } }: HealthDay): boolean =>
  running !== null && running < NOT_CHARGING && low >= OUT_OF_RANGE_FOR && (highest ?? 0) < CHARGES;
export const isOvercharging = ({ charging: { running, high } }: HealthDay): boolean =>
  running !== null && running > OVERCHARGING && high >= OUT_OF_RANGE_FOR;

/** The alternator, by the day: a smart one may rest for a while, none rests all day. */
export const estimateCharging: Estimator = days => {
  const measured = days.filter(({ charging }) => charging.running !== null && charging.samples >= LEAST_CHARGING_SAMPLES);
  const trend = measured.map(({ day, charging }) => ({ day, value: rounded(charging.running!, 2) }));
  const samples = measured.reduce((n, { charging }) => n + charging.samples, 0);
  if (trend.length === 0) return notEnoughData('V', 'charging_voltages');
  const recent = measured.slice(-RECENT);
  const low = recent.filter(isNotCharging).length;
  const high = recent.filter(isOvercharging).length;
  const value = rounded(medianOf(recent.slice(-3).map(({ charging }) => charging.running!)), 2);
  const name = { name: 'charging', unit: 'V', digits: 2, bias: 0.05 } as const;
  const trended = forecastOf(trend, NOT_CHARGING, true, days.at(-1)!.day, name);
  const { forecast } = trended;
  const outlook = outlookOf(trended);
  let state: HealthState = 'ok';
  let note = `${value} V while running. ${outlook.text}`;
  let said: Saying[] = [{ code: 'charging_measured', volts: value }, ...outlook.said];
  if (low > 0 || high > 0) {
    const often = Math.max(low, high) >= OFTEN;
    state = often ? 'critical' : 'watch';
    note = `${low > 0 ? 'It does not charge' : 'It charges too much'} on ${Math.max(low, high)} of the last ${recent.length} days: ${value} V while running.`;
    said = [{ code: 'charging_wrong', too_much: low === 0, bad: Math.max(low, high), of: recent.length, volts: value }];
  } else if (forecast) state = 'watch';
  return { state, value, unit: 'V', trend, forecast, data: { days: trend.length, samples }, note, said };
};
