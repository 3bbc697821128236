import type { Reading } from '../../../model/reading.js';
import type { Instant } from '../../../model/units.js';
import { checkpointOf, checkpointsBefore, checkpointsIn } from '../checkpoints.js';
import type { FoldJournal } from '../fold-context.js';
import type { Vehicle } from '../vehicle.js';
import { type BaseContext, baseAt } from './find-base.js';
import type { Base } from './fold-again.js';

/**
 * How many of the readings that were folded behind a base are no longer in the journal. That fewer are found than were folded is not enough: another version may read fewer out of the
 * same records.
 * @param found how many are there
 */
export const takenByRetention = async (journal: Pick<FoldJournal, 'oldest'>, base: Base, found: number): Promise<number> => {
  const missing = base.folded === undefined ? 0 : base.folded - found;
  return missing > 0 && base.next < (await journal.oldest()) ? missing : 0;
};

/** The first moment to fold again from behind so many readings after a base; undefined where there is none. */
export const baseBehind = async (
  context: BaseContext,
  vehicle: Vehicle,
  base: Base,
  missing: number,
): Promise<Base | undefined> => {
  // Retention takes those of the archive whose past is cut.
  const { after } = await context.archivedCheckpoint(vehicle, base.at + 1);
  const archived = after && after.at < (vehicle.unarchivedFrom ?? after.at + 1) && (await baseAt(context, vehicle, after));
  if (archived) return archived;
  const { checkpoints } = vehicle.state;
  let folded = 0;
  for (let i = checkpointsBefore(checkpoints, base.at + 1); i < checkpointsIn(checkpoints); i++) {
    const checkpoint = checkpointOf(checkpoints, i);
    folded += checkpoint.folded;
    const found = folded >= missing && (await baseAt(context, vehicle, checkpoint));
    if (found) return found;
  }
  return undefined;
};

/** What of a re-fold is behind a moment. */
export const requestBehind = <T extends { since: Instant; late: readonly Reading[] }>(request: T, at: Instant): T => ({
  ...request,
  since: Math.max(request.since, at + 1),
  late: request.late.filter(reading => reading.at > at),
});
