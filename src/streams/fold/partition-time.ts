import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import { openTripId } from '../track/track-vehicle.js';
import { aheadDue, firstAhead, releaseAhead } from './ahead.js';
import type { AwakeVehicles } from './asleep/awake-vehicles.js';
import { letSleep } from './asleep/sleeping.js';
import type { Cause } from './evaluate.js';
import type { FoldContext } from './fold-context.js';
import { lastOffset } from './fold-memory.js';
import { judgingAt } from './judging.js';
import type { LiveOutput } from './live-output.js';
import type { NextLooks } from './next-looks.js';
import type { PartitionPosition } from './partition-store.js';
import { isSameEvent } from './reading-order.js';
import type { LongTurn } from './refold/long-turn.js';
import { whoseTurn } from './refold/whose-turn.js';
import { setBack, settleSetBack } from './set-back.js';
import { tellSilence } from './tell-silence.js';
import type { Vehicle } from './vehicle.js';
import { takeCheckpoint } from './vehicle-checkpoints.js';
import { isNext, type VehicleSteps } from './vehicle-steps.js';

type Tick = Extract<Fact, { type: 'tick' }>;

/** Without ticks for this long the server was away; silence counts from its return. */
const AWAY = 10_000;

/** The partition whose time passes. */
interface Passing {
  readonly vehicles: ReadonlyMap<VehicleId, Vehicle>;
  context: FoldContext;
  output: LiveOutput;
  position: PartitionPosition;
  looks: NextLooks;
  long: LongTurn;
  awake: AwakeVehicles;
  steps: VehicleSteps;
  toFoldAgain: Set<Vehicle>;
  refoldNow(vehicle: Vehicle, cause: Cause): Promise<void>;
  vehicleNow(vehicle: Vehicle): Instant;
}

/** What happens in a partition because time passes: what was due, what has waited for its time, what is folded again, and who may sleep. */
export class PartitionTime {
  /** Whom to look at next, to let him sleep. */
  private walk: Iterator<Vehicle>;

  constructor(private readonly partition: Passing) {
    this.walk = partition.vehicles.values();
  }

  async tick({ at: told, set }: Tick, offset: Offset): Promise<void> {
    const { partition } = this;
    const { position, looks, awake, context, long, toFoldAgain } = partition;
    if (set && told < position.lastTick) setBack(partition, told);
    else settleSetBack(position, told);
    // A process that starts tells the time before it knows how far the one before it was: that is no earlier time.
    const at = Math.max(position.lastTick, told);
    if (at - position.lastTick > AWAY) {
      position.graceFrom = at;
      // The grace period moves deadlines that were found before it.
      for (const vehicle of partition.vehicles.values()) looks.touch(vehicle);
    }
    // Deadlines are those of the journal up to here, wherever batches end.
    looks.find(partition);
    position.lastTick = at;
    const cause = { offset, received: at };
    for (const vehicle of looks.due(at)) {
      const slept = vehicle.asleep !== undefined;
      // What has waited for its time comes before what is due.
      if (aheadDue(vehicle.state.ahead) <= at || (firstAhead(vehicle.state.ahead) <= at && this.isDue(vehicle)))
        await this.releaseAhead(vehicle, cause);
      if (firstAhead(vehicle.state.ahead) > at) this.lapse(vehicle, cause);
      tellSilence(partition, vehicle, at, offset);
      // All of a fleet may be due at once.
      if (slept) awake.sleepOn(vehicle);
    }
    if (toFoldAgain.size > 0) {
      await long.tick(at, cause);
      for (const vehicle of whoseTurn(toFoldAgain, at, context.pace, long.isFree)) await partition.refoldNow(vehicle, cause);
    }
    if (!letSleep(this.walk, position.lastTick, context, awake)) this.walk = partition.vehicles.values();
  }

  /** Lets happen what is due in the vehicle's own time, which goes on with the server's while nothing comes. */
  private lapse(vehicle: Vehicle, cause: Cause): void {
    if (!this.isDue(vehicle)) return;
    const { state } = vehicle;
    const { fold, conditions } = this.partition.context;
    const now = this.partition.vehicleNow(vehicle);
    // What a device has kept back goes on from there, also where the records up to there are no longer kept.
    if (openTripId(state.fold.track) !== null && state.folded > 0 && state.lapsedTo < state.newestAt)
      takeCheckpoint(vehicle, { come: cause.offset, last: cause.offset }, conditions.at(cause.offset).settings.lateness);
    fold.advance(state.fold, now, judgingAt(conditions, vehicle, lastOffset(state.fold)), cause, this.partition.output);
    state.lapsedTo = now;
    vehicle.dirty = true;
    this.partition.context.growing.add(vehicle);
    this.partition.output.atBorder = false;
  }

  private isDue(vehicle: Vehicle): boolean {
    return vehicle.state.fold.due <= this.partition.vehicleNow(vehicle);
  }

  /** Those whose time has come are like any other from here on: in order, twice or late. */
  private async releaseAhead(vehicle: Vehicle, { offset, received: now }: Cause): Promise<void> {
    const { state } = vehicle;
    const { journal, counters, conditions } = this.partition.context;
    const released = await releaseAhead(journal, vehicle.id, state, now, conditions.namesAt);
    vehicle.dirty = true;
    let stepped: Reading | undefined;
    let folded = 0;
    for (const { reading, record, come } of released) {
      const again = stepped !== undefined && isSameEvent(stepped, reading);
      if (again) counters.add('events_duplicate_total');
      else if (!isNext(state, reading) || vehicle.broken) this.partition.steps.putLate(vehicle, reading);
      else {
        stepped = reading;
        const judging = judgingAt(conditions, vehicle, reading.offset);
        const { lateness } = conditions.at(reading.offset).settings;
        if (this.partition.steps.step(vehicle, reading, record, judging, lateness, Math.min(come, offset), offset)) folded++;
      }
    }
    if (folded > 0) {
      counters.add('events_folded_total', folded);
      this.partition.context.growing.add(vehicle);
    }
    // Not when its pace allows it: until then nothing may be asked of it, nor saved.
    if (vehicle.broken) await this.partition.refoldNow(vehicle, { offset, received: now });
  }
}
