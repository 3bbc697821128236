import type { VehicleId } from '../../model/ids.js';
import { type Instant, minutes } from '../../model/units.js';
import type { AwakeVehicles } from './asleep/awake-vehicles.js';
import type { NextLooks } from './next-looks.js';
import type { PartitionPosition } from './partition-store.js';
import type { Vehicle } from './vehicle.js';

/** The partition whose time goes back. */
interface SetBack {
  readonly vehicles: ReadonlyMap<VehicleId, Vehicle>;
  position: PartitionPosition;
  looks: NextLooks;
  awake: AwakeVehicles;
}

/** Whatever was on its way when the clock was set right is in the journal by then; and so much may a message be ahead of the ticks. */
const IN_FLIGHT = minutes(1);

/** Whether something was received by a clock whose time was taken back since. */
const isOfWrongClock = ({ setBack, lastTick }: PartitionPosition, received: Instant): boolean =>
  setBack !== undefined && received > lastTick + IN_FLIGHT && received <= setBack.from + IN_FLIGHT;

/** When a message came, by the fold's time: one that the wrong clock received and that stands behind the tick that set time back came just now. */
export const cameAt = (position: PartitionPosition, received: Instant): Instant => {
  const { setBack, lastTick } = position;
  return setBack !== undefined && lastTick <= setBack.to + IN_FLIGHT && isOfWrongClock(position, received) ? lastTick : received;
};

/** The same of the newest reading, where a re-fold has read it from the journal again. */
export const rightNewest = (position: PartitionPosition, { state }: Vehicle): void => {
  if (isOfWrongClock(position, state.newestReceived)) state.newestReceived = position.lastTick;
};

/** Time has come to where it was: nothing can be of the wrong clock any more. */
export const settleSetBack = (position: PartitionPosition, now: Instant): void => {
  if (position.setBack !== undefined && now > position.setBack.from) delete position.setBack;
};

/**
 * The server's clock was ahead and is right again: what came by the time it told came just now. Else whoever was heard then would count as heard until
 * time has come there once more, and nothing of him would end before.
 */
export const setBack = ({ vehicles, position, looks, awake }: SetBack, now: Instant): void => {
  position.setBack = { from: Math.max(position.lastTick, position.setBack?.from ?? 0), to: now };
  const passed = position.lastTick - now;
  position.lastTick = now;
  // Nobody was silent for what the clock said: silence counts from here, as after an absence.
  position.graceFrom = now;
  for (const outage of position.outages ?? []) outage.at = Math.min(outage.at, now);
  for (const vehicle of vehicles.values()) {
    const slept = vehicle.asleep !== undefined;
    const { state } = vehicle;
    if (state.heard > now) {
      state.heard = now;
      state.newestReceived = Math.min(state.newestReceived, now);
    }
    state.refoldFrom = Math.min(state.refoldFrom, now);
    if (state.again) state.again.until -= passed;
    vehicle.dirty = true;
    looks.touch(vehicle);
    if (slept) awake.sleepOn(vehicle);
  }
};
