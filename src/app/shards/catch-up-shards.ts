import type { VehicleId } from '../../model/ids.js';
import type { LivePosition, LiveState } from '../../model/live-state.js';
import type { Offset, Partition, RecordBatch } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import type { HandOver, Journal } from '../../ports/journal.js';
import type { ShardStatus } from '../../ports/live.js';
import type { StateWrite } from '../../ports/state-store.js';
import type { FoldedPartition, FoldShards } from '../../streams/fold/fold-shards.js';
import { type Hearing, mergeHearing } from '../../streams/fold/hearing.js';
import type { LocalShards } from '../../streams/fold/local-shards.js';
import type { ThreadedShards } from './threaded-shards.js';

export interface CatchUpShardsOptions {
  journal: Pick<Journal, 'head' | 'oldest' | 'partitionOf'>;
  /** Records behind a snapshot from which on they are a long tail. */
  longTail: number;
  /** The fold has much to make good, still. */
  farBehind(): boolean;
  local: LocalShards;
  /** Asked once, where a tail is long; closed when nothing is folded there any more. */
  threads(): ThreadedShards;
}

type UnknownFields = Record<string, Record<string, number>>;

/**
 * The fold in the main process, but partitions with a long tail to make good begin in threads, as many as there are cores: until they have, nothing else
 * needs the other core so much. When the tail is folded each comes home with its next snapshot, which is loaded here before it is given up there;
 * with the last the threads end.
 */
export class CatchUpShards implements FoldShards {
  private readonly away = new Set<Partition>();
  private threads_: ThreadedShards | undefined;
  /** Of threads that have ended. */
  private unknownBefore: UnknownFields = {};

  constructor(private readonly options: CatchUpShardsOptions) {}

  private of(p: Partition): FoldShards {
    return this.away.has(p) && this.threads_ ? this.threads_ : this.options.local;
  }

  private ofVehicle(vehicle: VehicleId): FoldShards {
    return this.of(this.options.journal.partitionOf(vehicle));
  }

  private get all(): FoldShards[] {
    return this.threads_ ? [this.options.local, this.threads_] : [this.options.local];
  }

  async assign(p: Partition): Promise<Offset> {
    const { journal, longTail, local, threads } = this.options;
    const position = await local.position(p);
    const tail = (journal.head().get(p) ?? 0) - Math.max(position.next, journal.oldest());
    if (tail <= longTail) return local.assign(p, position);
    this.threads_ ??= threads();
    this.away.add(p);
    return this.threads_.assign(p);
  }

  /**
   * A partition that has caught up comes home. Nothing of it is folded meanwhile, so what both know of it for a moment is the same; all that its thread told
   * has been heard when the thread has given it up.
   */
  async saved(p: Partition): Promise<void> {
    const { local, farBehind } = this.options;
    const threads = this.threads_;
    if (!threads || !this.away.has(p) || farBehind()) return;
    await local.assign(p);
    this.away.delete(p);
    await threads.giveUp(p);
    if (this.away.size > 0) return;
    this.unknownBefore = await threads.unknownFields();
    this.threads_ = undefined;
    await threads.close();
  }

  async fold(handOver: HandOver, folded: (some: readonly FoldedPartition[]) => void): Promise<void> {
    const { local } = this.options;
    const threads = this.threads_;
    if (!threads) return local.fold(handOver, folded);
    const [home, away] = [new Map<Partition, RecordBatch>(), new Map<Partition, RecordBatch>()];
    for (const [p, records] of handOver) (this.away.has(p) ? away : home).set(p, records);
    await Promise.all([threads.fold(away, folded), local.fold(home, folded)]);
  }

  handedOver(p: Partition, rows: readonly RollUpRow[]): void {
    this.of(p).handedOver(p, rows);
  }

  snapshotDue(p: Partition): boolean {
    return this.of(p).snapshotDue(p);
  }

  snapshot(p: Partition, also: readonly StateWrite[]): Promise<void> {
    return this.of(p).snapshot(p, also);
  }

  savedUpTo(p: Partition): Offset {
    return this.of(p).savedUpTo(p);
  }

  release(p: Partition): void {
    this.of(p).release(p);
    this.away.delete(p);
  }

  async grown(limit: number, take: (rows: RollUpRow[]) => void): Promise<void> {
    await Promise.all(this.all.map(shards => shards.grown(limit, take)));
  }

  openChunk(vehicle: VehicleId): Promise<TrackChunk | undefined> {
    return this.ofVehicle(vehicle).openChunk(vehicle);
  }

  positions(): Map<Partition, Offset> {
    return new Map(this.all.flatMap(shards => [...shards.positions()]));
  }

  newestTick(): Instant {
    return Math.max(...this.all.map(shards => shards.newestTick()));
  }

  state(vehicle: VehicleId): Promise<LiveState | undefined> {
    return this.ofVehicle(vehicle).state(vehicle);
  }

  livePosition(vehicle: VehicleId): LivePosition | undefined {
    return this.ofVehicle(vehicle).livePosition(vehicle);
  }

  *livePositions(): Iterable<LivePosition> {
    yield* this.options.local.livePositions();
    // What has come home is remembered there as it was.
    for (const position of this.threads_?.livePositions() ?? [])
      if (this.away.has(this.options.journal.partitionOf(position.vehicle))) yield position;
  }

  async hearing(rule: string | null, since: Instant): Promise<Hearing> {
    return mergeHearing(await Promise.all(this.all.map(shards => shards.hearing(rule, since))));
  }

  async unknownFields(): Promise<UnknownFields> {
    return sumOf([this.unknownBefore, ...(await Promise.all(this.all.map(shards => shards.unknownFields())))]);
  }

  async rejectedValues(): Promise<Record<string, number>> {
    const values = await Promise.all(this.all.map(shards => shards.rejectedValues()));
    return sumOf(values.map(all => ({ all }))).all ?? {};
  }

  threads(): ShardStatus[] {
    return this.threads_?.threads() ?? [];
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(shards => shards.close()));
  }
}

const sumOf = (counts: readonly UnknownFields[]): UnknownFields => {
  const sum: UnknownFields = {};
  for (const [group, names] of counts.flatMap(one => Object.entries(one))) {
    sum[group] ??= {};
    for (const [name, n] of Object.entries(names)) sum[group][name] = (sum[group][name] ?? 0) + n;
  }
  return sum;
};
