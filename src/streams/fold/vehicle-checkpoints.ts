import type { Offset } from '../../model/record.js';
import { hours, type Instant } from '../../model/units.js';
import {
  type Checkpoint,
  checkpointOf,
  checkpointsBefore,
  checkpointsIn,
  checkpointTime,
  someCheckpoints,
  withCheckpoint,
  withoutOldest,
} from './checkpoints.js';
import type { Vehicle } from './vehicle.js';
import { foldedAgainFrom, type VehicleState } from './vehicle-state.js';

export const MOST_CHECKPOINTS = 256;

/** Keeps the text of a checkpoint for the next snapshot. */
export const keepText = (vehicle: Vehicle, at: Instant, text: string): void => {
  vehicle.unsaved ??= new Map();
  vehicle.unsaved.set(at, text);
};

/** A checkpoint no longer counts, whether a snapshot holds it or not. */
export const dropText = (vehicle: Vehicle, at: Instant): void => {
  vehicle.unsaved?.delete(at);
  vehicle.dropped ??= new Set();
  vehicle.dropped.add(at);
};

/** Keeps the memory of now, after all that came, as a moment to fold again from. @param to come: nothing that is not in the fold stands before, but what waits; last: nor behind what is in it */
export const takeCheckpoint = (vehicle: Vehicle, to: { come: Offset; last: Offset }, lateness: number): void => {
  const { state } = vehicle;
  const at = Math.max(state.newestAt, state.lapsedTo);
  const next = [...state.ahead, ...state.late].reduce((least, waiting) => Math.min(least, waiting.offset), to.come);
  let list = withCheckpoint(state.checkpoints, { at, next, last: to.last, folded: state.folded });
  state.folded = 0;
  keepText(vehicle, at, JSON.stringify(state.fold));
  // The newest one before the lateness bound stays, and before what waits: everything that may still come is after it.
  const bound = Math.min(at - lateness, foldedAgainFrom(state.late, state.reassigned));
  while (checkpointsIn(list) > MOST_CHECKPOINTS || (checkpointTime(list, 1) ?? at) < bound) {
    const oldest = checkpointOf(list, 0);
    list = withoutOldest(list);
    if (oldest.at >= at - lateness || oldest.at < (state.archivedAt ?? -ARCHIVED_EVERY) + ARCHIVED_EVERY)
      dropText(vehicle, oldest.at);
    else archive(vehicle, oldest);
  }
  state.checkpoints = list;
};

/** One a day: the past is asked about as long as its records are kept, and begins at most a day before what is asked. */
const ARCHIVED_EVERY = hours(20);

/** Its text stays where it is, and is found by the archive from now on. */
const archive = (vehicle: Vehicle, checkpoint: Checkpoint): void => {
  vehicle.archived ??= [];
  vehicle.archived.push(checkpoint);
  vehicle.state.archivedAt = checkpoint.at;
};

/** Something has changed after a time: memories after it are others. */
export const dropArchivedAfter = (vehicle: Vehicle, at: Instant): void => {
  if ((vehicle.state.archivedAt ?? Number.NEGATIVE_INFINITY) <= at) return;
  vehicle.unarchivedFrom = Math.min(vehicle.unarchivedFrom ?? at, at);
  for (const one of vehicle.archived ?? []) if (one.at > at) dropText(vehicle, one.at);
  vehicle.archived = vehicle.archived?.filter(one => one.at <= at);
  vehicle.state.archivedAt = at;
};

/** A further reading of the time of the newest checkpoint: that one no longer holds everything up to there. */
export const spoilCheckpoint = (vehicle: Vehicle, at: Instant): void => {
  const { state } = vehicle;
  vehicle.window?.spoil(at);
  const newest = checkpointsIn(state.checkpoints) - 1;
  if (newest < 0 || checkpointTime(state.checkpoints, newest) !== at) return;
  state.folded += checkpointOf(state.checkpoints, newest).folded;
  state.checkpoints = someCheckpoints(state.checkpoints, 0, newest);
  dropText(vehicle, at);
};

/** Readings that were folded after the newest checkpoint before `since`: so many a re-fold steps that begins there. */
export const foldedSince = ({ checkpoints, folded }: Pick<VehicleState, 'checkpoints' | 'folded'>, since: Instant): number => {
  let sum = folded;
  for (let i = checkpointsBefore(checkpoints, since); i < checkpointsIn(checkpoints); i++)
    sum += checkpointOf(checkpoints, i).folded;
  return sum;
};
