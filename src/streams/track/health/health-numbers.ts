import { numbersAtStart } from '../../../model/number-list.js';

/*
 * What the health of a vehicle keeps in numbers, all in one list (see number-list.ts). 1 and 0 stand for true and false.
 *
 * First what the open day has gathered: whole numbers in small units (mV, tenths of a degree or a percent, ms).
 */
export const REST_MV = 0;
export const RESTS = 1;
export const CRANK_SUM_MV = 2;
export const CRANK_LEAST_MV = 3;
export const STARTS = 4;
/** °C; `NONE` where not told. */
export const AMBIENT = 5;
export const RUN_MV = 6;
export const RUN_MOST_MV = 7;
export const RUNS = 8;
export const LOW_MS = 9;
export const HIGH_MS = 10;
export const COOLANT_MOST = 11;
export const STEADY_TENTHS = 12;
export const STEADIES = 13;
export const WARM_UPS = 14;
export const WARM_UP_S = 15;
export const COLD_DRIVES = 16;
export const IDLE_STEP_SUM = 17;
export const IDLE_STEPS = 18;
export const DEMANDED_MS = 19;
export const DERATES = 20;
export const DERATED_MS = 21;
/** Place in `REASONS` + 1. */
export const REASON = 22;
export const ODOMETER_M = 23;
export const ENGINE_ON_MS = 24;
/** Sums in tenths of a percent and counts of idle and cruise of both banks: idle 1, cruise 1, idle 2, cruise 2. */
export const TRIMS = 25;
/** Up to here they are the day's. */
export const TALLY_NUMBERS = 33;

/** Highest supply seen, mV: above 18 V it is a 24 V system. */
export const HIGHEST_MV = 33;
/** The engine ran, or the vehicle moved. */
export const ACTIVE_AT = 34;
export const VOLTS_AT = 35;
/** The lowest supply of the newest dip. */
export const DIP_MV = 36;
export const DIP_AT = 37;
/** The engine has been on since; 0 = it is not. */
export const ON_SINCE = 38;
/** It was on last. */
export const RAN_AT = 39;
/** Of this run of the engine: moved so long; warm; it began cold, then (0 = it did not); that was told. */
export const MOVED_MS = 40;
export const IS_WARM = 41;
export const COLD_SINCE = 42;
export const COLD_TOLD = 43;
export const IDLE_RPM = 44;
export const IDLE_AT = 45;
export const HIGHEST_RPM = 46;

/** Of what was not told. */
export const NONE = -1_000;

export const HEALTH_AT_START: readonly number[] = numbersAtStart(47, [
  [AMBIENT, NONE],
  [COOLANT_MOST, NONE],
]);
