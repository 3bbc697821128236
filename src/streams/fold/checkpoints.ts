import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';

/** A moment to fold again from: the memory after every reading up to `at`, all of which stand before `next` in the journal, as do none after. */
export interface Checkpoint {
  at: Instant;
  /** No accepted reading after `at` stands before this offset. */
  next: Offset;
  /** Of the readings up to `at` none stands after this offset; not known of those taken by earlier versions. */
  last?: Offset;
  /** Readings that were folded after the checkpoint before it, up to this one; of the oldest that is kept, all up to it. */
  folded: number;
}

/**
 * Those of one vehicle, oldest first: `at`, `next`, `last` and `folded` of each in turn. A vehicle has one for each trip of two weeks: as objects they would be more
 * than all else of it together. Plain data, survives JSON; made anew where it changes, exactly as long as it is.
 */
export type Checkpoints = readonly number[];

const WIDTH = 4;
const NEXT = 1;
const LAST = 2;
const FOLDED = 3;
const NOT_KNOWN = -1;

/** Shared: nearly all begin with none. */
export const NO_CHECKPOINTS: Checkpoints = [];

export const checkpointsIn = (list: Checkpoints): number => list.length / WIDTH;

/** The `i`th of them, of `checkpointsIn`. */
export const checkpointOf = (list: Checkpoints, i: number): Checkpoint => {
  const at = list[i * WIDTH]!;
  const next = list[i * WIDTH + NEXT]!;
  const last = list[i * WIDTH + LAST]!;
  const folded = list[i * WIDTH + FOLDED]!;
  return last === NOT_KNOWN ? { at, next, folded } : { at, next, last, folded };
};

/** Only its time; undefined where there is none. */
export const checkpointTime = (list: Checkpoints, i: number): Instant | undefined => list[i * WIDTH];

export const withCheckpoint = (list: Checkpoints, { at, next, last = NOT_KNOWN, folded }: Checkpoint): Checkpoints =>
  list.concat([at, next, last, folded]);

/** The `from`th to the one before the `to`th. */
export const someCheckpoints = (list: Checkpoints, from: number, to: number): Checkpoints => list.slice(from * WIDTH, to * WIDTH);

/** Without the oldest, whose readings the next one then counts. */
export const withoutOldest = (list: Checkpoints): Checkpoints => {
  const rest = list.slice(WIDTH);
  if (rest.length > 0) rest[FOLDED]! += list[FOLDED]!;
  return rest;
};

/** How many of them are before `at`. */
export const checkpointsBefore = (list: Checkpoints, at: Instant): number => {
  let count = checkpointsIn(list);
  while (count > 0 && list[(count - 1) * WIDTH]! >= at) count--;
  return count;
};

/** What was read from JSON, also of an earlier version, which kept objects. */
export const readCheckpoints = (read: Checkpoints | readonly Checkpoint[]): Checkpoints => {
  let list: Checkpoints = NO_CHECKPOINTS;
  for (const one of read) {
    if (typeof one === 'number') return (read as Checkpoints).slice();
    list = withCheckpoint(list, { ...one, folded: one.folded ?? 0 });
  }
  return list;
};
