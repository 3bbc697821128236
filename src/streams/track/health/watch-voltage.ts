import type { NewestSignals } from '../../../model/newest-signals.js';
import type { Reading } from '../../../model/reading.js';
import { placeOfSignal, toldBy } from '../../../model/told-signals.js';
import { type Instant, type Millis, minutes, seconds } from '../../../model/units.js';
import { SIGN, signAt } from '../engine-signs.js';
import type { HealthMemory } from './health-memory.js';
import {
  ACTIVE_AT,
  AMBIENT,
  CRANK_LEAST_MV,
  CRANK_SUM_MV,
  DIP_AT,
  DIP_MV,
  HIGH_MS,
  HIGHEST_MV,
  LOW_MS,
  NONE,
  ON_SINCE,
  REST_MV,
  RESTS,
  RUN_MOST_MV,
  RUN_MV,
  RUNS,
  STARTS,
  VOLTS_AT,
} from './health-numbers.js';
import type { HealthStep } from './health-step.js';
import { stepMedian } from './health-tally.js';

const VOLTS = placeOfSignal('control_module_voltage');

/** Obd-facts §5: a battery has settled this long after its charging ended. */
const SETTLED: Millis = minutes(30);
/** A battery at rest lies between these; above, something charges it. */
const LEAST_REST_MV = 8_000;
const MOST_REST_MV = 13_300;
const ONLY_24_MV = 18_000;
/** Below, an engine is being cranked; a battery that has it at rest is dead. */
const DIPPED_MV = 11_800;
/** A starter turns no longer before the engine runs. */
const CRANKS: Millis = seconds(20);
/** The supply recovers after the engine has caught. */
const RECOVERS: Millis = seconds(5);
const RUNS_IN: Millis = seconds(60);
const LOW_MV = 13_000;
const HIGH_MV = 15_200;
/** What lies between two voltages that are further apart is not known. */
const STEP: Millis = seconds(60);

/** The battery at rest and while cranking, the alternator while the engine runs. */
export const watchVoltage = (memory: HealthMemory, signs: NewestSignals, reading: Reading, step: HealthStep): void => {
  const { at } = reading;
  const { numbers } = memory;
  if (step.engineOn || step.standby || step.moving || numbers[ACTIVE_AT]! === 0) numbers[ACTIVE_AT] = at;
  const ambient = signAt(signs, SIGN.ambient_air_temp, at, STEP);
  // The coldest of the day is what its starts had to cope with.
  if (!Number.isNaN(ambient))
    numbers[AMBIENT] = numbers[AMBIENT] === NONE ? Math.round(ambient) : Math.min(numbers[AMBIENT]!, Math.round(ambient));
  const ofModule = toldBy(reading.signals).known[VOLTS]!;
  const told = Number.isNaN(ofModule) ? reading.externalVoltage : ofModule;
  if (told === undefined || !(told >= 4 && told <= 36)) return;
  let volts_mV = Math.round(told * 1_000);
  if (volts_mV > numbers[HIGHEST_MV]!) numbers[HIGHEST_MV] = volts_mV;
  if (numbers[HIGHEST_MV]! > ONLY_24_MV) volts_mV = Math.round(volts_mV / 2);
  const since = numbers[VOLTS_AT]! === 0 ? 0 : at - numbers[VOLTS_AT]!;
  numbers[VOLTS_AT] = at;
  if (step.engineOn) watchRunning(numbers, at, volts_mV, since);
  else if (at - numbers[ACTIVE_AT]! >= SETTLED && volts_mV >= LEAST_REST_MV && volts_mV <= MOST_REST_MV) {
    numbers[REST_MV] = stepMedian(numbers[REST_MV]!, numbers[RESTS]!, volts_mV, 100, 5);
    numbers[RESTS]! += 1;
  }
  if (step.burnsFuel) watchCranking(numbers, at, volts_mV, step.engineOn);
};

const watchRunning = (numbers: number[], at: Instant, volts_mV: number, since: Millis): void => {
  if (at - numbers[ON_SINCE]! < RUNS_IN) return;
  numbers[RUN_MV] = stepMedian(numbers[RUN_MV]!, numbers[RUNS]!, volts_mV, 200, 10);
  numbers[RUN_MOST_MV] = Math.max(numbers[RUN_MOST_MV]!, volts_mV);
  numbers[RUNS]! += 1;
  if (since > STEP) return;
  if (volts_mV < LOW_MV) numbers[LOW_MS]! += since;
  else if (volts_mV > HIGH_MV) numbers[HIGH_MS]! += since;
};

/** The lowest voltage just before and after an engine comes on; what is sampled once a minute sees none. */
const watchCranking = (numbers: number[], at: Instant, volts_mV: number, engineOn: boolean): void => {
  const running = engineOn && at - numbers[ON_SINCE]! > RECOVERS;
  if (!running && volts_mV < DIPPED_MV) {
    numbers[DIP_MV] = numbers[DIP_AT]! > 0 && at - numbers[DIP_AT]! <= CRANKS ? Math.min(numbers[DIP_MV]!, volts_mV) : volts_mV;
    numbers[DIP_AT] = at;
  }
  if (!running || numbers[DIP_AT]! === 0) return;
  if (numbers[ON_SINCE]! - numbers[DIP_AT]! <= CRANKS) {
    numbers[CRANK_LEAST_MV] = numbers[STARTS]! === 0 ? numbers[DIP_MV]! : Math.min(numbers[CRANK_LEAST_MV]!, numbers[DIP_MV]!);
    numbers[CRANK_SUM_MV]! += numbers[DIP_MV]!;
    numbers[STARTS]! += 1;
  }
  numbers[DIP_AT] = 0;
};
