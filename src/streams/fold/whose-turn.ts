import type { Instant } from '../../model/units.js';
import { byId } from './next-looks.js';
import type { RefoldPace } from './refold-pace.js';
import { earliestOf, foldedSince, type Vehicle } from './vehicle.js';

/**
 * Of those with late readings the ones that are folded again at a tick: who waits longest first, until they take together what one vehicle may take in a second. All
 * other vehicles wait for the tick, so many late ones at once are taken in turns. What it counts follows from the journal, as it does for each of them (`amend`).
 * @param mayTakeLong one that takes longer than all of them may
 * @returns in order of their ids
 */
export const whoseTurn = (withLate: Iterable<Vehicle>, at: Instant, pace: RefoldPace, mayTakeLong: boolean): Vehicle[] => {
  const { stepsPerSecond } = pace;
  const waiting = [...withLate].filter(
    vehicle => vehicle.state.refoldFrom <= at && !vehicle.state.again && (mayTakeLong || !takesLong(vehicle, pace)),
  );
  if (waiting.length > 1) waiting.sort((a, b) => waitsSince(a) - waitsSince(b));
  const turn: Vehicle[] = [];
  for (let steps = 0; turn.length < waiting.length && steps < stepsPerSecond; ) {
    const vehicle = waiting[turn.length]!;
    turn.push(vehicle);
    steps += stepsOf(vehicle);
  }
  return turn.sort(byId);
};

/** The offset of what waits longest. */
const waitsSince = ({ state }: Vehicle): number => state.late[0]?.offset ?? 0;

/** To be folded again beside what comes (`LongRefold`). */
export const takesLong = (vehicle: Vehicle, { stepsPerSecond }: RefoldPace): boolean => stepsOf(vehicle) > stepsPerSecond;

/** Twice the way from a checkpoint, and what is late. */
export const stepsOf = ({ state }: Vehicle): number => {
  const since = earliestOf(state.late);
  return 2 * foldedSince(state, since) + state.late.length;
};
