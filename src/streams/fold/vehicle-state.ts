import type { AlertOutcome } from '../../model/alert.js';
import type { DeviceId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { Assignment } from '../../model/vehicle.js';
import { type AheadStretch, NO_STRETCHES } from './ahead.js';
import type { Attributes } from './attributes.js';
import { type Checkpoints, NO_CHECKPOINTS } from './checkpoints.js';
import { BEFORE_ALL, type FoldMemory, NEVER, newFoldMemory } from './fold-memory.js';
import { type LiveMemory, newLiveMemory } from './live-memory.js';

/** What a snapshot holds of a vehicle: plain data. */
export interface VehicleState {
  v: 1;
  fold: FoldMemory;
  /** Event time of the newest reading in the fold, and its arrival. */
  newestAt: Instant;
  newestReceived: Instant;
  /** Up to here deadlines were fired without a reading; one that comes before it makes the vehicle fold again. */
  lapsedTo: Instant;
  /** Arrival of the newest message of any kind. */
  heard: Instant;
  /** The open `device_offline`, if it is. */
  offline: AlertOutcome | null;
  /** It is silent, and soon for too long: seen by the tick `at`, while it was last `heard` then. Absent for nearly all. */
  silent?: { heard: Instant; at: Instant };
  /** The outage that it is counted under instead of an alert of its own. Absent for nearly all. */
  under?: string;
  /** Where those stand that came before their time. */
  ahead: readonly AheadStretch[];
  /** Those of them up to here are in the fold. */
  aheadTo: Instant;
  /** Late readings that wait for the next re-fold. */
  late: readonly Waiting[];
  /** Changes of `assignments` that wait for it, too; absent for nearly all. */
  reassigned?: readonly Reassigned[] | undefined;
  /** It is being folded again at length, beside what comes. Absent for nearly all. */
  again?: FoldingLong;
  /** Offsets of messages that were there already; absent for nearly all. */
  repeats?: Offset[];
  /** Where readings stand that made the fold throw: whatever comes late, they are never folded. Absent for nearly all. */
  poisoned?: Place[];
  /** Ticks before this bring no re-fold: who needs long ones gets them seldom. */
  refoldFrom: Instant;
  attributes: readonly Attributes[];
  assignments: readonly Assignment[];
  checkpoints: Checkpoints;
  /**
   * Readings that were folded after the newest checkpoint. With those of the checkpoints it says how far a re-fold goes back, by which it waits; so it has to
   * follow from the journal alone, and not from what a crash takes.
   */
  folded: number;
  /** The newest checkpoint that went into the archive; absent where none has. */
  archivedAt?: Instant;
  live: LiveMemory;
  /** The newest reading's device and sequence, to tell order at equal times. */
  newestDevice: DeviceId;
  newestSeq: number | null;
}

/** Where a reading stands. */
export interface Place {
  offset: Offset;
  n: number;
}

/** Where a reading stands that is not in the fold yet. */
export interface Waiting extends Place {
  at: Instant;
}

/** The earliest time of some; `NEVER` of none. */
export const earliestOf = (late: readonly { at: Instant }[]): Instant =>
  late.reduce((least, { at }) => Math.min(least, at), NEVER);

/** Something waits until it is folded again. */
export const isToFoldAgain = ({ late, reassigned }: VehicleState): boolean => late.length > 0 || reassigned !== undefined;

/** From when on a vehicle has to be folded again, by what is late of it and by changes of its assignments; `NEVER`: by nothing. */
export const foldedAgainFrom = (late: readonly { at: Instant }[], reassigned: readonly Reassigned[] | undefined): Instant => {
  let from = earliestOf(late);
  for (const { since } of reassigned ?? []) from = Math.min(from, since);
  return from;
};

/**
 * A change of a vehicle's assignments that reaches back (reassigned.ts). What came before it in the journal is judged by who was assigned before it, until all it covers is folded again, as late readings are;
 * what comes after it is judged by it at once. So what was told until then follows from the journal alone, and the re-fold can tell the difference.
 */
export interface Reassigned {
  /** Of the change. */
  offset: Offset;
  /** It covers nothing before this event time. */
  since: Instant;
  before: readonly Assignment[];
  /** How many readings were in the fold. */
  folded: number;
}

/** A long re-fold that is under way (long-refold.ts): all that it began with and that a crash may take, so that it is the same when it is begun once more. */
export interface FoldingLong {
  /** Records up to here are folded beside what comes: of the tick that began it. */
  offset: Offset;
  /** The tick that ends it. */
  until: Instant;
  /** So many of `late` are taken in, and of `reassigned`. */
  late: number;
  reassigned: number;
  /** Of the vehicle as it began: the time of the newest reading, what was ahead of its time and counted, where the earliest stands that is not in it. */
  newestAt: Instant;
  aheadTo: Instant;
  next: Offset;
  /** See `foldedSince`. */
  folded: number;
}

const NO_ATTRIBUTES: readonly Attributes[] = [];
const NO_ASSIGNMENTS: readonly Assignment[] = [];
export const NO_WAITING: readonly Waiting[] = [];

export const newVehicleState = (): VehicleState => ({
  v: 1,
  fold: newFoldMemory(),
  newestAt: BEFORE_ALL,
  newestReceived: 0,
  lapsedTo: BEFORE_ALL,
  heard: 0,
  offline: null,
  ahead: NO_STRETCHES,
  aheadTo: BEFORE_ALL,
  late: NO_WAITING,
  refoldFrom: 0,
  attributes: NO_ATTRIBUTES,
  assignments: NO_ASSIGNMENTS,
  checkpoints: NO_CHECKPOINTS,
  folded: 0,
  live: newLiveMemory(),
  newestDevice: '',
  newestSeq: null,
});
