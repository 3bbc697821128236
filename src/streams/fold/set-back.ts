import type { VehicleId } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';
import type { NextLooks } from './next-looks.js';
import type { PartitionPosition } from './partition-store.js';
import type { Vehicle } from './vehicle.js';

/** The partition whose time goes back. */
interface SetBack {
  readonly vehicles: ReadonlyMap<VehicleId, Vehicle>;
  position: PartitionPosition;
  looks: NextLooks;
}

/**
 * The server's clock was ahead and is right again: what came by the time it told came just now. Else whoever was heard then would count as heard until
 * time has come there once more, and nothing of him would end before.
 */
export const setBack = ({ vehicles, position, looks }: SetBack, now: Instant): void => {
  position.lastTick = now;
  // Nobody was silent for what the clock said: silence counts from here, as after an absence.
  position.graceFrom = now;
  for (const outage of position.outages ?? []) outage.at = Math.min(outage.at, now);
  for (const vehicle of vehicles.values()) {
    const { state } = vehicle;
    if (state.heard > now) {
      state.heard = now;
      state.newestReceived = Math.min(state.newestReceived, now);
    }
    state.refoldFrom = Math.min(state.refoldFrom, now);
    vehicle.dirty = true;
    looks.touch(vehicle);
  }
};
