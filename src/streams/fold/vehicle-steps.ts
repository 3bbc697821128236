import type { Reading } from '../../model/reading.js';
import type { JournalRecord, Offset } from '../../model/record.js';
import type { Millis } from '../../model/units.js';
import { poison } from '../../protocols/fault-words.js';
import { openTripId } from '../track/track-vehicle.js';
import { withAhead } from './ahead.js';
import { comesInItsTime } from './history.js';
import { judgingAt } from './judging.js';
import { showNewest } from './live-view.js';
import { withOneText } from './one-text.js';
import { notePoisoned } from './poisoned-places.js';
import { boundWindow, type Refolding } from './refold/refold-late.js';
import { putLate, type Vehicle } from './vehicle.js';
import { spoilCheckpoint, takeCheckpoint } from './vehicle-checkpoints.js';
import type { Judging } from './vehicle-fold.js';

/** The partition whose vehicles are stepped. */
interface Stepping extends Pick<Refolding, 'context' | 'output' | 'refuse'> {
  toFoldAgain: Set<Vehicle>;
}

/** What becomes of each reading of a partition's vehicles: stepped, or put aside until its time. */
export class VehicleSteps {
  private stepped!: Vehicle;
  private readonly judgingOfStepped = (offset: Offset): Judging =>
    judgingAt(this.partition.context.conditions, this.stepped, offset);

  constructor(private readonly partition: Stepping) {}

  /** Steps what is in order; puts aside what is late, ahead of its time, or too late. @returns whether that was all there is to do */
  accept(vehicle: Vehicle, reading: Reading, record: JournalRecord, judging: Judging, lateness: Millis): boolean {
    const { state } = vehicle;
    const { counters } = this.partition.context;
    // A status says something of the connection, at the server's time; it is no reading of the vehicle's.
    if (reading.online !== undefined) return true;
    withOneText(reading, vehicle);
    this.noteDriver(vehicle, reading);
    const { at } = reading;
    if (!comesInItsTime(reading, state.aheadTo)) {
      state.ahead = withAhead(state.ahead, reading);
      vehicle.dirty = true;
      counters.add('events_ahead_total');
      return false;
    }
    if (at < state.newestAt - lateness) {
      counters.add('events_too_late_total');
      return false;
    }
    if (isNext(state, reading) && !vehicle.broken) return this.step(vehicle, reading, record, judging, lateness);
    this.putLate(vehicle, reading);
    counters.add('events_late_total');
    return false;
  }

  putLate(vehicle: Vehicle, reading: Reading): void {
    putLate(vehicle, reading);
    vehicle.dirty = true;
    this.partition.toFoldAgain.add(vehicle);
  }

  /** @param come @param last see `takeCheckpoint` @returns false where it threw */
  step(
    vehicle: Vehicle,
    reading: Reading,
    record: JournalRecord,
    judging: Judging,
    lateness: Millis,
    come = reading.offset,
    last = reading.offset,
  ): boolean {
    const { state } = vehicle;
    const { partition } = this;
    const { context, output } = partition;
    const { fold, counters, pace } = context;
    output.mark();
    // The trip goes on: the moment before something happened without a reading (`lapse`) is none of those that trips leave behind.
    if (state.lapsedTo > state.newestAt && openTripId(state.fold.track) !== null) spoilCheckpoint(vehicle, state.newestAt);
    if (state.folded >= pace.checkpoint && reading.at > state.newestAt)
      // It is of before this reading, which may stand before all that comes: one that came before its time is stepped long after its record.
      takeCheckpoint(vehicle, { come: Math.min(come, reading.offset), last }, lateness);
    if (reading.at === state.newestAt) spoilCheckpoint(vehicle, reading.at);
    let folded: Reading;
    try {
      this.stepped = vehicle;
      folded = fold.step(state.fold, reading, judging, this.judgingOfStepped, output);
    } catch (error) {
      output.backToMark();
      output.atBorder = false;
      counters.add('events_poisoned_total');
      partition.refuse(vehicle, record, reading.n, 'poison', poison(error), undefined);
      notePoisoned(vehicle, reading, counters);
      vehicle.broken = true;
      return false;
    }
    state.folded++;
    showNewest(state, folded, judging.conditions.isPrivate(folded.at));
    if (output.atBorder) {
      output.atBorder = false;
      takeCheckpoint(vehicle, { come, last }, lateness);
    }
    if (vehicle.window?.append(reading)) {
      vehicle.window.mark(reading.at, JSON.stringify(state.fold));
      boundWindow(context, vehicle);
    }
    return true;
  }

  private noteDriver(vehicle: Vehicle, { driver }: Reading): void {
    const { live } = vehicle.state;
    if (driver === undefined || driver === live.driver) return;
    live.driver = driver;
    this.partition.output.effects.rows.push({ table: 'driver_seen', key: driver, row: { id: driver } });
  }
}

/** It comes next in the order of the vehicle's readings, and nothing has happened in its stead. */
export const isNext = (state: Vehicle['state'], { at, device, seq }: Reading): boolean => {
  if (at <= state.lapsedTo) return false;
  if (at !== state.newestAt) return at > state.newestAt;
  if (device !== state.newestDevice) return device > state.newestDevice;
  return seq !== undefined && state.newestSeq !== null && seq > state.newestSeq;
};
