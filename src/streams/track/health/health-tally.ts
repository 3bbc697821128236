import type { DerateReason, HealthDay } from '../../../model/health.js';
import type { VehicleId } from '../../../model/ids.js';
import type { DtcMemory } from '../dtc-tracker.js';
import { stateOfCode } from '../dtc-tracker.js';

/**
 * What the open day has gathered. Whole numbers throughout, in small units (mV, tenths of a degree or a percent, ms): they take a third of the
 * memory of fractions, and there is one of these for each vehicle.
 */
export interface HealthTally {
  rest_mV: number;
  rests: number;
  crankSum_mV: number;
  crankLeast_mV: number;
  starts: number;
  /** °C; `NONE` where not told. */
  ambient: number;
  run_mV: number;
  runMost_mV: number;
  runs: number;
  low_ms: number;
  high_ms: number;
  coolantMost: number;
  steady_tenths: number;
  steadies: number;
  warmUps: number;
  warmUp_s: number;
  coldDrives: number;
  /** Sums in tenths of a percent and counts of idle and cruise of both banks: idle 1, cruise 1, idle 2, cruise 2. */
  trims: number[];
  idleStepSum: number;
  idleSteps: number;
  demanded_ms: number;
  derates: number;
  derated_ms: number;
  /** Place in `REASONS` + 1. */
  reason: number;
  odometer_m: number;
  engineOn_ms: number;
}

export const NONE = -1_000;
export const REASONS: readonly DerateReason[] = ['torque', 'manifold_pressure', 'stuck_rpm'];

/** Shared: one that gets a trim is made anew. */
const NO_TRIMS: number[] = [];

export const newHealthTally = (): HealthTally => ({
  rest_mV: 0,
  rests: 0,
  crankSum_mV: 0,
  crankLeast_mV: 0,
  starts: 0,
  ambient: NONE,
  run_mV: 0,
  runMost_mV: 0,
  runs: 0,
  low_ms: 0,
  high_ms: 0,
  coolantMost: NONE,
  steady_tenths: 0,
  steadies: 0,
  warmUps: 0,
  warmUp_s: 0,
  coldDrives: 0,
  trims: NO_TRIMS,
  idleStepSum: 0,
  idleSteps: 0,
  demanded_ms: 0,
  derates: 0,
  derated_ms: 0,
  reason: 0,
  odometer_m: 0,
  engineOn_ms: 0,
});

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

const trimOf = ({ trims }: HealthTally, place: number): number | null =>
  per(trims[2 * place] ?? 0, trims[2 * place + 1] ?? 0, 10);

/** The tally as a row. A fresh object: it may be kept. */
export const healthDayOf = (
  vehicle: VehicleId,
  day: string,
  tally: HealthTally,
  dtcs: DtcMemory,
  incomplete: readonly string[] | null,
): HealthDay => ({
  vehicle,
  day,
  battery: {
    resting: per(tally.rest_mV, tally.rests > 0 ? 1 : 0, 1_000),
    restSamples: tally.rests,
    cranking: per(tally.crankSum_mV, tally.starts, 1_000),
    lowestCranking: per(tally.crankLeast_mV, tally.starts > 0 ? 1 : 0, 1_000),
    starts: tally.starts,
    ambient: tally.ambient === NONE ? null : tally.ambient,
  },
  charging: {
    running: per(tally.run_mV, tally.runs > 0 ? 1 : 0, 1_000),
    highest: per(tally.runMost_mV, tally.runs > 0 ? 1 : 0, 1_000),
    samples: tally.runs,
    low: tally.low_ms / 1_000,
    high: tally.high_ms / 1_000,
  },
  coolant: {
    max: tally.coolantMost === NONE ? null : tally.coolantMost,
    steady: per(tally.steady_tenths, tally.steadies > 0 ? 1 : 0, 10),
    samples: tally.steadies,
    warmUps: tally.warmUps,
    warmUp: tally.warmUps > 0 ? tally.warmUp_s : null,
    coldDrives: tally.coldDrives,
  },
  trims: {
    idle1: trimOf(tally, 0),
    cruise1: trimOf(tally, 1),
    idle2: trimOf(tally, 2),
    cruise2: trimOf(tally, 3),
    samples: (tally.trims[1] ?? 0) + (tally.trims[3] ?? 0) + (tally.trims[5] ?? 0) + (tally.trims[7] ?? 0),
  },
  misfire: { idleDeviation: per(tally.idleStepSum, tally.idleSteps, 1), samples: tally.idleSteps },
  power: {
    demanded: tally.demanded_ms / 1_000,
    derates: tally.derates,
    derated: tally.derated_ms / 1_000,
    reason: REASONS[tally.reason - 1] ?? null,
  },
  use: { odometer: tally.odometer_m === 0 ? null : tally.odometer_m / 1_000, engineOn: tally.engineOn_ms / 1_000 },
  codes: dtcs.codes.filter(({ listed }) => listed > 0).map(({ code, listed }) => ({ code, state: stateOfCode(listed) })),
  milOn: dtcs.milOn,
  incomplete: incomplete === null ? null : [...incomplete],
});
