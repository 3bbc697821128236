import { type Instant, type Millis, minutes } from '../../../model/units.js';
import type { FoldContext } from '../fold-context.js';
import { dropWindow } from '../refold/refold-late.js';
import type { Vehicle } from '../vehicle.js';
import { type AwakeVehicles, canSleep } from './awake-vehicles.js';

/** Whoever was not heard for so long is likely parked: most of a fleet is, most of the time. Longer than anything is shown as driving. */
export const SLEEPS_AFTER: Millis = minutes(5);
/** At a tick so many vehicles of a partition are looked at, and so many fall asleep. */
const LOOKED_AT = 64;
const ASLEEP_AT_ONCE = 4;

/** Nothing of it is on its way anywhere, and all that is known of it is in a snapshot. */
const isParked = (vehicle: Vehicle, now: Instant, { growing }: FoldContext): boolean => {
  if (vehicle.asleep || vehicle.dirty || growing.has(vehicle) || !canSleep(vehicle)) return false;
  const { heard, newestReceived, ahead } = vehicle.state;
  return now - Math.max(heard, newestReceived) >= SLEEPS_AFTER && ahead.length === 0;
};

/**
 * Lets some of the vehicles of a partition fall asleep that are silent, however many are awake. That one sleeps changes nothing but the memory it takes.
 * @param walk goes on where the one before ended   @returns false where the walk is over
 */
export const letSleep = (walk: Iterator<Vehicle>, now: Instant, context: FoldContext, awake: AwakeVehicles): boolean => {
  let asleep = 0;
  for (let looked = 0; looked < LOOKED_AT && asleep < ASLEEP_AT_ONCE; looked++) {
    const { value: vehicle, done } = walk.next();
    if (done) return false;
    if (!isParked(vehicle, now, context)) continue;
    dropWindow(context.windows, vehicle);
    awake.letSleep(vehicle);
    asleep++;
  }
  return true;
};
