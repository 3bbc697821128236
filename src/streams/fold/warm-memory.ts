import type { Vehicle } from './vehicle.js';

/** So many vehicles at once: their waits overlap, and what was fetched is not pushed out of the nearest cache again before it is used. */
export const WARMED_AT_ONCE = 8;

/** Doubles in a line of the processor's cache. */
const LINE = 8;

/** What was read, of no meaning: if it went nowhere, the compiler would leave out the reading. */
const kept = { sum: 0 };

/**
 * Fetches the memories of vehicles that are about to be stepped into the processor's caches: reads a word of each line of them, and changes nothing.
 * A step comes upon its hundred objects one after the other, each behind the one before it, and waits for each; in a fleet that is larger than the caches
 * that is half of the cost of a message. Here, nothing hangs on what is read, so that the processor waits for many of them at once: first for
 * the roots of all vehicles, then for what hangs on those, then for the leaves.
 * @param count of `vehicles`, none of which sleeps
 */
export const warmMemories = (vehicles: readonly Vehicle[], count: number): void => {
  try {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += readRoot(vehicles[i]!);
    for (let i = 0; i < count; i++) sum += readBranches(vehicles[i]!);
    for (let i = 0; i < count; i++) sum += readLeaves(vehicles[i]!);
    kept.sum = sum;
  } catch {
    // A memory that is not what it should be: its own step comes upon that, and puts the record aside.
  }
};

const readRoot = ({ state }: Vehicle): number => {
  const { fold, live } = state;
  return live.numbers.length + fold.track.numbers.length;
};

const readBranches = ({ state, lookAt }: Vehicle): number => {
  const { newestAt, newestReceived, heard, lapsedTo, aheadTo, ahead, late, checkpoints, attributes } = state;
  const { rules, recent, last, due, alerts } = state.fold;
  const { signals, health, trip, chunk, days, fences, acceleration, dtcs, fuelDays } = state.fold.track;
  let sum = lookAt + newestAt + newestReceived + heard + lapsedTo + aheadTo + due + (last.hidden ? 1 : 0);
  sum += ahead.length + late.length + checkpoints.length + attributes.length + alerts.length;
  sum += rules.memories.length + recent.length + fuelDays.length;
  sum += days.open.length + fences.numbers.length + fences.near.length + acceleration.numbers.length;
  sum += dtcs.codes.length + signals.length;
  if (health !== null) sum += health.numbers.length + health.best.length;
  if (trip !== null) sum += trip.numbers.length;
  if (chunk !== null) sum += chunk.points.length;
  return sum;
};

const readLeaves = ({ state }: Vehicle): number => {
  const { rules, recent } = state.fold;
  const { numbers, signals, health, trip, chunk, days, fences, acceleration, fuelDays } = state.fold.track;
  let sum =
    readNumbers(numbers) + readNumbers(state.live.numbers) + readNumbers(fences.numbers) + readNumbers(acceleration.numbers);
  sum += readNumbers(recent);
  for (const day of days.open) sum += readNumbers(day.numbers);
  for (const day of fuelDays) sum += readNumbers(day.numbers);
  for (const memory of rules.memories) {
    if (Array.isArray(memory)) sum += readNumbers(memory);
    // Whether it is an object stands in its head.
    else if (typeof memory !== 'object') sum++;
  }
  sum += readNumbers(signals);
  if (trip !== null) sum += readNumbers(trip.numbers);
  if (chunk !== null) sum += readNumbers(chunk.points);
  if (health !== null) sum += readNumbers(health.numbers) + readNumbers(health.best);
  return sum;
};

const readNumbers = (numbers: readonly number[]): number => {
  let sum = 0;
  for (let i = 0; i < numbers.length; i += LINE) sum += numbers[i]!;
  return sum;
};
