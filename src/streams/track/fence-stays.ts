import type { FenceStay } from '../../model/moment.js';
import type { Instant, Kmh } from '../../model/units.js';
import { inSchedule } from '../../model/weekly-hours.js';
import type { FenceIndex } from './fence-index.js';
import type { FenceMemory } from './fence-tracker.js';

/**
 * What the fences say that a vehicle is in now, by its last proven sides.
 * @param stays gets the stays in fences that ask for dwelling, in order of fence id
 * @returns the lowest speed limit of those that count at that moment; undefined where none sets one
 */
export const stayInFences = (
  { near }: FenceMemory,
  at: Instant,
  group: string | null,
  fences: FenceIndex,
  stays: FenceStay[],
): Kmh | undefined => {
  let limit: Kmh | undefined;
  for (let i = 0; i < near.length; i++) {
    const { id, revision, side, entered, deepestAt, pending } = near[i]!;
    if (side !== 'inside') continue;
    const fence = fences.fence(id);
    // A fence that was changed or taken away since the last look around is no longer the one it is in.
    if (fence === undefined || fence.revision !== revision || !fence.isFor(group)) continue;
    const { speedLimit, dwell, schedule, name } = fence;
    if (speedLimit !== undefined && speedLimit < (limit ?? Infinity) && (schedule === null || inSchedule(schedule, at)))
      limit = speedLimit;
    if (dwell === undefined) continue;
    stays.push({
      geofence: id,
      name,
      since: entered?.at ?? deepestAt,
      location: { lat: entered?.lat ?? 0, lon: entered?.lon ?? 0 },
      dwell,
      schedule,
      leaving: pending !== null,
    });
  }
  if (stays.length > 1) stays.sort(byFence);
  return limit;
};

const byFence = (a: FenceStay, b: FenceStay): number => (a.geofence < b.geofence ? -1 : 1);
