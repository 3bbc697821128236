import type { NewestSignals } from '../../../model/newest-signals.js';
import { hours, type Instant, type Millis, seconds } from '../../../model/units.js';
import { isTold, SIGN, signAt } from '../engine-signs.js';
import type { HealthMemory } from './health-memory.js';
import { DEMANDED_MS, DERATED_MS, DERATES, HIGHEST_RPM, REASON } from './health-numbers.js';
import type { HealthStep } from './health-step.js';
import { REASONS } from './health-tally.js';

/** Pedal position by PID 5A, which is relative, and 49, which tops at 75 to 95 % (obd-facts §6). */
const RELATIVE_DOWN = 80;
const ABSOLUTE_DOWN = 75;
const SIGN_LASTS: Millis = seconds(2);
/** Engine, gearbox and turbocharger need so long to answer. */
const ANSWERS: Millis = seconds(3);
const FAR_UNDER = 0.55;
/** So many demands before an engine's own history counts. */
const LEAST_DEMANDS = 4;
/** kPa that an open throttle may cost. */
const RESTRICTED_KPA = 20;
const STUCK: Millis = seconds(8);
const STUCK_RPM = 3_000;
const STUCK_BELOW_KMH = 70;
const REVS_RPM = 3_500;

const pedalDown = (signs: NewestSignals, at: Instant): boolean | undefined => {
  if (isTold(signs, SIGN.relative_accelerator_position, at))
    return signAt(signs, SIGN.relative_accelerator_position, at, 0) > RELATIVE_DOWN;
  if (isTold(signs, SIGN.accelerator_position_d, at)) return signAt(signs, SIGN.accelerator_position_d, at, 0) > ABSOLUTE_DOWN;
  return undefined;
};

/**
 * Limp mode (obd-facts §5): with the pedal down the engine stays far under what it gave at the same speed before, gets less air than an open
 * throttle lets through, or does not rev up. Told once in a demand.
 */
export const watchPower = (memory: HealthMemory, signs: NewestSignals, at: Instant, step: HealthStep): void => {
  const { numbers } = memory;
  const rpmNow = signAt(signs, SIGN.engine_rpm, at, SIGN_LASTS);
  if (rpmNow > numbers[HIGHEST_RPM]!) numbers[HIGHEST_RPM] = Math.round(rpmNow);
  const down = pedalDown(signs, at);
  if (down === undefined) return;
  if (!down || !step.engineOn || !step.burnsFuel) {
    memory.demand = null;
    return;
  }
  const { speed } = step;
  if (memory.demand === null) {
    memory.demand = { since: at, rpm: Math.round(rpmNow), speed: Number.isNaN(speed) ? -1 : speed, told: false, counted: false };
    return;
  }
  const { demand } = memory;
  numbers[DEMANDED_MS]! += step.since;
  const held = at - demand.since;
  if (held < ANSWERS) return;
  const reason = torqueLacks(memory, signs, at, rpmNow)
    ? 'torque'
    : airLacks(signs, at, rpmNow)
      ? 'manifold_pressure'
      : held >= STUCK && revsNot(memory, rpmNow, speed, step)
        ? 'stuck_rpm'
        : undefined;
  if (reason === undefined) return;
  numbers[DERATED_MS]! += step.since;
  if (demand.told) return;
  demand.told = true;
  numbers[DERATES]! += 1;
  numbers[REASON] = REASONS.indexOf(reason) + 1;
};

/** Compares with, and then adds to, what the engine gave under full pedal in this band of rpm. */
const torqueLacks = (memory: HealthMemory, signs: NewestSignals, at: Instant, rpm: number): boolean => {
  const torque = signAt(signs, SIGN.actual_torque, at, SIGN_LASTS);
  const load = Number.isNaN(torque) ? signAt(signs, SIGN.absolute_load, at, SIGN_LASTS) : torque;
  const band = Math.floor(rpm / 1_000);
  if (!(load >= 0) || !(band >= 1 && band <= 8)) return false;
  // Made anew, exactly as long as it is: a list that grows has room for seventeen at once.
  if (memory.best.length < 2 * band + 2) memory.best = memory.best.concat(Array(2 * band + 2 - memory.best.length).fill(0));
  const { best, demand } = memory;
  const lacks = best[2 * band + 1]! >= LEAST_DEMANDS && load < FAR_UNDER * best[2 * band]!;
  if (!lacks) {
    best[2 * band] = Math.max(best[2 * band]!, Math.round(load));
    if (!demand!.counted) best[2 * band + 1]! += 1;
    demand!.counted = true;
  }
  return lacks;
};

const airLacks = (signs: NewestSignals, at: Instant, rpm: number): boolean =>
  rpm > 1_500 &&
  signAt(signs, SIGN.throttle_position, at, SIGN_LASTS) > 70 &&
  signAt(signs, SIGN.intake_manifold_pressure, at, SIGN_LASTS) <
    signAt(signs, SIGN.barometric_pressure, at, hours(1)) - RESTRICTED_KPA;

/** Neither the engine speeds up nor the vehicle, although it could: steep hills apart, which do not come three times a day. */
const revsNot = ({ demand, numbers }: HealthMemory, rpm: number, speed: number, step: HealthStep): boolean =>
  step.light &&
  numbers[HIGHEST_RPM]! > REVS_RPM &&
  rpm < STUCK_RPM &&
  Math.abs(rpm - demand!.rpm) < 150 &&
  speed > 5 &&
  speed < STUCK_BELOW_KMH &&
  demand!.speed >= 0 &&
  Math.abs(speed - demand!.speed) < 3;
