import { internedNames, withName } from './interned-names.js';
import { numbersAtStart, readNumbers } from './number-list.js';
import type { Reading } from './reading.js';
import { placeOfSignal, toldBy } from './told-signals.js';
import type { Instant } from './units.js';

/**
 * The newest believed value of each signal of a vehicle, and when it was told: what is shown live, what the next sample is judged by, what fuel and
 * health are judged by (devices ask for one after the other, so what belongs together comes in several readings) and what a trouble code is frozen with.
 * Plain data, survives JSON.
 */
export interface NewestSignals {
  /** In the order they were first told. One list for all vehicles that tell the same: never changed in place. */
  signalNames: readonly string[];
  /** Value and time of each of them in turn. */
  signals: number[];
}

/** A device that makes up ever new names is not followed; names that something is known of are always kept, they are few. */
const MOST_UNKNOWN = 128;
const ODOMETER = placeOfSignal('odometer');

/** Shared: a list that gets a signal is made anew. */
const NO_SIGNALS: number[] = [];

export const noNewestSignals = (): NewestSignals => ({ signalNames: internedNames([]), signals: NO_SIGNALS });

/**
 * Where a signal stands among `names`; −1 where it was never told.
 * @param guess where it probably stands: devices tell the same signals in the same order again and again
 */
export const placeAmong = (names: readonly string[], name: string, guess: number): number =>
  guess < names.length && names[guess] === name ? guess : names.indexOf(name);

/** Takes what a reading tells, voltage and odometer that are told beside the signals too. Readings come in order of their time. */
export const noteSignals = (memory: NewestSignals, { signals, externalVoltage, odometer, at }: Reading): void => {
  const { count, names, values, places, known } = toldBy(signals);
  let place = 0;
  for (let i = 0; i < count; i++) place = noteSignal(memory, place, names[i]!, values[i]!, at, places[i]! >= 0);
  if (externalVoltage !== undefined) place = noteSignal(memory, place, 'external_voltage', externalVoltage, at, true);
  // Where both are told it is the signal that the next one is judged by.
  if (odometer !== undefined && Number.isNaN(known[ODOMETER]!)) noteSignal(memory, place, 'odometer', odometer, at, true);
};

/** @returns the guess for the next one */
export const noteSignal = (
  memory: NewestSignals,
  guess: number,
  name: string,
  value: number,
  at: Instant,
  isKnown: boolean,
): number => {
  // JSON has no word for it.
  if (!Number.isFinite(value)) return guess;
  const { signalNames } = memory;
  let place = placeAmong(signalNames, name, guess);
  if (place < 0) {
    if (!isKnown && signalNames.length >= MOST_UNKNOWN) return guess;
    place = signalNames.length;
    // Made anew, exactly as long as they are: a list that grows has room for seventeen at once, and few signals are new.
    memory.signalNames = withName(signalNames, name);
    memory.signals = memory.signals.concat([value, at]);
    return place + 1;
  }
  const { signals } = memory;
  signals[2 * place] = value;
  signals[2 * place + 1] = at;
  return place + 1;
};

/** What was read from JSON. */
export const readNewestSignals = (read: NewestSignals): NewestSignals => ({
  signalNames: internedNames(read.signalNames),
  signals: readNumbers(read.signals, numbersAtStart(read.signals.length)),
});

/** A sample that an earlier version kept elsewhere, unless a newer one of the signal is known. */
export const keepNewer = (memory: NewestSignals, name: string, value: number, at: Instant): void => {
  const place = memory.signalNames.indexOf(name);
  if (place < 0 || memory.signals[2 * place + 1]! < at) noteSignal(memory, Math.max(0, place), name, value, at, true);
};
