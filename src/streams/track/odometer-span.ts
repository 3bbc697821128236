import type { DeviceId } from '../../model/ids.js';
import type { Instant, Km, Metres } from '../../model/units.js';

/**
 * What the odometer said during a trip: places among its numbers. It counts in steps (0.1 km, 1 km), so a difference of two values is wrong by up to
 * a step; but at the moment of a step it is exact. Kept are the first and the last step, and the travel measured otherwise up to them.
 */
export interface OdometerSpan {
  /** Whose odometer it is; others are not mixed in. Empty until the first value. */
  odometerDevice: DeviceId | '';
  numbers: number[];
}

/** It fell, or leapt: not to be believed on this trip. */
const BROKEN = 16;
/** Km. */
const FIRST = 17;
const LAST = 18;
const LAST_AT = 19;
const STEPS = 20;
/** Km of the odometer, and metres by what else measured. */
const FIRST_STEP = 21;
const FIRST_STEP_TRAVEL = 22;
const LAST_STEP = 23;
const LAST_STEP_TRAVEL = 24;

/** As it was kept before. */
export interface LooseOdometer {
  device: DeviceId;
  broken: boolean;
  first: Km;
  last: Km;
  lastAt: Instant;
  steps: number;
  firstStep: Km;
  firstStepTravel: Metres;
  lastStep: Km;
  lastStepTravel: Metres;
}

export const takeOdometer = (span: OdometerSpan, loose: LooseOdometer): void => {
  const { numbers } = span;
  span.odometerDevice = loose.device;
  numbers[BROKEN] = Number(loose.broken);
  numbers[FIRST] = loose.first;
  numbers[LAST] = loose.last;
  numbers[LAST_AT] = loose.lastAt;
  numbers[STEPS] = loose.steps;
  numbers[FIRST_STEP] = loose.firstStep;
  numbers[FIRST_STEP_TRAVEL] = loose.firstStepTravel;
  numbers[LAST_STEP] = loose.lastStep;
  numbers[LAST_STEP_TRAVEL] = loose.lastStepTravel;
};

/** Obd-facts §6: an odometer never falls, and grows by 0.07 km/s + 0.2; one that counts whole kilometres steps by 1. */
const FASTEST_KM_PER_S = 0.07;
const COARSEST_STEP: Km = 1.05;
/** Rounding in devices makes values flicker by a metre or ten. */
const FLICKER: Km = 0.02;

/** PID A6 with all bits set means "not available". */
const HIGHEST: Km = 10_000_000;

/** @param travel metres of the trip by GPS or speed so far */
export const readOdometer = (span: OdometerSpan, device: DeviceId, at: Instant, km: Km, travel: Metres): void => {
  const { numbers } = span;
  if (!(km >= 0 && km < HIGHEST) || numbers[BROKEN] === 1) return;
  if (span.odometerDevice === '') {
    span.odometerDevice = device;
    numbers[FIRST] = km;
    numbers[LAST] = km;
    numbers[LAST_AT] = at;
    return;
  }
  if (span.odometerDevice !== device) return;
  const growth = km - numbers[LAST]!;
  if (growth < -FLICKER || growth > FASTEST_KM_PER_S * ((at - numbers[LAST_AT]!) / 1_000) + COARSEST_STEP) {
    numbers[BROKEN] = 1;
    return;
  }
  numbers[LAST_AT] = at;
  if (growth <= 0) return;
  numbers[LAST] = km;
  if (numbers[STEPS]! === 0) {
    numbers[FIRST_STEP] = km;
    numbers[FIRST_STEP_TRAVEL] = travel;
  }
  numbers[STEPS]! += 1;
  numbers[LAST_STEP] = km;
  numbers[LAST_STEP_TRAVEL] = travel;
};

/** Within this the odometer and the other measure can both be right (tyre wear, calibration, corners cut by sparse fixes). */
const CREDIBLE_RATIO = 1.3;

/**
 * The trip's length by odometer between its first and last step; before and after by what else measured.
 * @returns undefined where the odometer was not sent, not credible, or covers less than half of the way
 */
export const lengthByOdometer = ({ numbers }: OdometerSpan, travel: Metres): Metres | undefined => {
  if (numbers[BROKEN] === 1 || numbers[STEPS]! === 0) return undefined;
  if (travel < 1) return (numbers[LAST]! - numbers[FIRST]!) * 1_000;
  if (numbers[STEPS]! < 2) return undefined;
  const counted = (numbers[LAST_STEP]! - numbers[FIRST_STEP]!) * 1_000;
  const otherwise = numbers[LAST_STEP_TRAVEL]! - numbers[FIRST_STEP_TRAVEL]!;
  if (counted > otherwise * CREDIBLE_RATIO || otherwise > counted * CREDIBLE_RATIO) return undefined;
  const uncovered = travel - otherwise;
  return counted > uncovered ? counted + uncovered : undefined;
};
