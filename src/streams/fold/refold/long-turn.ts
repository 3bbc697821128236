import type { Instant } from '../../../model/units.js';
import type { Cause } from '../evaluate.js';
import { NEVER } from '../fold-memory.js';
import type { PartitionPosition } from '../partition-store.js';
import type { Vehicle } from '../vehicle.js';
import { foldedSince } from '../vehicle-checkpoints.js';
import { foldedAgainFrom } from '../vehicle-state.js';
import { findCheckpoint } from './find-base.js';
import { LongRefold } from './long-refold.js';
import { lateReadings, type Refolding, refoldContext, refoldLate, tellAmended } from './refold-late.js';
import type { RefoldPace } from './refold-pace.js';
import { stepsOf } from './whose-turn.js';

/** The partition that it folds for. */
interface OfLong extends Refolding {
  position: PartitionPosition;
  vehicleNow(vehicle: Vehicle): Instant;
  hasFolded(vehicle: Vehicle): void;
}

/**
 * The one vehicle of a partition whose long past is folded again beside what comes (`LongRefold`). From which tick to which follows from the journal, so that after a crash it
 * takes effect at the same one: by then it has had more turns than it needs, and if it is not ready all the same, it is waited for.
 */
export class LongTurn {
  private vehicle: Vehicle | undefined;
  private refold: LongRefold | undefined;

  constructor(private readonly partition: OfLong) {}

  /** Nothing is under way. */
  get isFree(): boolean {
    return this.vehicle === undefined;
  }

  /** The tick that ends it. */
  get until(): Instant {
    return this.vehicle?.state.again?.until ?? NEVER;
  }

  get isDone(): boolean {
    return this.refold?.isDone === true;
  }

  /** It is under way, as it was where a snapshot says so. */
  goOn(vehicle: Vehicle): void {
    this.vehicle = vehicle;
    this.partition.context.longShare.add(this);
  }

  /** From here on what waits of it now is folded beside what comes. */
  begin(vehicle: Vehicle, { offset }: Cause): void {
    const { context, position } = this.partition;
    const { state } = vehicle;
    state.again = {
      offset,
      until: position.lastTick + Math.ceil(stepsOf(vehicle) / context.pace.stepsPerSecond) * 1_000,
      late: state.late.length,
      reassigned: state.reassigned?.length ?? 0,
      newestAt: state.newestAt,
      aheadTo: state.aheadTo,
      next: state.ahead.reduce((least, ahead) => Math.min(least, ahead.offset), offset + 1),
      folded: foldedSince(state, foldedAgainFrom(state.late, state.reassigned)),
    };
    vehicle.dirty = true;
    this.goOn(vehicle);
    context.counters.add('refolds_long_total');
  }

  /** Lets it go on, or take effect where its time has come. */
  async tick(at: Instant, cause: Cause): Promise<void> {
    const { vehicle } = this;
    if (!vehicle) return;
    if (at >= this.until) {
      await this.end(cause);
      return;
    }
    const { longShare, pace } = this.partition.context;
    if (longShare.mayGoOn(this)) (await this.begun(vehicle)).grant(readingsAtTick(pace));
  }

  /** It takes effect now. */
  async end(cause: Cause): Promise<void> {
    const { partition, vehicle } = this;
    if (!vehicle) return;
    const { context, position } = partition;
    const { state } = vehicle;
    const again = state.again!;
    const refold = await this.begun(vehicle);
    if (!refold.isDone) context.counters.add('refolds_waited_for_total');
    const now = partition.vehicleNow(vehicle);
    state.again = undefined;
    const amended = await refold.end(cause, now);
    if (amended) await tellAmended(partition, vehicle, amended);
    else await refoldLate(partition, vehicle, cause, now, again);
    this.stop();
    // It has waited for its next one already.
    state.refoldFrom = position.lastTick;
    partition.hasFolded(vehicle);
  }

  private async begun(vehicle: Vehicle): Promise<LongRefold> {
    if (this.refold) return this.refold;
    const again = vehicle.state.again!;
    const { context } = this.partition;
    const late = await lateReadings(this.partition, vehicle, vehicle.state.late.slice(0, again.late));
    // Nothing is saved while a tick waits: the checkpoint is found where it stands.
    const of = refoldContext(context, again.offset);
    const since = foldedAgainFrom(late, vehicle.state.reassigned?.slice(0, again.reassigned));
    this.refold = new LongRefold(of, vehicle, again, await findCheckpoint(of, vehicle, since), late, since);
    return this.refold;
  }

  /** It has ended, or nobody folds the partition here any more. */
  stop(): void {
    this.partition.context.longShare.delete(this);
    this.refold?.stop();
    this.refold = undefined;
    this.vehicle = undefined;
  }
}

/** A past is decoded three times and stepped twice: so it is ready when three quarters of its time are over, if it came in order. */
const readingsAtTick = ({ stepsPerSecond }: RefoldPace): number => 3.5 * stepsPerSecond;
