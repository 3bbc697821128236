import { type Instant, type Millis, minutes, seconds } from '../../../model/units.js';
import { isTold, SIGN, type SignsMemory, signAt } from '../engine-signs.js';
import type { HealthMemory } from './health-memory.js';
import type { HealthStep } from './health-step.js';
import { type HealthTally, stepMedian } from './health-tally.js';

/** Obd-facts §5. */
const WARM = 70;
const COLD_START = 40;
const STEADY_AFTER: Millis = minutes(15);
const COLD_AFTER: Millis = minutes(20);
const COOLANT_LASTS: Millis = minutes(2);
const TRIMS_LAST: Millis = seconds(20);
const CLOSED_LOOP = 2;
/** A trim of a pressed or released pedal is that of the moment. */
const STEADY_KMH = 3;
const CRUISES_KMH = 30;
const IDLE_STEP: Millis = seconds(3);
/** A larger step is a gear or an air conditioner, not a misfire. */
const MOST_IDLE_STEP = 300;

/** Whether the engine becomes warm, stays so, and how hot it gets. */
export const watchCoolant = (memory: HealthMemory, signs: SignsMemory | null, at: Instant, step: HealthStep): void => {
  if (!isTold(signs, SIGN.coolant_temp, at)) return;
  const { tally } = memory;
  const coolant = signAt(signs, SIGN.coolant_temp, at, 0);
  tally.coolantMost = Math.max(tally.coolantMost, Math.round(coolant));
  if (!step.engineOn || !step.burnsFuel) return;
  if (coolant < COLD_START && at - memory.onSince <= COOLANT_LASTS && !memory.warm && memory.coldSince === 0)
    memory.coldSince = memory.onSince;
  if (coolant >= WARM && !memory.warm) {
    memory.warm = true;
    if (memory.coldSince > 0) {
      tally.warmUps += 1;
      tally.warmUp_s = Math.max(tally.warmUp_s, Math.round((at - memory.coldSince) / 1_000));
    }
  }
  if (step.moving && memory.moved_ms >= STEADY_AFTER) {
    tally.steady_tenths = stepMedian(tally.steady_tenths, tally.steadies, coolant * 10, 100, 2);
    tally.steadies += 1;
  }
  if (memory.warm || memory.coldTold || memory.moved_ms < COLD_AFTER) return;
  memory.coldTold = true;
  tally.coldDrives += 1;
};

/** What the mixture has to be corrected by, warm, in closed loop, and at steady load. */
export const watchTrims = (memory: HealthMemory, signs: SignsMemory | null, at: Instant, step: HealthStep): void => {
  if (!step.engineOn || !(signAt(signs, SIGN.coolant_temp, at, COOLANT_LASTS) >= WARM)) return;
  const loop = signAt(signs, SIGN.fuel_system_1_status, at, TRIMS_LAST);
  // A device that does not ask for it: the trims move in closed loop only, but for moments.
  if (!Number.isNaN(loop) && loop !== CLOSED_LOOP) return;
  const { speed, speedBefore } = step;
  const cruises =
    step.moving && speed !== undefined && speed >= CRUISES_KMH && Math.abs(speed - (speedBefore ?? speed)) <= STEADY_KMH;
  if (!step.idling && !cruises) return;
  const place = step.idling ? 0 : 1;
  if (isTold(signs, SIGN.short_fuel_trim_1, at))
    addTrim(
      memory.tally,
      place,
      signAt(signs, SIGN.short_fuel_trim_1, at, 0) + signAt(signs, SIGN.long_fuel_trim_1, at, TRIMS_LAST),
    );
  if (isTold(signs, SIGN.short_fuel_trim_2, at))
    addTrim(
      memory.tally,
      2 + place,
      signAt(signs, SIGN.short_fuel_trim_2, at, 0) + signAt(signs, SIGN.long_fuel_trim_2, at, TRIMS_LAST),
    );
};

const addTrim = (tally: HealthTally, place: number, trim: number): void => {
  if (Number.isNaN(trim)) return;
  // Made anew, exactly as long as it is: a list that grows has room for seventeen at once.
  if (tally.trims.length < 2 * place + 2) tally.trims = tally.trims.concat(Array(2 * place + 2 - tally.trims.length).fill(0));
  const { trims } = tally;
  trims[2 * place]! += Math.round(trim * 10);
  trims[2 * place + 1]! += 1;
};

/** How much the rpm of a warm idle jump: neighbouring samples only. */
export const watchIdle = (memory: HealthMemory, signs: SignsMemory | null, at: Instant, step: HealthStep): void => {
  if (!step.idling || !(signAt(signs, SIGN.coolant_temp, at, COOLANT_LASTS) >= WARM)) {
    memory.idleAt = 0;
    return;
  }
  if (!isTold(signs, SIGN.engine_rpm, at)) return;
  const rpm = signAt(signs, SIGN.engine_rpm, at, 0);
  const jump = Math.abs(rpm - memory.idleRpm);
  if (memory.idleAt > 0 && at - memory.idleAt <= IDLE_STEP && jump <= MOST_IDLE_STEP) {
    memory.tally.idleStepSum += Math.round(jump);
    memory.tally.idleSteps += 1;
  }
  memory.idleRpm = rpm;
  memory.idleAt = at;
};
