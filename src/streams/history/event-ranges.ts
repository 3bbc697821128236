import type { VehicleId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import { days, type Instant } from '../../model/units.js';
import type { Journal } from '../../ports/journal.js';
import type { Past } from './past.js';

/** Nothing is accepted that is further ahead of its arrival. */
const FARTHEST_AHEAD = days(1);

/**
 * Where records of a vehicle stand that arrived in a range of time, or hold events that happened in it: one stretch of the journal, or two.
 * Events that were too late to be folded are found by their arrival only.
 * @returns ascending, both ends included
 */
export const eventRanges = async (
  past: Past,
  journal: Pick<Journal, 'offsetAt'>,
  vehicle: VehicleId,
  { from, to }: { from: Instant | undefined; to: Instant | undefined },
): Promise<[Offset, Offset][]> => {
  const end = Number.MAX_SAFE_INTEGER;
  const arrived: [Offset, Offset] = [
    from === undefined ? 0 : await journal.offsetAt(from),
    to === undefined ? end : (await journal.offsetAt(to)) - 1,
  ];
  if (from === undefined && to === undefined) return [arrived];
  const slice = await past.slice(vehicle, from ?? 0, to ?? end);
  if (!slice) return [arrived];
  const earliest = from === undefined ? 0 : await journal.offsetAt(from - FARTHEST_AHEAD);
  const happened: [Offset, Offset] = [Math.max(slice.base.next, earliest), to === undefined ? end : slice.to];
  if (happened[0] > happened[1]) return [arrived];
  const [first, second] = arrived[0] <= happened[0] ? [arrived, happened] : [happened, arrived];
  return second[0] <= first[1] + 1 ? [[first[0], Math.max(first[1], second[1])]] : [first, second];
};
