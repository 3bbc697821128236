import { estimateBattery, NO_START_RESTING, WEAK_CRANKING } from '../src/rollups/health/battery.js';
import { estimateFuelTrims } from '../src/rollups/health/fuel-trims.js';
import { healthReportOf } from '../src/rollups/health/health-report.js';
import { dayNumber } from '../src/rollups/health/part-health.js';
import { type Faults, vehicleLife } from '../src/simulator/health/vehicle-life.js';
import { type FoldedLife, foldLife, lifeReadings } from './fold-life.js';

const START = Date.UTC(2026, 0, 1);
export const DAYS = 110;
const DAY = 86_400_000;

export interface Life extends FoldedLife {
  /** Day of its life on which the truth passes the limit; undefined = never. */
  fails: number | undefined;
}

/** The same four faults, and none, in lives of different weather, batteries, meters and habits. */
const FAULTS: Readonly<Record<string, (n: number) => Faults>> = {
  none: () => ({}),
  // 3 to 12 months from full to where it does not start.
  battery: n => ({ battery: { from: 20, voltsPerDay: 0.009 + 0.0025 * (n % 5) } }),
  thermostat: () => ({ thermostat: { from: 50 } }),
  leak: n => ({ leak: { from: 30, percentPerDay: 0.25 + 0.1 * (n % 4) } }),
  alternator: () => ({ alternator: { from: 60 } }),
};

/** Limit of the mixture at which the engine sets a code. */
const TRIM_LIMIT = 20;

export const livesOf = (fault: string, count: number): Life[] =>
  Array.from({ length: count }, (_, n) => {
    const { events, truths } = vehicleLife(`${fault}-${n}`, START, DAYS, FAULTS[fault]!(n));
    const failing: Record<string, number> = {
      battery: truths.findIndex(({ resting, cranking }) => resting < NO_START_RESTING || cranking < WEAK_CRANKING),
      leak: truths.findIndex(({ idleTrim }) => idleTrim > TRIM_LIMIT),
      thermostat: 50,
      alternator: 60,
    };
    const fails = failing[fault] ?? -1;
    return { ...foldLife(lifeReadings(events)), fails: fails < 0 ? undefined : fails };
  });

/** Day of a life, from 0. */
const lifeDay = (day: string): number => dayNumber(day) - dayNumber(new Date(START).toISOString().slice(0, 10));

export interface ForecastError {
  /** How many lives there were to forecast, and of how many there was one. */
  lives: number;
  told: number;
  /** Expected day less the true one, in days, one a life. */
  errors: number[];
  /** The truth lay in the band. */
  covered: number;
}

const ESTIMATE = { battery: estimateBattery, leak: estimateFuelTrims } as const;

/** What was forecast so many days ahead of the truth. */
export const forecastErrors = (fault: keyof typeof ESTIMATE, lives: readonly Life[], ahead: number): ForecastError => {
  const found: ForecastError = { lives: 0, told: 0, errors: [], covered: 0 };
  for (const { fails, healthDays } of lives) {
    if (fails === undefined || fails - ahead < 15) continue;
    found.lives += 1;
    const known = healthDays.filter(({ day }) => lifeDay(day) <= fails - ahead);
    const { forecast } = ESTIMATE[fault](known);
    if (forecast === null) continue;
    found.told += 1;
    found.errors.push(lifeDay(forecast.at) - fails);
    if (lifeDay(forecast.low) <= fails && (forecast.high === null || lifeDay(forecast.high) >= fails)) found.covered += 1;
  }
  return found;
};

/** Days from the truth to the first alert about a part; negative = ahead. Undefined where there was none. */
export const alertDelays = (lives: readonly Life[], about: RegExp): (number | undefined)[] =>
  lives.map(({ fails, alerts }) => {
    const first = alerts.flatMap(({ told }) => told).find(({ message }) => about.test(message));
    return first === undefined || fails === undefined ? undefined : Math.floor((first.at - START) / DAY) - fails;
  });

/** Findings on any day of lives of which nothing is wrong, and alerts. */
export const falseFindings = (lives: readonly Life[]): { days: number; findings: string[]; alerts: string[] } => {
  const findings: string[] = [];
  let days = 0;
  for (const { healthDays } of lives)
    for (let n = 10; n <= healthDays.length; n += 5) {
      days += 1;
      findings.push(...healthReportOf(healthDays.slice(0, n)).findings.map(({ text }) => text));
    }
  return { days, findings, alerts: lives.flatMap(({ alerts }) => alerts.map(({ alert }) => alert.message)) };
};
