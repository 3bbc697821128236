import type { Reading } from '../../../model/reading.js';
import type { JournalRecord, Offset } from '../../../model/record.js';
import type { Instant } from '../../../model/units.js';
import { type FaultWords, poison } from '../../../protocols/fault-words.js';
import type { Cause } from '../evaluate.js';
import type { FoldContext } from '../fold-context.js';
import { NEVER } from '../fold-memory.js';
import { comesInItsTime, readingsOf } from '../history.js';
import { judgingAt } from '../judging.js';
import type { LiveOutput } from '../live-output.js';
import type { PartitionPosition } from '../partition-store.js';
import { NO_READINGS, type Vehicle } from '../vehicle.js';
import { foldedSince } from '../vehicle-checkpoints.js';
import { foldedAgainFrom, NO_WAITING, type Place, type Waiting } from '../vehicle-state.js';
import { type Amended, type RefoldContext, type RefoldRequest, refold } from './refold.js';

/** Readings in the windows of one shard; beyond it the one that was not used for longest goes. */
const MOST_IN_WINDOWS = 200_000;

/** The partition whose vehicle is folded again. */
export interface Refolding {
  context: FoldContext;
  output: LiveOutput;
  position: PartitionPosition;
  refuse(vehicle: Vehicle, record: JournalRecord, n: number, reason: string, words: FaultWords, part: string | undefined): void;
}

/** Folds a vehicle again with its late readings, and changes of its assignments, all that wait at once. @param only so many of both, the first of them */
export const refoldLate = async (
  partition: Refolding,
  vehicle: Vehicle,
  cause: Cause,
  now: Instant,
  only?: { late: number; reassigned: number },
): Promise<void> => {
  const { state, broken } = vehicle;
  const count = only?.late ?? state.late.length;
  const reassigned = only?.reassigned ?? state.reassigned?.length ?? 0;
  const late = await lateReadings(partition, vehicle, state.late.slice(0, count));
  const since = foldedAgainFrom(late, state.reassigned?.slice(0, reassigned));
  takeLate(vehicle, count);
  // A memory that is broken is made anew, also where nothing is late.
  if (late.length > 0 || reassigned > 0 || broken)
    await amend(partition, vehicle, { since, late, reassigned, anyway: broken, cause, now });
  // Not before: until here nobody may look into a memory that is half stepped.
  vehicle.broken = false;
};

/** So many of those that are late wait no longer, the first of them. */
export const takeLate = (vehicle: Vehicle, count: number): void => {
  const { state } = vehicle;
  const left = state.late.slice(count);
  state.late = left.length === 0 ? NO_WAITING : left;
  const waits = new Set(left.map(placeOf));
  vehicle.lateReadings = left.length === 0 ? NO_READINGS : vehicle.lateReadings.filter(reading => waits.has(placeOf(reading)));
};

const placeOf = ({ offset, n }: Place): string => `${offset}.${n}`;

/** Makes a memory anew that is half stepped, from the newest checkpoint; what is late waits on. */
export const remakeMemory = async (partition: Refolding, vehicle: Vehicle, cause: Cause, now: Instant): Promise<void> => {
  const { refoldFrom } = vehicle.state;
  await amend(partition, vehicle, { since: NEVER, late: [], reassigned: 0, anyway: true, cause, now });
  vehicle.state.refoldFrom = refoldFrom;
  vehicle.broken = false;
};

/** What the fold of a vehicle's past needs to know, as things stand at an offset. */
export const refoldContext = (context: FoldContext, offset: Offset): RefoldContext => ({
  journal: context.journal,
  fold: context.fold,
  counters: context.counters,
  namesAt: context.conditions.namesAt,
  judgingAt: (of, at, reassigned) => judgingAt(context.conditions, of, at, reassigned),
  savedCheckpoint: (of, at) => context.store.checkpoint(of.id, at),
  archivedCheckpoint: (of, at) => context.store.archived(of.id, at),
  lateness: context.conditions.at(offset).settings.lateness,
  giveWay: context.giveWay,
  pastBounds: context.pastBounds,
  pace: context.pace,
});

/** Folds again, and puts the difference into the partition's effects. */
const amend = async (partition: Refolding, vehicle: Vehicle, request: RefoldRequest): Promise<void> => {
  const { context, position } = partition;
  // By the checkpoints, which are the same after a crash, and not by what a window spares it: else the next one would come at another tick than before the crash.
  const steps = 2 * foldedSince(vehicle.state, request.since) + request.late.length;
  const amended = await refold(refoldContext(context, request.cause.offset), vehicle, request);
  await tellAmended(partition, vehicle, amended);
  vehicle.state.refoldFrom = position.lastTick + Math.floor(steps / context.pace.stepsPerSecond) * 1000;
};

/** Puts what a re-fold changed into the partition's effects. */
export const tellAmended = async (partition: Refolding, vehicle: Vehicle, { alerts, rows, poisoned }: Amended): Promise<void> => {
  const { context, output } = partition;
  for (const alert of alerts) output.amend(vehicle.id, alert);
  output.effects.rows.push(...rows);
  for (const reading of poisoned) await refusePoison(partition, vehicle, reading);
  output.effects.changed.push(vehicle.id);
  context.growing.add(vehicle);
  vehicle.dirty = true;
  boundWindow(context, vehicle);
  boundWindows(context.windows, vehicle);
};

const refusePoison = async (partition: Refolding, vehicle: Vehicle, { offset, n }: Reading): Promise<void> => {
  for await (const batch of partition.context.journal.ofVehicle(vehicle.id, offset, offset)) {
    for (const record of batch)
      partition.refuse(vehicle, record, n, 'poison', poison('The fold threw at this late event'), undefined);
  }
};

/** @param places those of `late` that are wanted; what is not at hand is read from the journal */
export const lateReadings = async (
  { context }: Pick<Refolding, 'context'>,
  vehicle: Vehicle,
  places: readonly Waiting[],
): Promise<Reading[]> => {
  const missing = new Set(places.map(placeOf));
  const found = vehicle.lateReadings.filter(reading => missing.has(placeOf(reading)));
  for (const reading of found) missing.delete(placeOf(reading));
  // A record is decoded once, however many of its readings wait.
  for (const offset of new Set(places.filter(waiting => missing.has(placeOf(waiting))).map(waiting => waiting.offset))) {
    for await (const batch of context.journal.ofVehicle(vehicle.id, offset, offset)) {
      for (const record of batch)
        found.push(
          ...readingsOf(record, context.conditions.namesAt).filter(
            one => missing.has(placeOf(one)) && comesInItsTime(one, NEVER),
          ),
        );
    }
  }
  return found;
};

/** Readings in the window of one vehicle. Usually it is some hundred, but between readings of one time there is no moment to begin again from. */
const MOST_IN_ONE = 20_000;

/** A window that grows and grows is given up. */
export const boundWindow = ({ windows, counters }: FoldContext, vehicle: Vehicle): void => {
  if (vehicle.window === undefined || vehicle.window.size <= MOST_IN_ONE) return;
  dropWindow(windows, vehicle);
  counters.add('windows_given_up_total');
};

const boundWindows = (windows: Set<Vehicle>, used: Vehicle): void => {
  windows.delete(used);
  if (used.window) windows.add(used);
  let total = 0;
  for (const { window } of windows) total += window?.size ?? 0;
  for (const vehicle of windows) {
    if (total <= MOST_IN_WINDOWS) return;
    total -= vehicle.window?.size ?? 0;
    dropWindow(windows, vehicle);
  }
};

/** What comes late is read from the journal again. */
export const dropWindow = (windows: Set<Vehicle>, vehicle: Vehicle): void => {
  vehicle.window = undefined;
  windows.delete(vehicle);
};
