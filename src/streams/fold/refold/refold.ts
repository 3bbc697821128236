import type { Counters } from '../../../model/counters.js';
import type { Reading } from '../../../model/reading.js';
import type { Offset } from '../../../model/record.js';
import type { Instant } from '../../../model/units.js';
import type { RollUpRow } from '../../../ports/database.js';
import { checkpointOf, checkpointsBefore, checkpointsIn, someCheckpoints, withCheckpoint } from '../checkpoints.js';
import type { Cause } from '../evaluate.js';
import type { FoldJournal } from '../fold-context.js';
import type { NamesAt } from '../history.js';
import { showNewest } from '../live-view.js';
import { notePoisoned } from '../poisoned-places.js';
import type { Vehicle } from '../vehicle.js';
import { dropArchivedAfter, dropText, foldedSince, keepText } from '../vehicle-checkpoints.js';
import type { Judging } from '../vehicle-fold.js';
import { type AlertAmendment, amendments } from './amendments.js';
import { baseBehind, requestBehind, takenByRetention } from './cut-past.js';
import { type BaseContext, findBase } from './find-base.js';
import { type AgainContext, type Base, type FoldedAgain, foldAgain } from './fold-again.js';
import { joined, type Past, pastOf, readPast } from './past-readings.js';
import { takeReassigned } from './reassigned.js';
import { type Mark, Window } from './window.js';

/** What a re-fold needs to know of the world around the vehicle. */
export interface RefoldContext extends AgainContext, BaseContext {
  journal: FoldJournal;
  counters: Counters;
  namesAt: NamesAt;
  /** @param reassigned see `judgingAt` */
  judgingAt(vehicle: Vehicle, offset: Offset, reassigned?: number): Judging;
  lateness: number;
}

export interface RefoldRequest {
  /** Fold again everything later than the newest checkpoint before this event time. */
  since: Instant;
  /** Readings that are not in the fold yet. */
  late: readonly Reading[];
  /** So many of the changes of its assignments that wait, the first of them. */
  reassigned: number;
  /** Also where nothing is late and nothing has changed. */
  anyway: boolean;
  /** On whose account: new alerts count as raised by it. Records after it do not exist yet. */
  cause: Cause;
  /** The vehicle's own time now: deadlines up to here have passed. */
  now: Instant;
}

/** What a re-fold changed. */
export interface Amended {
  alerts: AlertAmendment[];
  rows: RollUpRow[];
  /** Of the late ones, those that made the fold throw. */
  poisoned: readonly Reading[];
}

/**
 * Folds a vehicle again from the nearest checkpoint before the late readings, with and without them: the difference is the amendment.
 * Leaves the vehicle's memory, checkpoints and window as if everything had come in order.
 */
export const refold = async (context: RefoldContext, vehicle: Vehicle, request: RefoldRequest): Promise<Amended> => {
  let asked = request;
  let base = await findBase(context, vehicle, asked.since);
  for (;;) {
    const amended = await refoldFrom(context, vehicle, base, asked);
    if (typeof amended !== 'number') return amended;
    const behind = await baseBehind(context, vehicle, base, amended);
    // A memory that is broken is made of what there is.
    if (behind === undefined && vehicle.broken) base = { ...base, folded: undefined };
    else {
      // Nothing is kept: what is newer than all that was folded goes onto the memory as it stands.
      base = behind ?? { at: vehicle.state.newestAt, next: asked.cause.offset + 1, memory: JSON.stringify(vehicle.state.fold) };
      const rest = requestBehind(asked, base.at);
      context.counters.add('events_too_late_total', asked.late.length - rest.late.length);
      asked = rest;
    }
  }
};

/** @returns how many readings retention has taken of the past behind the base, where it has: nothing is changed then */
const refoldFrom = async (
  context: RefoldContext,
  vehicle: Vehicle,
  base: Base,
  { since, late, reassigned, anyway, cause, now }: RefoldRequest,
): Promise<Amended | number> => {
  const { state } = vehicle;
  const past = await pastSince(context, vehicle, base, late, cause.offset);
  const { fresh, held } = past;
  const duplicates = late.length - fresh.length;
  if (fresh.length === 0 && reassigned === 0 && !anyway) {
    context.counters.add('events_duplicate_total', duplicates);
    if (held) vehicle.window ??= windowOf(base, base.at, held, []);
    return { alerts: [], rows: [], poisoned: [] };
  }
  const before = await foldAgain(context, vehicle, base, () => past.pages(), [], cause, state.lapsedTo, undefined);
  const taken = await takenByRetention(context.journal, base, before.folded + before.poisoned.length);
  if (taken > 0) return taken;
  context.counters.add('events_duplicate_total', duplicates);
  // A mark is nearer than the checkpoint; it decides what the re-fold costs, and nothing of what it leaves behind.
  const keep = { since, folded: foldedSince(state, since) - before.folded };
  // What made the first fold throw is in quarantine already; this one leaves it out from the start.
  const then = judgedThen(context, reassigned);
  const after = await foldAgain(then, vehicle, base, () => joined(past), before.poisoned, cause, now, keep);
  takeReassigned(state, reassigned);
  return takeOver(context, vehicle, { base, since, before, after, fresh: fresh.length, held: held !== undefined, cause });
};

/** As what so many of the changes of its assignments cover is judged when they are taken in. */
export const judgedThen = (context: RefoldContext, reassigned: number): RefoldContext =>
  reassigned === 0 ? context : { ...context, judgingAt: (of, offset) => context.judgingAt(of, offset, reassigned) };

/** Two folds of a vehicle's past, without what is late and with it. */
export interface BothFolds {
  base: Base;
  since: Instant;
  before: FoldedAgain;
  after: FoldedAgain;
  /** How many readings were new. */
  fresh: number;
  /** The past was held, and not read page by page. */
  held: boolean;
  cause: Cause;
}

/** The second fold's memory, checkpoints and window are the vehicle's from now on; the difference is the answer. */
export const takeOver = (
  context: RefoldContext,
  vehicle: Vehicle,
  { base, since, before, after, fresh, held, cause }: BothFolds,
): Amended => {
  const { state } = vehicle;
  context.counters.add('events_folded_total', fresh - after.poisoned.length);
  context.counters.add('events_poisoned_total', after.poisoned.length);
  for (const reading of [...before.poisoned, ...after.poisoned]) notePoisoned(vehicle, reading, context.counters);

  state.fold = after.memory;
  for (const reading of after.newest)
    if (reading.at > state.newestAt) showNewest(state, reading, isPrivate(context, vehicle, reading));
  state.lapsedTo = after.lapsedTo;
  keepCheckpoints(vehicle, since, after, cause.offset);
  vehicle.window = windowOf(base, after.tail.after, after.tail.readings, after.moments);
  // What a flood left behind it is not held for the next one.
  if (after.folded > context.pace.checkpoint) vehicle.window.keepOnlyMarked();
  vehicle.dirty = true;
  context.counters.add('refolds_total');
  if (!held) context.counters.add('refolds_in_pages_total');
  if (after.tail.givenUp) context.counters.add('windows_given_up_total');
  context.counters.add('refolded_readings_total', after.folded);
  const { alerts, rows } = amendments(before.outcomes, after.outcomes, cause.received);
  return { alerts, rows, poisoned: after.poisoned };
};

const isPrivate = ({ judgingAt }: RefoldContext, vehicle: Vehicle, { offset, at }: Reading): boolean =>
  judgingAt(vehicle, offset).conditions.isPrivate(at);

const pastSince = async (
  context: RefoldContext,
  vehicle: Vehicle,
  base: Base,
  late: readonly Reading[],
  to: Offset,
): Promise<Past> => {
  const { journal, namesAt, giveWay, lateness, pastBounds: bounds } = context;
  const { window, state } = vehicle;
  if (window && window.after <= base.at) return pastOf(window.since(base.at), late, to);
  const waiting = waitingOf(vehicle, late);
  const range = { vehicle: vehicle.id, from: base.next, to, after: base.at, lateness, aheadTo: state.aheadTo, waiting };
  return readPast({ journal, namesAt, giveWay, bounds }, range, late);
};

/** What of a vehicle's records is not in its past: what waits, what is poisoned, what was sent twice. */
export const waitingOf = ({ state }: Vehicle, late: readonly Reading[]): ((reading: Reading) => boolean) => {
  const pending = new Map<Offset, Set<number>>();
  for (const { offset, n } of [...late, ...state.late, ...(state.poisoned ?? [])]) {
    const of = pending.get(offset);
    if (of) of.add(n);
    else pending.set(offset, new Set([n]));
  }
  const repeats = new Set(state.repeats);
  return ({ offset, n }) => repeats.has(offset) || pending.get(offset)?.has(n) === true;
};

/** Those before `since` stand as they were. */
const keepCheckpoints = (vehicle: Vehicle, since: Instant, { checkpoints, foldedSince }: FoldedAgain, last: Offset): void => {
  const { state } = vehicle;
  const before = state.checkpoints;
  const kept = checkpointsBefore(before, since);
  for (let i = kept; i < checkpointsIn(before); i++) dropText(vehicle, checkpointOf(before, i).at);
  state.checkpoints = someCheckpoints(before, 0, kept);
  dropArchivedAfter(vehicle, since - 1);
  state.folded = foldedSince;
  const firstAhead = Math.min(...state.ahead.map(({ offset }) => offset), ...state.late.map(({ offset }) => offset));
  for (const { at, next, folded, memory } of checkpoints) {
    // What was late stands somewhere up to here.
    state.checkpoints = withCheckpoint(state.checkpoints, { at, next: Math.min(next, firstAhead), last, folded });
    keepText(vehicle, at, memory);
  }
};

const windowOf = (base: Base, after: Instant, readings: readonly Reading[], moments: readonly Mark[]): Window => {
  const window = new Window(after, [...readings]);
  if (base.memory !== undefined && base.at >= after) window.mark(base.at, base.memory);
  for (const { at, memory } of moments) if (at >= after) window.mark(at, memory);
  return window;
};
