import type { DerateReason, HealthDay } from '../../../model/health.js';
import type { VehicleId } from '../../../model/ids.js';
import type { DtcMemory } from '../dtc-tracker.js';
import { stateOfCode } from '../dtc-tracker.js';
import {
  AMBIENT,
  COLD_DRIVES,
  COOLANT_MOST,
  CRANK_LEAST_MV,
  CRANK_SUM_MV,
  DEMANDED_MS,
  DERATED_MS,
  DERATES,
  ENGINE_ON_MS,
  HEALTH_AT_START,
  HIGH_MS,
  IDLE_STEP_SUM,
  IDLE_STEPS,
  LOW_MS,
  NONE,
  ODOMETER_M,
  REASON,
  REST_MV,
  RESTS,
  RUN_MOST_MV,
  RUN_MV,
  RUNS,
  STARTS,
  STEADIES,
  STEADY_TENTHS,
  TALLY_NUMBERS,
  TRIMS,
  WARM_UP_S,
  WARM_UPS,
} from './health-numbers.js';

export const REASONS: readonly DerateReason[] = ['torque', 'manifold_pressure', 'stuck_rpm'];

/** A new day: what the one before gathered is forgotten. */
export const beginTally = (numbers: number[]): void => {
  for (let place = 0; place < TALLY_NUMBERS; place++) numbers[place] = HEALTH_AT_START[place]!;
};

/**
 * The next estimate of a median: a step towards the value, that becomes smaller with each one. Needs nothing but the estimate and its count.
 * @param coarse how far the first steps go; @param fine and the last
 * @see H. Robbins, S. Monro, Ann. Math. Stat. 22 (1951) 400
 */
export const stepMedian = (median: number, count: number, value: number, coarse: number, fine: number): number => {
  if (count === 0) return Math.round(value);
  const step = Math.min(Math.abs(value - median), Math.max(fine, Math.round(coarse / count)));
  return Math.round(median + Math.sign(value - median) * step);
};

const per = (sum: number, count: number, unit: number): number | null => (count === 0 ? null : sum / count / unit);

const trimOf = (numbers: readonly number[], place: number): number | null =>
  per(numbers[TRIMS + 2 * place]!, numbers[TRIMS + 2 * place + 1]!, 10);

/** What the open day has gathered, as a row. A fresh object: it may be kept. */
export const healthDayOf = (
  vehicle: VehicleId,
  day: string,
  numbers: readonly number[],
  dtcs: DtcMemory,
  incomplete: readonly string[] | null,
): HealthDay => ({
  vehicle,
  day,
  battery: {
    resting: per(numbers[REST_MV]!, numbers[RESTS]! > 0 ? 1 : 0, 1_000),
    restSamples: numbers[RESTS]!,
    cranking: per(numbers[CRANK_SUM_MV]!, numbers[STARTS]!, 1_000),
    lowestCranking: per(numbers[CRANK_LEAST_MV]!, numbers[STARTS]! > 0 ? 1 : 0, 1_000),
    starts: numbers[STARTS]!,
    ambient: numbers[AMBIENT] === NONE ? null : numbers[AMBIENT]!,
  },
  charging: {
    running: per(numbers[RUN_MV]!, numbers[RUNS]! > 0 ? 1 : 0, 1_000),
    highest: per(numbers[RUN_MOST_MV]!, numbers[RUNS]! > 0 ? 1 : 0, 1_000),
    samples: numbers[RUNS]!,
    low: numbers[LOW_MS]! / 1_000,
    high: numbers[HIGH_MS]! / 1_000,
  },
  coolant: {
    max: numbers[COOLANT_MOST] === NONE ? null : numbers[COOLANT_MOST]!,
    steady: per(numbers[STEADY_TENTHS]!, numbers[STEADIES]! > 0 ? 1 : 0, 10),
    samples: numbers[STEADIES]!,
    warmUps: numbers[WARM_UPS]!,
    warmUp: numbers[WARM_UPS]! > 0 ? numbers[WARM_UP_S]! : null,
    coldDrives: numbers[COLD_DRIVES]!,
  },
  trims: {
    idle1: trimOf(numbers, 0),
    cruise1: trimOf(numbers, 1),
    idle2: trimOf(numbers, 2),
    cruise2: trimOf(numbers, 3),
    samples: numbers[TRIMS + 1]! + numbers[TRIMS + 3]! + numbers[TRIMS + 5]! + numbers[TRIMS + 7]!,
  },
  misfire: { idleDeviation: per(numbers[IDLE_STEP_SUM]!, numbers[IDLE_STEPS]!, 1), samples: numbers[IDLE_STEPS]! },
  power: {
    demanded: numbers[DEMANDED_MS]! / 1_000,
    derates: numbers[DERATES]!,
    derated: numbers[DERATED_MS]! / 1_000,
    reason: REASONS[numbers[REASON]! - 1] ?? null,
  },
  use: { odometer: numbers[ODOMETER_M] === 0 ? null : numbers[ODOMETER_M]! / 1_000, engineOn: numbers[ENGINE_ON_MS]! / 1_000 },
  codes: dtcs.codes.filter(({ listed }) => listed > 0).map(({ code, listed }) => ({ code, state: stateOfCode(listed) })),
  milOn: dtcs.milOn,
  incomplete: incomplete === null ? null : [...incomplete],
});
