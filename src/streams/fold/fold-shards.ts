import type { VehicleId } from '../../model/ids.js';
import type { LivePosition, LiveState } from '../../model/live-state.js';
import type { Offset, Partition } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import type { HandOver } from '../../ports/journal.js';
import type { ShardStatus } from '../../ports/live.js';
import type { StateWrite } from '../../ports/state-store.js';
import type { FoldEffects } from './effects.js';
import type { Hearing } from './hearing.js';

/** A partition whose records of a hand-over are folded. */
export interface FoldedPartition {
  partition: Partition;
  /** How many they were. */
  records: number;
  /** Of its newest record. */
  last: Offset;
  effects: FoldEffects;
}

/**
 * Who decodes and folds partitions: one shard in this process (`local-shards.ts`), or several in threads (`app/shards`). They own no file:
 * records come from the journal's owner, snapshots are written where the files are.
 */
export interface FoldShards {
  /** Loads a partition's state. @returns the offset to go on from */
  assign(p: Partition): Promise<Offset>;
  /**
   * Decodes and folds what is handed over, a partition after the other. May be asked before the last is answered; answers of one partition come in order.
   * @param folded told of each partition once, of several at a time, at once of one with alerts
   * @returns when `folded` was told of all
   */
  fold(handOver: HandOver, folded: (some: readonly FoldedPartition[]) => void): Promise<void>;
  /** Rows of partition `p` went to the roll-up: what their vehicles are now is told once more. */
  handedOver(p: Partition, rows: readonly RollUpRow[]): void;
  snapshotDue(p: Partition): boolean;
  /**
   * Saves what changed since the last time, with the position and `also`, all or nothing. Nothing of `p` is folded meanwhile.
   * @throws {PartitionTakenError} somebody else saved meanwhile
   */
  snapshot(p: Partition, also: readonly StateWrite[]): Promise<void>;
  /** Partition `p` was saved, and its next records come when this has resolved: it may be folded elsewhere from here on. */
  saved(p: Partition): Promise<void>;
  /** The offset up to which partition `p` is on disk. */
  savedUpTo(p: Partition): Offset;
  release(p: Partition): void;

  /**
   * Rows of vehicles that grew since they were last asked for, longest ago first.
   * @param limit vehicles, in all
   * @param take called in the same turn as the rows come, so that none of later effects are put before them
   */
  grown(limit: number, take: (rows: RollUpRow[]) => void): Promise<void>;
  /** The part of a vehicle's open trip that is in no row yet. */
  openChunk(vehicle: VehicleId): Promise<TrackChunk | undefined>;
  /** Up to where each partition has been folded. */
  positions(): Map<Partition, Offset>;
  /** The newest tick that was folded; 0 before any. */
  newestTick(): Instant;

  /** All that is known of a vehicle now. */
  state(vehicle: VehicleId): Promise<LiveState | undefined>;
  /** Where it is and how it does, for viewers; of a shard in a thread some tenths of a second old. */
  livePosition(vehicle: VehicleId): LivePosition | undefined;
  livePositions(): Iterable<LivePosition>;

  /**
   * When vehicles were heard last, and the outages known; `mergeHearing` puts answers of several shards together.
   * @param rule those that this rule watches for silence; null = none
   * @param since who was heard last before it is left out
   */
  hearing(rule: string | null, since: Instant): Promise<Hearing>;

  /** What devices sent and nobody here knows. */
  unknownFields(): Promise<Record<string, Record<string, number>>>;
  /** How many values of signals were not believed, by reason, over all vehicles. */
  rejectedValues(): Promise<Record<string, number>>;
  /** The threads; none where the fold runs in this process. */
  threads(): ShardStatus[];
  close(): Promise<void>;
}
