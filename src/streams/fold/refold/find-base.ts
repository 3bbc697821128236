import type { Instant } from '../../../model/units.js';
import { type Checkpoint, checkpointOf, checkpointsIn } from '../checkpoints.js';
import { BEFORE_ALL, NEVER } from '../fold-memory.js';
import type { PartitionStore } from '../partition-store.js';
import type { Vehicle } from '../vehicle.js';
import { foldedSince } from '../vehicle-checkpoints.js';
import type { Base } from './fold-again.js';

/** Where the moments are that a snapshot holds. */
export interface BaseContext {
  /** The text of a checkpoint. */
  savedCheckpoint(vehicle: Vehicle, at: Instant): Promise<string | undefined>;
  /** Of those in the archive the newest before a time, and the first not before it. */
  archivedCheckpoint(vehicle: Vehicle, at: Instant): ReturnType<PartitionStore['archived']>;
}

/** The newest moment before `since` whose memory is known. */
export const findBase = async (context: BaseContext, vehicle: Vehicle, since: Instant): Promise<Base> => {
  const mark = vehicle.window?.markBefore(since);
  if (mark) return { at: mark.at, next: 0, memory: mark.memory };
  return findCheckpoint(context, vehicle, since);
};

/** The newest checkpoint before `since` whose text is known. An assignment may reach back further than what is late can: to those of the archive. */
export const findCheckpoint = async (context: BaseContext, vehicle: Vehicle, since: Instant): Promise<Base> => {
  const { checkpoints } = vehicle.state;
  for (let i = checkpointsIn(checkpoints) - 1; i >= 0; i--) {
    const checkpoint = checkpointOf(checkpoints, i);
    const base = checkpoint.at < since && (await baseAt(context, vehicle, checkpoint));
    if (base) return { ...base, folded: foldedSince(vehicle.state, base.at + 1) };
  }
  const archived = await newestArchived(context, vehicle, since);
  const base = archived && (await baseAt(context, vehicle, archived));
  return base ?? { at: BEFORE_ALL, next: 0, memory: undefined, folded: foldedSince(vehicle.state, BEFORE_ALL) };
};

/** A checkpoint with its text, where that is there. */
export const baseAt = async (
  { savedCheckpoint }: Pick<BaseContext, 'savedCheckpoint'>,
  vehicle: Vehicle,
  { at, next }: Checkpoint,
): Promise<Base | undefined> => {
  const memory = vehicle.unsaved?.get(at) ?? (await savedCheckpoint(vehicle, at));
  return memory === undefined ? undefined : { at, next, memory };
};

const newestArchived = async (
  { archivedCheckpoint }: Pick<BaseContext, 'archivedCheckpoint'>,
  vehicle: Vehicle,
  since: Instant,
): Promise<Checkpoint | undefined> => {
  if (vehicle.state.archivedAt === undefined) return undefined;
  const unsaved = vehicle.archived?.findLast(({ at }) => at < since);
  // What a snapshot is still to take out of it is no longer true.
  return unsaved ?? (await archivedCheckpoint(vehicle, Math.min(since, (vehicle.unarchivedFrom ?? NEVER) + 1))).before;
};
