import type { Reading } from '../../../model/reading.js';
import { placeOfSignal, toldBy } from '../../../model/told-signals.js';
import { type Instant, type Millis, minutes, seconds } from '../../../model/units.js';
import { SIGN, type SignsMemory, signAt } from '../engine-signs.js';
import type { HealthMemory } from './health-memory.js';
import type { HealthStep } from './health-step.js';
import { NONE, stepMedian } from './health-tally.js';

const VOLTS = placeOfSignal('control_module_voltage');

/** Obd-facts §5: a battery has settled this long after its charging ended. */
const SETTLED: Millis = minutes(30);
/** A battery at rest lies between these; above, something charges it. */
const REST_MV = [8_000, 13_300] as const;
const ONLY_24_MV = 18_000;
/** Below, an engine is being cranked; a battery that has it at rest is dead. */
const DIP_MV = 11_800;
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
export const watchVoltage = (memory: HealthMemory, signs: SignsMemory | null, reading: Reading, step: HealthStep): void => {
  const { at } = reading;
  const { tally } = memory;
  if (step.engineOn || step.standby || step.moving || memory.activeAt === 0) memory.activeAt = at;
  const ambient = signAt(signs, SIGN.ambient_air_temp, at, STEP);
  // The coldest of the day is what its starts had to cope with.
  if (!Number.isNaN(ambient))
    tally.ambient = tally.ambient === NONE ? Math.round(ambient) : Math.min(tally.ambient, Math.round(ambient));
  const ofModule = toldBy(reading.signals).known[VOLTS]!;
  const told = Number.isNaN(ofModule) ? reading.externalVoltage : ofModule;
  if (told === undefined || !(told >= 4 && told <= 36)) return;
  let volts_mV = Math.round(told * 1_000);
  if (volts_mV > memory.highest_mV) memory.highest_mV = volts_mV;
  if (memory.highest_mV > ONLY_24_MV) volts_mV = Math.round(volts_mV / 2);
  const since = memory.voltsAt === 0 ? 0 : at - memory.voltsAt;
  memory.voltsAt = at;
  if (step.engineOn) watchRunning(memory, at, volts_mV, since);
  else if (at - memory.activeAt >= SETTLED && volts_mV >= REST_MV[0] && volts_mV <= REST_MV[1]) {
    tally.rest_mV = stepMedian(tally.rest_mV, tally.rests, volts_mV, 100, 5);
    tally.rests += 1;
  }
  if (step.burnsFuel) watchCranking(memory, at, volts_mV, step.engineOn);
};

const watchRunning = ({ tally, onSince }: HealthMemory, at: Instant, volts_mV: number, since: Millis): void => {
  if (at - onSince < RUNS_IN) return;
  tally.run_mV = stepMedian(tally.run_mV, tally.runs, volts_mV, 200, 10);
  tally.runMost_mV = Math.max(tally.runMost_mV, volts_mV);
  tally.runs += 1;
  if (since > STEP) return;
  if (volts_mV < LOW_MV) tally.low_ms += since;
  else if (volts_mV > HIGH_MV) tally.high_ms += since;
};

/** The lowest voltage just before and after an engine comes on; what is sampled once a minute sees none. */
const watchCranking = (memory: HealthMemory, at: Instant, volts_mV: number, engineOn: boolean): void => {
  const running = engineOn && at - memory.onSince > RECOVERS;
  if (!running && volts_mV < DIP_MV) {
    memory.dip_mV = memory.dipAt > 0 && at - memory.dipAt <= CRANKS ? Math.min(memory.dip_mV, volts_mV) : volts_mV;
    memory.dipAt = at;
  }
  if (!running || memory.dipAt === 0) return;
  const { tally } = memory;
  if (memory.onSince - memory.dipAt <= CRANKS) {
    tally.crankLeast_mV = tally.starts === 0 ? memory.dip_mV : Math.min(tally.crankLeast_mV, memory.dip_mV);
    tally.crankSum_mV += memory.dip_mV;
    tally.starts += 1;
  }
  memory.dipAt = 0;
};
