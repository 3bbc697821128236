import type { Instant } from '../../../model/units.js';
import { NEVER } from '../fold-memory.js';
import { byId } from '../next-looks.js';
import type { Vehicle } from '../vehicle.js';
import { foldedSince } from '../vehicle-checkpoints.js';
import { foldedAgainFrom } from '../vehicle-state.js';
import type { RefoldPace } from './refold-pace.js';

/**
 * Of those that are to be folded again the ones that are so at a tick: who waits longest first, until they take together what one vehicle may take in a second. All
 * other vehicles wait for the tick, so many late ones at once are taken in turns. What it counts follows from the journal, as it does for each of them (`amend`).
 * @param mayTakeLong one that takes longer than all of them may
 * @returns in order of their ids
 */
export const whoseTurn = (all: Iterable<Vehicle>, at: Instant, pace: RefoldPace, mayTakeLong: boolean): Vehicle[] => {
  const { stepsPerSecond } = pace;
  const waiting = [...all].filter(
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
const waitsSince = ({ state: { late, reassigned } }: Vehicle): number =>
  Math.min(late[0]?.offset ?? NEVER, reassigned?.[0]?.offset ?? NEVER);

/** To be folded again beside what comes (`LongRefold`). */
export const takesLong = (vehicle: Vehicle, { stepsPerSecond }: RefoldPace): boolean => stepsOf(vehicle) > stepsPerSecond;

/** Twice the way from a checkpoint, and what is late. */
export const stepsOf = ({ state }: Vehicle): number =>
  2 * foldedSince(state, foldedAgainFrom(state.late, state.reassigned)) + state.late.length;
