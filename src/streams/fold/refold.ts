import type { Counters } from '../../model/counters.js';
import type { Reading } from '../../model/reading.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import type { GiveWay } from '../../ports/give-way.js';
import type { Journal } from '../../ports/journal.js';
import { type AlertAmendment, amendments } from './amendments.js';
import type { Cause } from './evaluate.js';
import { BEFORE_ALL, type FoldMemory, newFoldMemory } from './fold-memory.js';
import { loadReadings, type NamesAt } from './history.js';
import { showNewest } from './live-view.js';
import { readMemory } from './read-memory.js';
import { isSameEvent, placeOf, sortReadings } from './reading-order.js';
import { type Checkpoint, dropArchivedAfter, dropText, keepText, READINGS_TO_CHECKPOINT, type Vehicle } from './vehicle.js';
import type { Judging, VehicleFold } from './vehicle-fold.js';
import { type Mark, Window } from './window.js';
import { type Outcome, WindowOutput } from './window-output.js';

/** What a re-fold needs to know of the world around the vehicle. */
export interface RefoldContext {
  journal: Pick<Journal, 'ofVehicle'>;
  fold: VehicleFold;
  counters: Counters;
  judgingAt(vehicle: Vehicle, offset: Offset): Judging;
  namesAt: NamesAt;
  /** The text of a checkpoint that a snapshot holds. */
  savedCheckpoint(vehicle: Vehicle, at: Instant): Promise<string | undefined>;
  lateness: number;
  giveWay: GiveWay;
}

export interface RefoldRequest {
  /** Fold again everything later than the newest checkpoint before this event time. */
  since: Instant;
  /** Readings that are not in the fold yet. */
  late: readonly Reading[];
  /** A change of what applies by event time (assignments), made between the two folds. */
  change?: () => void;
  /** On whose account: new alerts count as raised by it. Records after it do not exist yet. */
  cause: Cause;
  /** The vehicle's own time now: deadlines up to here have passed. */
  now: Instant;
}

/** What a re-fold changed. */
export interface Amended {
  alerts: AlertAmendment[];
  rows: RollUpRow[];
  /** Readings that were stepped, for what it cost. */
  folded: number;
  /** Of the late ones, those that made the fold throw. */
  poisoned: readonly Reading[];
}

const MARK_EVERY = 64;
const MARKS_KEPT = 8;
/** Between so many readings it is asked whether others should have a turn. */
const READINGS_AT_ONCE = 128;

/**
 * Folds a vehicle again from the nearest checkpoint before the late readings, with and without them: the difference is the amendment.
 * Leaves the vehicle's memory, checkpoints and window as if everything had come in order.
 */
export const refold = async (
  context: RefoldContext,
  vehicle: Vehicle,
  { since, late, change, cause, now }: RefoldRequest,
): Promise<Amended> => {
  const { state } = vehicle;
  const base = await findBase(context, vehicle, since);
  const known = await readingsSince(context, vehicle, base, late, cause.offset);
  const fresh = withoutDuplicates(known, late);
  context.counters.add('events_duplicate_total', late.length - fresh.length);
  if (fresh.length === 0 && !change) {
    vehicle.window ??= windowOf(base, known, []);
    return { alerts: [], rows: [], folded: 0, poisoned: [] };
  }

  const before = await run(context, vehicle, base, known, cause, state.lapsedTo);
  change?.();
  const readings = fresh.length === 0 ? known : sortReadings([...known, ...fresh]);
  // What made the first fold throw is in quarantine already; this one leaves it out from the start.
  const after = await run(context, vehicle, base, without(readings, before.poisoned), cause, now);
  context.counters.add('events_folded_total', fresh.length - after.poisoned.length);
  context.counters.add('events_poisoned_total', after.poisoned.length);

  state.fold = after.memory;
  for (const reading of after.told)
    if (reading.at > state.newestAt) showNewest(state, reading, isPrivate(context, vehicle, reading));
  state.lapsedTo = after.lapsedTo;
  keepCheckpoints(vehicle, base, after.checkpoints, cause.offset);
  vehicle.window = windowOf(base, after.readings, [...after.marks, ...after.checkpoints]);
  vehicle.dirty = true;
  context.counters.add('refolds_total');
  context.counters.add('refolded_readings_total', after.readings.length);
  const { alerts, rows } = amendments(before.outcomes, after.outcomes, cause.received);
  return { alerts, rows, folded: known.length + after.readings.length, poisoned: after.poisoned };
};

const isPrivate = ({ judgingAt }: RefoldContext, vehicle: Vehicle, { offset, at }: Reading): boolean =>
  judgingAt(vehicle, offset).conditions.isPrivate(at);

interface Base extends Checkpoint {
  memory: string | undefined;
}

/** The newest moment before `since` whose memory is known. */
const findBase = async ({ savedCheckpoint }: RefoldContext, vehicle: Vehicle, since: Instant): Promise<Base> => {
  const mark = vehicle.window?.markBefore(since);
  if (mark) return { at: mark.at, next: 0, memory: mark.memory };
  const { checkpoints } = vehicle.state;
  for (let i = checkpoints.length - 1; i >= 0; i--) {
    const { at, next } = checkpoints[i]!;
    if (at >= since) continue;
    const memory = vehicle.unsaved?.get(at) ?? (await savedCheckpoint(vehicle, at));
    if (memory !== undefined) return { at, next, memory };
  }
  return { at: BEFORE_ALL, next: 0, memory: undefined };
};

const readingsSince = async (
  context: RefoldContext,
  vehicle: Vehicle,
  base: Base,
  late: readonly Reading[],
  to: Offset,
): Promise<Reading[]> => {
  const { window, state } = vehicle;
  if (window && window.after <= base.at) return window.since(base.at);
  const pending = new Set(late.map(({ offset, n }) => `${offset}.${n}`));
  for (const { offset, n } of state.late) pending.add(`${offset}.${n}`);
  const repeats = new Set(state.repeats);
  const waiting = ({ offset, n }: Reading) => repeats.has(offset) || pending.has(`${offset}.${n}`);
  const loaded = await loadReadings(
    context.journal,
    vehicle.id,
    { from: base.next, to },
    base.at,
    context.lateness,
    state.aheadTo,
    waiting,
    context.namesAt,
  );
  return uniqueSorted(sortReadings(loaded));
};

const uniqueSorted = (sorted: Reading[]): Reading[] =>
  sorted.filter((reading, i) => i === 0 || !isSameEvent(sorted[i - 1]!, reading));

const without = (readings: Reading[], poisoned: readonly Reading[]): Reading[] =>
  poisoned.length === 0
    ? readings
    : readings.filter(reading => !poisoned.some(bad => bad.offset === reading.offset && bad.n === reading.n));

/** Those of `late` that are neither among `known` nor twice among themselves. */
const withoutDuplicates = (known: readonly Reading[], late: readonly Reading[]): Reading[] =>
  uniqueSorted(sortReadings([...late])).filter(reading => {
    const place = known[placeOf(known, reading)];
    return !(place && isSameEvent(place, reading));
  });

interface Run {
  memory: FoldMemory;
  readings: Reading[];
  /** The same, as folded. */
  told: Reading[];
  poisoned: Reading[];
  outcomes: Map<string, Outcome>;
  checkpoints: (Checkpoint & { memory: string })[];
  marks: Mark[];
  lapsedTo: Instant;
}

/** Folds `readings` over the base, then lets pass what is due up to `lapseTo`. One that throws is left out, and the fold begun again. */
const run = async (
  context: RefoldContext,
  vehicle: Vehicle,
  base: Base,
  readings: Reading[],
  cause: Cause,
  lapseTo: Instant,
): Promise<Run> => {
  const poisoned: Reading[] = [];
  for (;;) {
    const folded = await attempt(context, vehicle, base, without(readings, poisoned), cause, lapseTo);
    if (!('poison' in folded)) return { ...folded, poisoned };
    poisoned.push(folded.poison);
  }
};

const attempt = async (
  { fold, judgingAt, giveWay }: RefoldContext,
  vehicle: Vehicle,
  base: Base,
  readings: Reading[],
  cause: Cause,
  lapseTo: Instant,
): Promise<Omit<Run, 'poisoned'> | { poison: Reading }> => {
  const memory: FoldMemory = base.memory === undefined ? newFoldMemory() : readMemory(base.memory);
  const output = new WindowOutput(vehicle.id, memory);
  const nextOffsets = smallestOffsetsFrom(readings, cause.offset);
  const checkpoints: Run['checkpoints'] = [];
  const marks: Run['marks'] = [];
  const told: Reading[] = [];
  let checkpointed = 0;
  for (let i = 0; i < readings.length; i++) {
    const reading = readings[i]!;
    // A flood of one device is folded again in many turns of the loop: its neighbours want theirs.
    if (i % READINGS_AT_ONCE === READINGS_AT_ONCE - 1) {
      const pause = giveWay();
      if (pause) await pause;
    }
    try {
      told.push(fold.step(memory, reading, judgingAt(vehicle, reading.offset), output));
    } catch {
      return { poison: reading };
    }
    // Between two readings of one time there is no moment to come back to.
    if (readings[i + 1]?.at === reading.at) continue;
    if (output.atBorder || i - checkpointed >= READINGS_TO_CHECKPOINT) {
      checkpointed = i;
      checkpoints.push({ at: reading.at, next: nextOffsets[i + 1]!, memory: JSON.stringify(memory) });
    } else if (i % MARK_EVERY === 0) {
      marks.push({ at: reading.at, memory: JSON.stringify(memory) });
      if (marks.length > MARKS_KEPT) marks.shift();
    }
    output.atBorder = false;
  }
  const due = memory.due;
  let lapsedTo = BEFORE_ALL;
  if (due <= lapseTo) {
    fold.advance(memory, lapseTo, judgingAt(vehicle, memory.last.offset), cause, output);
    lapsedTo = lapseTo;
    if (output.atBorder) checkpoints.push({ at: lapseTo, next: cause.offset, memory: JSON.stringify(memory) });
  }
  output.addOpen(memory);
  return { memory, readings, told, outcomes: output.outcomes, checkpoints, marks, lapsedTo };
};

/** For each place the smallest offset from there on; `end` behind the last. */
const smallestOffsetsFrom = (readings: readonly Reading[], end: Offset): Offset[] => {
  const smallest: Offset[] = new Array(readings.length + 1).fill(end);
  for (let i = readings.length - 1; i >= 0; i--) smallest[i] = Math.min(smallest[i + 1]!, readings[i]!.offset);
  return smallest;
};

const keepCheckpoints = (vehicle: Vehicle, base: Base, found: Run['checkpoints'], last: Offset): void => {
  const { state } = vehicle;
  const dropped = state.checkpoints.filter(({ at }) => at > base.at);
  state.checkpoints = state.checkpoints.filter(({ at }) => at <= base.at);
  for (const { at } of dropped) dropText(vehicle, at);
  dropArchivedAfter(vehicle, base.at);
  const firstAhead = Math.min(...state.ahead.map(({ offset }) => offset), ...state.late.map(({ offset }) => offset));
  for (const { at, next, memory } of found) {
    // What was late stands somewhere up to here.
    state.checkpoints.push({ at, next: Math.min(next, firstAhead), last });
    keepText(vehicle, at, memory);
  }
};

const windowOf = (base: Base, readings: Reading[], marks: readonly Mark[]): Window => {
  const window = new Window(base.at, readings);
  if (base.memory !== undefined) window.mark(base.at, base.memory);
  for (const { at, memory } of [...marks].sort((a, b) => a.at - b.at).slice(-MARKS_KEPT)) window.mark(at, memory);
  // What a flood left behind it is not held for the next one.
  if (readings.length > READINGS_TO_CHECKPOINT) window.keepOnlyMarked();
  return window;
};
