import type { Counters } from '../../model/counters.js';
import type { VehicleId } from '../../model/ids.js';
import type { LivePosition, LiveState } from '../../model/live-state.js';
import type { Offset, Partition, RecordBatch } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant, Millis } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import type { HandOver, Journal } from '../../ports/journal.js';
import type { ShardStatus } from '../../ports/live.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import type { FoldJournal } from '../../streams/fold/fold-context.js';
import type { FoldedPartition, FoldShards } from '../../streams/fold/fold-shards.js';
import { type Hearing, mergeHearing } from '../../streams/fold/hearing.js';
import { vehiclesOf } from '../../streams/fold/local-shards.js';
import { ShardClient } from './shard-client.js';
import type { ShardTask } from './shard-messages.js';
import { type ShardThread, startShardThread } from './shard-thread-port.js';

export interface ThreadedShardsOptions {
  /** Threads; no more than there are partitions. */
  shards: number;
  journal: FoldJournal & Pick<Journal, 'partitionOf'>;
  state: Pick<StateStore, 'get' | 'range' | 'write'>;
  counters: Counters;
  partitions: number;
  snapshotEvery: Millis;
  /** So many vehicles of each partition may be awake; left out: all. */
  mostAwake?: number;
  /** Vehicles whose position changed. */
  changed(vehicles: readonly VehicleId[]): void;
  start?: (task: ShardTask) => ShardThread;
}

/**
 * The fold in threads: partition p is folded by thread p modulo their number. A thread that dies or throws fails all that it was asked, and
 * with it the fold as a whole, which is then started afresh with other threads.
 */
export class ThreadedShards implements FoldShards {
  private started: ShardClient[] | undefined;
  private closed = false;
  private readonly live = new Map<VehicleId, LivePosition>();

  constructor(private readonly options: ThreadedShardsOptions) {}

  /** Threads are started when the first partition comes. */
  private get shards(): readonly ShardClient[] {
    if (this.closed) return [];
    const { shards, partitions, snapshotEvery, mostAwake, start = startShardThread, ...parts } = this.options;
    this.started ??= Array.from({ length: Math.min(shards, partitions) }, (_, shard) => {
      const thread = start({ shard, partitions, snapshotEvery, ...(mostAwake !== undefined && { mostAwake }) });
      return new ShardClient(shard, thread, { ...parts, positions: this.live });
    });
    return this.started;
  }

  private of(p: Partition): ShardClient {
    const { shards } = this;
    const shard = shards[p % shards.length];
    if (!shard) throw new Error('the shards are closed');
    return shard;
  }

  async assign(p: Partition): Promise<Offset> {
    return this.of(p).assign(p);
  }

  async fold(handOver: HandOver, folded: (some: readonly FoldedPartition[]) => void): Promise<void> {
    const parts = new Map<ShardClient, Map<Partition, RecordBatch>>();
    for (const [p, records] of handOver) {
      const shard = this.of(p);
      const part = parts.get(shard);
      if (part) part.set(p, records);
      else parts.set(shard, new Map([[p, records]]));
    }
    await Promise.all([...parts].map(([shard, part]) => shard.fold(part, folded)));
  }

  handedOver(p: Partition, rows: readonly RollUpRow[]): void {
    if (rows.length > 0) this.of(p).handedOver(p, vehiclesOf(rows));
  }

  snapshotDue(p: Partition): boolean {
    return this.of(p).snapshotDue(p);
  }

  snapshot(p: Partition, also: readonly StateWrite[]): Promise<void> {
    return this.of(p).snapshot(p, also);
  }

  async saved(): Promise<void> {}

  savedUpTo(p: Partition): Offset {
    return this.of(p).savedUpTo(p);
  }

  release(p: Partition): void {
    // A thread that is gone holds nothing.
    if (!this.closed)
      this.of(p)
        .release(p)
        .catch(() => {});
  }

  /** Releases partition `p`; resolves when all that was told of it has been heard. */
  giveUp(p: Partition): Promise<void> {
    return this.of(p).release(p);
  }

  async grown(limit: number, take: (rows: RollUpRow[]) => void): Promise<void> {
    const { started = [] } = this;
    // The next flush asks again: of an uneven fleet the rest comes then.
    const each = Math.ceil(limit / Math.max(1, started.length));
    await Promise.all(started.map(shard => shard.grown(each, take)));
  }

  async openChunk(vehicle: VehicleId): Promise<TrackChunk | undefined> {
    const p = this.options.journal.partitionOf(vehicle);
    return this.of(p).openChunk(p, vehicle);
  }

  positions(): Map<Partition, Offset> {
    const positions = new Map<Partition, Offset>();
    for (const shard of this.started ?? []) for (const [p, { next }] of shard.positions()) positions.set(p, next);
    return positions;
  }

  newestTick(): Instant {
    let newest = 0;
    for (const shard of this.started ?? []) for (const [, { lastTick }] of shard.positions()) newest = Math.max(newest, lastTick);
    return newest;
  }

  async state(vehicle: VehicleId): Promise<LiveState | undefined> {
    const p = this.options.journal.partitionOf(vehicle);
    return this.of(p).state(p, vehicle);
  }

  livePosition(vehicle: VehicleId): LivePosition | undefined {
    return this.live.get(vehicle);
  }

  livePositions(): Iterable<LivePosition> {
    return this.live.values();
  }

  async hearing(rule: string | null, since: Instant): Promise<Hearing> {
    return mergeHearing(await Promise.all((this.started ?? []).map(shard => shard.hearing(rule, since))));
  }

  async unknownFields(): Promise<Record<string, Record<string, number>>> {
    // A device speaks for one vehicle at a time: where it changed shards, the newer one counts.
    return Object.assign({}, ...(await Promise.all((this.started ?? []).map(shard => shard.unknownFields()))));
  }

  async rejectedValues(): Promise<Record<string, number>> {
    const sum: Record<string, number> = {};
    for (const counts of await Promise.all((this.started ?? []).map(shard => shard.rejectedValues())))
      for (const [reason, count] of Object.entries(counts)) sum[reason] = (sum[reason] ?? 0) + count;
    return sum;
  }

  threads(): ShardStatus[] {
    return (this.started ?? []).map(shard => shard.status());
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all((this.started ?? []).map(shard => shard.close()));
  }
}
