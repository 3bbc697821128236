import type { HealthDay } from '../../../model/health.js';
import type { VehicleId } from '../../../model/ids.js';
import type { HealthNews } from '../../../model/moment.js';
import type { NewestSignals } from '../../../model/newest-signals.js';
import type { Reading } from '../../../model/reading.js';
import { placeOfSignal, toldBy } from '../../../model/told-signals.js';
import { type Instant, type Millis, minutes, seconds } from '../../../model/units.js';
import type { DtcMemory } from '../dtc-tracker.js';
import { hasSigns } from '../engine-signs.js';
import { type HealthMemory, newHealthMemory } from './health-memory.js';
import { COLD_SINCE, COLD_TOLD, ENGINE_ON_MS, IS_WARM, MOVED_MS, ODOMETER_M, ON_SINCE, RAN_AT } from './health-numbers.js';
import type { HealthStep } from './health-step.js';
import { beginTally, healthDayOf } from './health-tally.js';
import { judgeDay } from './judge-day.js';
import { watchCoolant, watchIdle, watchTrims } from './watch-engine.js';
import { watchPower } from './watch-power.js';
import { watchVoltage } from './watch-voltage.js';

/** What lies between two readings that are further apart is not counted. */
const STEP: Millis = seconds(60);
/** A silence this long, or so long without the engine, begins a new run. */
const NEW_RUN: Millis = minutes(10);

const VOLTS = placeOfSignal('control_module_voltage');
const ODOMETER = placeOfSignal('odometer');

/** Shared: one that has something is made anew. */
const NONE: readonly string[] = [];

/** Anything that health is judged by? */
const tells = (signs: NewestSignals, { signals, externalVoltage }: Reading): boolean =>
  hasSigns(signs) || externalVoltage !== undefined || !Number.isNaN(toldBy(signals).known[VOLTS]!);

/**
 * Takes a reading into the health of its vehicle. @returns the memory, made when there is something to remember
 * @param signs with this reading's in it
 */
export const trackHealth = (
  known: HealthMemory | null,
  signs: NewestSignals,
  reading: Reading,
  step: HealthStep,
): HealthMemory | null => {
  if (known === null && !tells(signs, reading)) return null;
  const memory = known ?? newHealthMemory(step.day);
  const { at } = reading;
  const { numbers } = memory;
  const since = step.since <= STEP ? step.since : 0;
  noteRun(memory, at, step);
  if (step.engineOn) {
    numbers[ENGINE_ON_MS]! += since;
    if (step.moving) numbers[MOVED_MS]! += since;
  }
  const odometer = reading.odometer ?? toldBy(reading.signals).known[ODOMETER]!;
  if (odometer > 0 && odometer < 16_000_000) numbers[ODOMETER_M] = Math.round(odometer * 1_000);
  const incomplete = reading.dtcs?.incomplete;
  if (incomplete !== undefined) memory.incomplete = incomplete.length === 0 ? NONE : [...incomplete];
  watchVoltage(memory, signs, reading, step);
  if (!hasSigns(signs)) return memory;
  watchCoolant(memory, signs, at, step);
  watchTrims(memory, signs, at, step);
  watchIdle(memory, signs, at, step);
  watchPower(memory, signs, at, step);
  return memory;
};

/** A run of the engine goes on through a halt of a stop-start engine, and through a stop that is too short to cool down. */
const noteRun = (memory: HealthMemory, at: Instant, step: HealthStep): void => {
  const { numbers } = memory;
  if (!step.engineOn) {
    numbers[ON_SINCE] = 0;
    return;
  }
  const stood = numbers[RAN_AT]! === 0 ? Infinity : at - numbers[RAN_AT]!;
  numbers[RAN_AT] = at;
  if (numbers[ON_SINCE]! > 0 && stood <= NEW_RUN) return;
  if (stood > NEW_RUN) {
    numbers[MOVED_MS] = 0;
    numbers[IS_WARM] = 0;
    numbers[COLD_SINCE] = 0;
    numbers[COLD_TOLD] = 0;
  }
  numbers[ON_SINCE] = at;
};

/** The day that is open, as a row; undefined where nothing is known of the vehicle's health. */
export const openHealthDay = (memory: HealthMemory | null, vehicle: VehicleId, dtcs: DtcMemory): HealthDay | undefined =>
  memory === null ? undefined : healthDayOf(vehicle, memory.day, memory.numbers, dtcs, memory.incomplete);

/**
 * Ends the open day where `day` is a later one: a change of zone may bring a day back for some hours, which then still counts as the later one.
 * @param out gets what the day says of each part
 * @returns its row, once
 */
export const closeHealthDay = (
  memory: HealthMemory | null,
  day: string,
  vehicle: VehicleId,
  dtcs: DtcMemory,
  out: HealthNews[],
): HealthDay | undefined => {
  if (memory === null || day <= memory.day) return undefined;
  const over = openHealthDay(memory, vehicle, dtcs)!;
  judgeDay(memory, over, out);
  memory.day = day;
  beginTally(memory.numbers);
  return over;
};
