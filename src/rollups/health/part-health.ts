import type { HealthDay } from '../../model/health.js';
import type { Saying } from '../../model/saying.js';

/** How urgent it is. `not_enough_data` is an answer: what is missing stands in the note. */
export const HEALTH_STATES = ['critical', 'warning', 'watch', 'ok', 'not_enough_data'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** When a limit will be passed, by the trend so far. Days as `YYYY-MM-DD`. */
export interface HealthForecast {
  at: string;
  /** The band: nine times in ten, if the trend goes on. `high` null = it may never come to it. */
  low: string;
  high: string | null;
  text: string;
  said: Saying;
}

/** What is known of one part of a vehicle. */
export interface PartHealth {
  state: HealthState;
  value: number | null;
  unit: string;
  trend: { day: string; value: number }[];
  forecast: HealthForecast | null;
  /** What stands behind it. */
  data: { days: number; samples: number };
  note: string;
  /** The sentences of the note, for other languages. */
  said: readonly Saying[];
}

/** An estimator: days in order, the newest last. Pure; knows no clock: `today` is the newest day that anything is known of. */
export type Estimator = (days: readonly HealthDay[]) => PartHealth;

const DAY_MS = 86_400_000;

/** Days since the epoch. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
export const dayOfNumber = (n: number): string => new Date(Math.round(n) * DAY_MS).toISOString().slice(0, 10);

/** What an estimator had to have and did not; a key for other languages beside its words. */
const MISSING = {
  voltages: 'no voltage at rest, 30 minutes after the engine was off or later, and none while cranking',
  charging_voltages: 'no day with 30 voltages while the engine ran',
  warm_coolant: 'no coolant temperature after 15 minutes of driving',
  coolant: 'no coolant temperature is told',
  misfire: 'no misfire code, and no day with 30 engine speeds at warm idle',
  pedal: 'the pedal was never told to be pressed down',
  trims: 'no day with 20 fuel trims of a warm engine in closed loop',
} as const;

export const notEnoughData = (unit: string, missing: keyof typeof MISSING): PartHealth => ({
  state: 'not_enough_data',
  value: null,
  unit,
  trend: [],
  forecast: null,
  data: { days: 0, samples: 0 },
  note: `Not enough data: ${MISSING[missing]}.`,
  said: [{ code: 'no_data', missing }],
});

const URGENCY: readonly HealthState[] = ['not_enough_data', 'ok', 'watch', 'warning', 'critical'];

/** The more urgent of two. */
export const worse = (a: HealthState, b: HealthState): HealthState => (URGENCY.indexOf(a) >= URGENCY.indexOf(b) ? a : b);
export const urgencyOf = (state: HealthState): number => URGENCY.indexOf(state);

export const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
