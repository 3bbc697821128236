import type { DeviceId } from '../../model/ids.js';
import type { Instant, Km, Metres } from '../../model/units.js';

/**
 * What the odometer said during a trip. It counts in steps (0.1 km, 1 km), so a difference of two values is wrong by up to a step;
 * but at the moment of a step it is exact. Kept are the first and the last step, and the travel measured otherwise up to them.
 */
export interface OdometerSpan {
  /** Whose odometer it is; others are not mixed in. Empty until the first value. */
  device: DeviceId;
  /** It fell, or leapt: not to be believed on this trip. */
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

export const newOdometerSpan = (): OdometerSpan => ({
  device: '',
  broken: false,
  first: 0,
  last: 0,
  lastAt: 0,
  steps: 0,
  firstStep: 0,
  firstStepTravel: 0,
  lastStep: 0,
  lastStepTravel: 0,
});

/** Obd-facts §6: an odometer never falls, and grows by 0.07 km/s + 0.2; one that counts whole kilometres steps by 1. */
const FASTEST_KM_PER_S = 0.07;
const COARSEST_STEP: Km = 1.05;
/** Rounding in devices makes values flicker by a metre or ten. */
const FLICKER: Km = 0.02;

/** PID A6 with all bits set means "not available". */
const HIGHEST: Km = 10_000_000;

/** @param travel metres of the trip by GPS or speed so far */
export const readOdometer = (span: OdometerSpan, device: DeviceId, at: Instant, km: Km, travel: Metres): void => {
  if (!(km >= 0 && km < HIGHEST) || span.broken) return;
  if (span.device === '') {
    span.device = device;
    span.first = km;
    span.last = km;
    span.lastAt = at;
    return;
  }
  if (span.device !== device) return;
  const growth = km - span.last;
  if (growth < -FLICKER || growth > FASTEST_KM_PER_S * ((at - span.lastAt) / 1_000) + COARSEST_STEP) {
    span.broken = true;
    return;
  }
  span.lastAt = at;
  if (growth <= 0) return;
  span.last = km;
  if (span.steps === 0) {
    span.firstStep = km;
    span.firstStepTravel = travel;
  }
  span.steps += 1;
  span.lastStep = km;
  span.lastStepTravel = travel;
};

/** Within this the odometer and the other measure can both be right (tyre wear, calibration, corners cut by sparse fixes). */
const CREDIBLE_RATIO = 1.3;

/**
 * The trip's length by odometer between its first and last step; before and after by what else measured.
 * @returns undefined where the odometer was not sent, not credible, or covers less than half of the way
 */
export const lengthByOdometer = (span: OdometerSpan, travel: Metres): Metres | undefined => {
  if (span.broken || span.steps === 0) return undefined;
  if (travel < 1) return (span.last - span.first) * 1_000;
  if (span.steps < 2) return undefined;
  const counted = (span.lastStep - span.firstStep) * 1_000;
  const otherwise = span.lastStepTravel - span.firstStepTravel;
  if (counted > otherwise * CREDIBLE_RATIO || otherwise > counted * CREDIBLE_RATIO) return undefined;
  const uncovered = travel - otherwise;
  return counted > uncovered ? counted + uncovered : undefined;
};
