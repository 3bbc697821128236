import type { VehicleId } from '../model/ids.js';
import type { NewRecord, Offset, Partition, RecordBatch } from '../model/record.js';
import type { ChainBlock, ChainName } from '../model/record-chain.js';
import type { Instant } from '../model/units.js';

/** Something that is open and can be closed once. */
export interface Closeable {
  close(): Promise<void>;
}

/** What is handed over at once: of each partition that has any, its records, ascending. */
export type HandOver = ReadonlyMap<Partition, RecordBatch>;

/** Who folds partitions. One owner per partition at a time. */
export interface PartitionOwner {
  /** Load the state of `p` and answer the offset to go on from. */
  assign(p: Partition): Promise<Offset>;
  /**
   * Ascending per partition, at least once. The promise is the back-pressure: the next hand-over comes after it.
   * @param done told of so many more records whose effects are carried out
   */
  records(handOver: HandOver, done: (records: number) => void): Promise<void>;
  release(p: Partition): Promise<void>;
}

/** Partitions in somebody's hands. `ended` rejects when the owner or the journal failed; the owner is then started afresh. */
export interface Ownership extends Closeable {
  readonly ended: Promise<void>;
}

/** An ordered, durable list of records per partition. One contract suite runs on every adapter. */
export interface Journal {
  /**
   * Resolves with the offsets when the records are durable; only then may a device be acknowledged.
   * @throws {JournalWriteError} nothing of this append is promised; retry is safe (the fold drops duplicates)
   */
  append(records: readonly NewRecord[]): Promise<Offset[]>;
  /** Starts handing records to `owner`, from where it says; stops when closed. */
  own(owner: PartitionOwner): Promise<Ownership>;
  /** Records of `p` from `from` on, oldest first, as far as they are kept. For backtest and evidence. */
  read(p: Partition, from: Offset, limit: number): AsyncIterable<RecordBatch>;
  /**
   * Records of one vehicle with `from` ≤ offset ≤ `to`, oldest first, through the vehicle's index.
   * Facts for every partition are not among them.
   * @param atOnce records in a batch, for who will not want many
   */
  ofVehicle(vehicle: VehicleId, from: Offset, to: Offset, atOnce?: number): AsyncIterable<RecordBatch>;
  /** The next offset that will be given, per partition; for lag. */
  head(): ReadonlyMap<Partition, Offset>;
  /** Where a vehicle's records stand now. */
  partitionOf(vehicle: VehicleId): Partition;
  /** The oldest offset that is still kept. */
  oldest(): Offset;
  /** Arrival of the oldest record that is kept; undefined while none was taken by retention. */
  keptSince(): Instant | undefined;
  /** Records before this offset arrived before `received`; the next one to come where all did. */
  offsetAt(received: Instant): Promise<Offset>;
}

/** A journal whose records stand in hash chains, one per partition; see `model/record-chain.ts`. */
export interface ChainedJournal {
  /** Where the chains stand: the newest blocks, all on disk. */
  chainHeads(): ReadonlyMap<ChainName, { to: Offset; head: Uint8Array }>;
  /** The next append closes blocks over everything before it. */
  askForBlocks(): void;
  /** The newest block that ends before `from`. */
  headBefore(chain: ChainName, from: Offset): Promise<{ to: Offset; head: Uint8Array }>;
  /** Blocks from the one that holds `from` to the one that holds `to`, in order. */
  blocks(chain: ChainName, from: Offset, to: Offset): AsyncIterable<ChainBlock>;
  /** A vehicle's records as they are hashed, with `from` ≤ offset ≤ `to`. */
  recorded(vehicle: VehicleId, from: Offset, to: Offset): AsyncIterable<{ offset: Offset; value: Uint8Array }[]>;
}
