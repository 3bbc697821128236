import { readNumbers } from '../../../model/number-list.js';
import type { HealthMemory } from './health-memory.js';
import * as AT from './health-numbers.js';

/** As it was kept before: numbers as fields of objects. */
export interface LooseHealth extends Omit<HealthMemory, 'numbers'> {
  tally: Record<keyof typeof TALLIED, number> & { trims: number[] };
  highest_mV: number;
  activeAt: number;
  voltsAt: number;
  dip_mV: number;
  dipAt: number;
  onSince: number;
  ranAt: number;
  moved_ms: number;
  warm: boolean;
  coldSince: number;
  coldTold: boolean;
  idleRpm: number;
  idleAt: number;
  highestRpm: number;
}

const TALLIED = {
  rest_mV: AT.REST_MV,
  rests: AT.RESTS,
  crankSum_mV: AT.CRANK_SUM_MV,
  crankLeast_mV: AT.CRANK_LEAST_MV,
  starts: AT.STARTS,
  ambient: AT.AMBIENT,
  run_mV: AT.RUN_MV,
  runMost_mV: AT.RUN_MOST_MV,
  runs: AT.RUNS,
  low_ms: AT.LOW_MS,
  high_ms: AT.HIGH_MS,
  coolantMost: AT.COOLANT_MOST,
  steady_tenths: AT.STEADY_TENTHS,
  steadies: AT.STEADIES,
  warmUps: AT.WARM_UPS,
  warmUp_s: AT.WARM_UP_S,
  coldDrives: AT.COLD_DRIVES,
  idleStepSum: AT.IDLE_STEP_SUM,
  idleSteps: AT.IDLE_STEPS,
  demanded_ms: AT.DEMANDED_MS,
  derates: AT.DERATES,
  derated_ms: AT.DERATED_MS,
  reason: AT.REASON,
  odometer_m: AT.ODOMETER_M,
  engineOn_ms: AT.ENGINE_ON_MS,
} as const;

/** What was read from JSON, also of an earlier version. */
export const readHealth = (read: HealthMemory | LooseHealth): HealthMemory => {
  const { day, demand, best, battery, bad, incomplete } = read;
  const numbers = 'numbers' in read ? readNumbers(read.numbers, AT.HEALTH_AT_START) : numbersOf(read);
  return { day, numbers, demand, best, battery, bad, incomplete };
};

const numbersOf = (read: LooseHealth): number[] => {
  const numbers = AT.HEALTH_AT_START.slice();
  for (const name of Object.keys(TALLIED) as (keyof typeof TALLIED)[])
    numbers[TALLIED[name]] = read.tally[name] ?? numbers[TALLIED[name]]!;
  read.tally.trims.forEach((value, i) => {
    numbers[AT.TRIMS + i] = value;
  });
  numbers[AT.HIGHEST_MV] = read.highest_mV;
  numbers[AT.ACTIVE_AT] = read.activeAt;
  numbers[AT.VOLTS_AT] = read.voltsAt;
  numbers[AT.DIP_MV] = read.dip_mV;
  numbers[AT.DIP_AT] = read.dipAt;
  numbers[AT.ON_SINCE] = read.onSince;
  numbers[AT.RAN_AT] = read.ranAt;
  numbers[AT.MOVED_MS] = read.moved_ms;
  numbers[AT.IS_WARM] = Number(read.warm);
  numbers[AT.COLD_SINCE] = read.coldSince;
  numbers[AT.COLD_TOLD] = Number(read.coldTold);
  numbers[AT.IDLE_RPM] = read.idleRpm;
  numbers[AT.IDLE_AT] = read.idleAt;
  numbers[AT.HIGHEST_RPM] = read.highestRpm;
  return numbers;
};
