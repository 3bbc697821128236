import { partitionOfKey } from '../../src/adapters/leveldb/partition-of-key.js';
import {
  EVERY,
  type JournalRecord,
  type NewRecord,
  type Offset,
  type Partition,
  type RecordBatch,
} from '../../src/model/record.js';
import type { Journal, Ownership, PartitionOwner } from '../../src/ports/journal.js';

/** A journal in memory, for folds under virtual time. It hands over when asked (`handOver`), so that a test decides where a crash falls. */
export class MemoryJournal implements Journal {
  readonly records: JournalRecord[] = [];
  /** The last that was given of those that are gone. */
  private gone = 0;

  constructor(private readonly partitions: number) {}

  async append(records: readonly NewRecord[]): Promise<Offset[]> {
    return records.map(record => this.add(record));
  }

  /** The next offset that will be given. */
  get end(): Offset {
    return (this.records.at(-1)?.offset ?? this.gone) + 1;
  }

  add(record: NewRecord): Offset {
    const offset = this.end;
    this.records.push({ ...record, offset });
    return offset;
  }

  /** Records of one partition with `from` ≤ offset < `to`. */
  slice(p: Partition, from: Offset, to: Offset): JournalRecord[] {
    const first = this.oldest();
    return this.records
      .slice(Math.max(0, from - first), Math.max(0, to - first))
      .filter(({ key }) => key === EVERY || this.partitionOf(key) === p);
  }

  own(_owner: PartitionOwner): Promise<Ownership> {
    return Promise.reject(new Error('hand records over by `slice`'));
  }

  async *read(p: Partition, from: Offset, limit: number): AsyncIterable<RecordBatch> {
    yield this.slice(p, from, Number.POSITIVE_INFINITY).slice(0, limit);
  }

  async *ofVehicle(vehicle: string, from: Offset, to: Offset): AsyncIterable<RecordBatch> {
    yield this.records.filter(({ key, offset }) => key === vehicle && offset >= from && offset <= to);
  }

  head(): ReadonlyMap<Partition, Offset> {
    return new Map(Array.from({ length: this.partitions }, (_, p) => [p, this.end]));
  }

  partitionOf(vehicle: string): Partition {
    return partitionOfKey(vehicle, this.partitions);
  }

  /** What arrived before that time is gone. */
  forget(before: number): void {
    const kept = this.records.findIndex(({ header }) => header.received >= before);
    const gone = this.records.splice(0, kept === -1 ? this.records.length : kept);
    this.gone = gone.at(-1)?.offset ?? this.gone;
  }

  oldest(): Offset {
    return this.records[0]?.offset ?? this.end;
  }

  keptSince(): number | undefined {
    return this.oldest() > 1 ? this.records[0]!.header.received : undefined;
  }

  async offsetAt(received: number): Promise<Offset> {
    return this.records.find(({ header }) => header.received >= received)?.offset ?? this.end;
  }
}
