import type { HealthDay, HealthPart } from '../../model/health.js';
import type { Saying } from '../../model/saying.js';
import { isNotCharging, isOvercharging, LEAST_CHARGING_SAMPLES, NOT_CHARGING, OVERCHARGING } from './charging.js';
import { LEAST_COOLANT_SAMPLES, staysCold, THERMOSTAT_LEAST } from './cooling.js';
import { LEAST_IDLE_SAMPLES, ROUGH_IDLE } from './engine.js';
import { LEAST_TRIM_SAMPLES, WARN_TRIM } from './fuel-trims.js';
import { rounded } from './part-health.js';

/** What one day says of one part that it measured. */
export interface DayVerdict {
  part: HealthPart;
  bad: boolean;
  value: number | null;
  unit: string;
  threshold: number;
  /** For people, where it is bad. */
  text: string;
  said: readonly Saying[];
}

const CHECKS: readonly ((day: HealthDay) => DayVerdict | undefined)[] = [
  day => {
    const { charging } = day;
    if (charging.running === null || charging.samples < LEAST_CHARGING_SAMPLES) return undefined;
    const value = rounded(charging.running, 2);
    const low = isNotCharging(day);
    const high = isOvercharging(day);
    const text = high
      ? `The alternator charges too much: ${value} V while running.`
      : `The alternator does not charge: ${value} V while running. The battery will be empty soon.`;
    const said: Saying = { code: high ? 'overcharges' : 'does_not_charge', volts: value };
    return {
      part: 'charging',
      bad: low || high,
      value,
      unit: 'V',
      threshold: high ? OVERCHARGING : NOT_CHARGING,
      text,
      said: [said],
    };
  },
  day => {
    const { steady, samples, coldDrives } = day.coolant;
    if ((steady === null || samples < LEAST_COOLANT_SAMPLES) && coldDrives === 0) return undefined;
    const value = steady === null ? null : rounded(steady, 1);
    const text = `The engine stays below ${THERMOSTAT_LEAST} °C after 15 to 20 minutes of driving: the thermostat does not close.`;
    const said: Saying = { code: 'stays_cold', limit_c: THERMOSTAT_LEAST };
    return { part: 'thermostat', bad: staysCold(day), value, unit: 'degC', threshold: THERMOSTAT_LEAST, text, said: [said] };
  },
  ({ trims }) => {
    if (trims.samples < LEAST_TRIM_SAMPLES) return undefined;
    const all = [trims.idle1, trims.cruise1, trims.idle2, trims.cruise2].filter(trim => trim !== null);
    const worst = all.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    const value = rounded(worst, 1);
    const text = `The mixture is corrected by ${value > 0 ? '+' : ''}${value} %: ${value > 0 ? 'too lean' : 'too rich'}. The lamp comes on at 20 to 25 %.`;
    return {
      part: 'fuel_trims',
      bad: Math.abs(worst) >= WARN_TRIM,
      value,
      unit: '%',
      threshold: Math.sign(worst || 1) * WARN_TRIM,
      text,
      said: [{ code: 'mixture_corrected', percent: value }],
    };
  },
  ({ misfire }) => {
    if (misfire.idleDeviation === null || misfire.samples < LEAST_IDLE_SAMPLES) return undefined;
    const value = rounded(misfire.idleDeviation, 0);
    const text = `The warm idle jumps by ${value} rpm from sample to sample: a misfire comes with this.`;
    return {
      part: 'misfire',
      bad: value > ROUGH_IDLE,
      value,
      unit: 'rpm',
      threshold: ROUGH_IDLE,
      text,
      said: [{ code: 'idle_jumps', rpm: value }],
    };
  },
  ({ power }) => {
    if (power.demanded === 0) return undefined;
    const text = `The engine gave far less than the pedal asked, ${power.derates} times in a day.`;
    const said: Saying = { code: 'power_was_missing', times: power.derates };
    return {
      part: 'engine_power',
      bad: power.derates > 0,
      value: power.derates,
      unit: 'times',
      threshold: 1,
      text,
      said: [said],
    };
  },
];

/** Of each part that the day measured: whether it was bad, by the same limits as the estimators'. */
export const dayVerdicts = (day: HealthDay): DayVerdict[] =>
  CHECKS.map(check => check(day)).filter(verdict => verdict !== undefined);
