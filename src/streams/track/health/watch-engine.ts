import type { NewestSignals } from '../../../model/newest-signals.js';
import { type Instant, type Millis, minutes, seconds } from '../../../model/units.js';
import { isTold, SIGN, signAt } from '../engine-signs.js';
import type { HealthMemory } from './health-memory.js';
import {
  COLD_DRIVES,
  COLD_SINCE,
  COLD_TOLD,
  COOLANT_MOST,
  IDLE_AT,
  IDLE_RPM,
  IDLE_STEP_SUM,
  IDLE_STEPS,
  IS_WARM,
  MOVED_MS,
  ON_SINCE,
  STEADIES,
  STEADY_TENTHS,
  TRIMS,
  WARM_UP_S,
  WARM_UPS,
} from './health-numbers.js';
import type { HealthStep } from './health-step.js';
import { stepMedian } from './health-tally.js';

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
export const watchCoolant = (memory: HealthMemory, signs: NewestSignals, at: Instant, step: HealthStep): void => {
  if (!isTold(signs, SIGN.coolant_temp, at)) return;
  const { numbers } = memory;
  const coolant = signAt(signs, SIGN.coolant_temp, at, 0);
  numbers[COOLANT_MOST] = Math.max(numbers[COOLANT_MOST]!, Math.round(coolant));
  if (!step.engineOn || !step.burnsFuel) return;
  if (coolant < COLD_START && at - numbers[ON_SINCE]! <= COOLANT_LASTS && numbers[IS_WARM] === 0 && numbers[COLD_SINCE]! === 0)
    numbers[COLD_SINCE] = numbers[ON_SINCE]!;
  if (coolant >= WARM && numbers[IS_WARM] === 0) {
    numbers[IS_WARM] = 1;
    if (numbers[COLD_SINCE]! > 0) {
      numbers[WARM_UPS]! += 1;
      numbers[WARM_UP_S] = Math.max(numbers[WARM_UP_S]!, Math.round((at - numbers[COLD_SINCE]!) / 1_000));
    }
  }
  if (step.moving && numbers[MOVED_MS]! >= STEADY_AFTER) {
    numbers[STEADY_TENTHS] = stepMedian(numbers[STEADY_TENTHS]!, numbers[STEADIES]!, coolant * 10, 100, 2);
    numbers[STEADIES]! += 1;
  }
  if (numbers[IS_WARM] === 1 || numbers[COLD_TOLD] === 1 || numbers[MOVED_MS]! < COLD_AFTER) return;
  numbers[COLD_TOLD] = 1;
  numbers[COLD_DRIVES]! += 1;
};

/** What the mixture has to be corrected by, warm, in closed loop, and at steady load. */
export const watchTrims = (memory: HealthMemory, signs: NewestSignals, at: Instant, step: HealthStep): void => {
  if (!step.engineOn || !(signAt(signs, SIGN.coolant_temp, at, COOLANT_LASTS) >= WARM)) return;
  const loop = signAt(signs, SIGN.fuel_system_1_status, at, TRIMS_LAST);
  // A device that does not ask for it: the trims move in closed loop only, but for moments.
  if (!Number.isNaN(loop) && loop !== CLOSED_LOOP) return;
  const { speed, speedBefore } = step;
  const cruises = step.moving && speed >= CRUISES_KMH && !(Math.abs(speed - speedBefore) > STEADY_KMH);
  if (!step.idling && !cruises) return;
  const place = step.idling ? 0 : 1;
  if (isTold(signs, SIGN.short_fuel_trim_1, at))
    addTrim(
      memory.numbers,
      place,
      signAt(signs, SIGN.short_fuel_trim_1, at, 0) + signAt(signs, SIGN.long_fuel_trim_1, at, TRIMS_LAST),
    );
  if (isTold(signs, SIGN.short_fuel_trim_2, at))
    addTrim(
      memory.numbers,
      2 + place,
      signAt(signs, SIGN.short_fuel_trim_2, at, 0) + signAt(signs, SIGN.long_fuel_trim_2, at, TRIMS_LAST),
    );
};

const addTrim = (numbers: number[], place: number, trim: number): void => {
  if (Number.isNaN(trim)) return;
  numbers[TRIMS + 2 * place]! += Math.round(trim * 10);
  numbers[TRIMS + 2 * place + 1]! += 1;
};

/** How much the rpm of a warm idle jump: neighbouring samples only. */
export const watchIdle = (memory: HealthMemory, signs: NewestSignals, at: Instant, step: HealthStep): void => {
  const { numbers } = memory;
  if (!step.idling || !(signAt(signs, SIGN.coolant_temp, at, COOLANT_LASTS) >= WARM)) {
    numbers[IDLE_AT] = 0;
    return;
  }
  if (!isTold(signs, SIGN.engine_rpm, at)) return;
  const rpm = signAt(signs, SIGN.engine_rpm, at, 0);
  const jump = Math.abs(rpm - numbers[IDLE_RPM]!);
  if (numbers[IDLE_AT]! > 0 && at - numbers[IDLE_AT]! <= IDLE_STEP && jump <= MOST_IDLE_STEP) {
    numbers[IDLE_STEP_SUM]! += Math.round(jump);
    numbers[IDLE_STEPS]! += 1;
  }
  numbers[IDLE_RPM] = rpm;
  numbers[IDLE_AT] = at;
};
