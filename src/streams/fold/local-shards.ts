import type { VehicleId } from '../../model/ids.js';
import type { LivePosition, LiveState } from '../../model/live-state.js';
import type { Offset, Partition } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import { neverGiveWay } from '../../ports/give-way.js';
import type { HandOver, Journal } from '../../ports/journal.js';
import type { ShardStatus } from '../../ports/live.js';
import type { StateWrite } from '../../ports/state-store.js';
import type { FoldJournal } from './fold-context.js';
import type { FoldedPartition, FoldShards } from './fold-shards.js';
import type { Hearing } from './hearing.js';
import type { PartitionPosition } from './partition-store.js';
import { Shard, type ShardOptions } from './shard.js';

export type LocalShardsOptions = ShardOptions & { journal: FoldJournal & Pick<Journal, 'partitionOf'> };

/** One shard for all partitions, in this process: one step of the fold after the other. */
export class LocalShards implements FoldShards {
  private readonly shard: Shard;
  /** The hand-over before. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LocalShardsOptions) {
    this.shard = new Shard(options);
  }

  /** @param position of partition `p`, where it has been asked for already */
  assign(p: Partition, position?: PartitionPosition): Promise<Offset> {
    return this.shard.assign(p, position);
  }

  /** Where partition `p` was saved; it need not be assigned. */
  position(p: Partition): Promise<PartitionPosition> {
    return this.shard.position(p);
  }

  fold(handOver: HandOver, folded: (some: readonly FoldedPartition[]) => void): Promise<void> {
    const all = this.turn.then(() => this.foldNow(handOver, folded));
    // One that failed ends the pipeline; those behind it are refused there.
    this.turn = all.catch(() => {});
    return all;
  }

  private async foldNow(handOver: HandOver, folded: (some: readonly FoldedPartition[]) => void): Promise<void> {
    const { giveWay = neverGiveWay } = this.options;
    let some: FoldedPartition[] = [];
    for (const [partition, records] of handOver) {
      // The records of all partitions come together: in one go they would hold up everybody else.
      const pause = giveWay();
      if (pause) {
        if (some.length > 0) folded(some);
        some = [];
        await pause;
      }
      const found = this.shard.fold(partition, records);
      // It gave way amid its records: who asks how far the fold is hears of what is done.
      if (found instanceof Promise && some.length > 0) {
        folded(some);
        some = [];
      }
      const effects = found instanceof Promise ? await found : found;
      some.push({ partition, records: records.length, last: records[records.length - 1]!.offset, effects });
      if (effects.alerts.length === 0) continue;
      // An alert does not wait for other partitions.
      folded(some);
      some = [];
    }
    if (some.length > 0) folded(some);
  }

  handedOver(p: Partition, rows: readonly RollUpRow[]): void {
    this.shard.handedOver(p, vehiclesOf(rows));
  }

  snapshotDue(p: Partition): boolean {
    return this.shard.snapshotDue(p);
  }

  snapshot(p: Partition, also: readonly StateWrite[]): Promise<void> {
    return this.shard.snapshot(p, also);
  }

  async saved(): Promise<void> {}

  savedUpTo(p: Partition): Offset {
    return this.shard.savedUpTo(p);
  }

  release(p: Partition): void {
    this.shard.release(p);
  }

  async grown(limit: number, take: (rows: RollUpRow[]) => void): Promise<void> {
    take(this.shard.grown(limit));
  }

  async openChunk(vehicle: VehicleId): Promise<TrackChunk | undefined> {
    return this.shard.openChunk(this.options.journal.partitionOf(vehicle), vehicle);
  }

  positions(): Map<Partition, Offset> {
    return this.shard.positions();
  }

  newestTick(): Instant {
    return this.shard.newestTick();
  }

  async state(vehicle: VehicleId): Promise<LiveState | undefined> {
    return this.shard.state(this.options.journal.partitionOf(vehicle), vehicle);
  }

  livePosition(vehicle: VehicleId): LivePosition | undefined {
    return this.shard.livePosition(this.options.journal.partitionOf(vehicle), vehicle);
  }

  livePositions(): Iterable<LivePosition> {
    return this.shard.livePositions();
  }

  async hearing(rule: string | null, since: Instant): Promise<Hearing> {
    return this.shard.hearing(rule, since);
  }

  async unknownFields(): Promise<Record<string, Record<string, number>>> {
    return this.shard.unknownFields();
  }

  async rejectedValues(): Promise<Record<string, number>> {
    return this.shard.rejectedValues();
  }

  threads(): ShardStatus[] {
    return [];
  }

  async close(): Promise<void> {}
}

/** Whose rows these are, as far as they are one vehicle's. */
export const vehiclesOf = (rows: readonly RollUpRow[]): VehicleId[] => {
  const vehicles: VehicleId[] = [];
  for (const entry of rows) if ('row' in entry && 'vehicle' in entry.row) vehicles.push(entry.row.vehicle);
  return vehicles;
};
