import { type Instant, type Millis, minutes } from '../../model/units.js';
import type { FoldContext } from './fold-context.js';
import { livePositionOf } from './live-view.js';
import type { Vehicle } from './vehicle.js';

/** Whoever was not heard for so long is likely parked: most of a fleet is, most of the time. Longer than anything is shown as driving. */
export const SLEEPS_AFTER: Millis = minutes(5);
/** At a tick so many vehicles of a partition are looked at, and so many fall asleep: each costs some tenths of a millisecond. */
const LOOKED_AT = 64;
const ASLEEP_AT_ONCE = 4;

/** Nothing of it is on its way anywhere, and all that is known of it is in a snapshot. */
const maySleep = (vehicle: Vehicle, now: Instant, { growing }: FoldContext): boolean => {
  if (vehicle.asleep || vehicle.dirty || vehicle.broken || growing.has(vehicle)) return false;
  const { heard, newestReceived, late, ahead, reassigned } = vehicle.state;
  return now - Math.max(heard, newestReceived) >= SLEEPS_AFTER && late.length === 0 && ahead.length === 0 && !reassigned;
};

/**
 * Lets some of the vehicles of a partition fall asleep. That one sleeps changes nothing but the memory it takes: who asks for its state wakes it,
 * and has what a snapshot would have given.
 * @param walk goes on where the one before ended   @returns false where the walk is over
 */
export const letSleep = (walk: Iterator<Vehicle>, now: Instant, context: FoldContext): boolean => {
  let asleep = 0;
  for (let looked = 0; looked < LOOKED_AT && asleep < ASLEEP_AT_ONCE; looked++) {
    const { value: vehicle, done } = walk.next();
    if (done) return false;
    if (!maySleep(vehicle, now, context)) continue;
    const { state } = vehicle;
    context.windows.delete(vehicle);
    vehicle.fallAsleep({
      ...context.packer.pack(state),
      heard: state.heard,
      shown: state.heard > 0 ? livePositionOf(vehicle.id, state, now) : undefined,
      rejected: state.fold.plausible?.rejected ?? null,
    });
    context.counters.add('vehicles_fell_asleep_total');
    asleep++;
  }
  return true;
};
