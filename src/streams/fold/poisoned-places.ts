import type { Counters } from '../../model/counters.js';
import type { Vehicle } from './vehicle.js';
import type { Place } from './vehicle-state.js';

/** So many places are kept of one vehicle; one of before them is tried once more where a re-fold goes back that far without a window. */
const POISONED_KEPT = 256;

/**
 * Notes a reading that made the fold throw: it is left out for good, also where something late comes before it that would keep it from throwing. Else it would
 * depend on what is in memory, and so on crashes, whether it is tried again.
 */
export const notePoisoned = (vehicle: Vehicle, { offset, n }: Place, counters: Counters): void => {
  const { state } = vehicle;
  state.poisoned ??= [];
  const { poisoned } = state;
  if (poisoned.some(place => place.offset === offset && place.n === n)) return;
  poisoned.push({ offset, n });
  vehicle.dirty = true;
  if (poisoned.length <= POISONED_KEPT) return;
  poisoned.shift();
  counters.add('poisoned_forgotten_total');
};
