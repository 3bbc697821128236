import { partitionOfKey } from '../../../src/adapters/leveldb/partition-of-key.js';
import {
  EVERY,
  type JournalRecord,
  type NewRecord,
  type Offset,
  type Partition,
  type RecordBatch,
} from '../../../src/model/record.js';
import type { Journal, Ownership, PartitionOwner } from '../../../src/ports/journal.js';
import type { Chance } from './chance.js';
import type { Process } from './process.js';
import type { SimDisk } from './sim-disk.js';

/** One process's journal over the world's disk: hands over in batches of any size, as fast as its owner settles them. */
export class SimJournal implements Journal {
  private wake: (() => void)[] = [];
  private handedOver: Offset = 1;
  private readonly known = new Map<string, Partition>();

  constructor(
    private readonly disk: SimDisk,
    private readonly process: Process,
    private readonly chance: Chance,
    private readonly partitions: number,
  ) {}

  async append(records: readonly NewRecord[]): Promise<Offset[]> {
    if (!this.process.alive) return new Promise(() => {});
    const offsets = await this.process.while(this.disk.append(records));
    this.wakeUp();
    return offsets;
  }

  async own(owner: PartitionOwner): Promise<Ownership> {
    const next: Offset[] = [];
    for (let p = 0; p < this.partitions; p++) next.push(await owner.assign(p));
    let stopped = false;
    const run = async (): Promise<void> => {
      let position = Math.min(...next);
      while (!stopped) {
        const batch = this.from(position, this.chance.between(1, 60));
        if (batch.length === 0) {
          await new Promise<void>(resolve => this.wake.push(resolve));
          continue;
        }
        position = batch[batch.length - 1]!.offset + 1;
        const handOver = new Map<Partition, JournalRecord[]>();
        for (let p = 0; p < this.partitions; p++) {
          const its = batch.filter(({ key, offset }) => offset >= next[p]! && this.concerns(key, p));
          if (its.length > 0) handOver.set(p, its);
        }
        if (handOver.size > 0) await owner.records(handOver, () => {});
        this.handedOver = position;
      }
    };
    const ended = run();
    ended.catch(() => {}); // heard through `ended`
    return {
      ended,
      close: async () => {
        stopped = true;
        this.wakeUp();
        await ended.catch(() => {});
        for (let p = 0; p < this.partitions; p++) await owner.release(p);
      },
    };
  }

  private from(position: Offset, limit: number): JournalRecord[] {
    const { records } = this.disk;
    let at = records.length;
    while (at > 0 && records[at - 1]!.offset >= position) at--;
    return records.slice(at, at + limit);
  }

  private concerns(key: string, p: Partition): boolean {
    if (key === EVERY) return true;
    let its = this.known.get(key);
    if (its === undefined) {
      its = this.partitionOf(key);
      this.known.set(key, its);
    }
    return its === p;
  }

  async *read(p: Partition, from: Offset, limit: number): AsyncIterable<RecordBatch> {
    yield this.disk.records.filter(({ key, offset }) => offset >= from && this.concerns(key, p)).slice(0, limit);
  }

  async *ofVehicle(vehicle: string, from: Offset, to: Offset): AsyncIterable<RecordBatch> {
    yield this.disk.records.filter(({ key, offset }) => key === vehicle && offset >= from && offset <= to);
  }

  behind(): number {
    return this.disk.next - this.handedOver;
  }

  head(): ReadonlyMap<Partition, Offset> {
    return new Map(Array.from({ length: this.partitions }, (_, p) => [p, this.disk.next]));
  }

  partitionOf(vehicle: string): Partition {
    return partitionOfKey(vehicle, this.partitions);
  }

  oldest(): Offset {
    return 1;
  }

  keptSince(): undefined {
    return undefined;
  }

  async offsetAt(received: number): Promise<Offset> {
    return this.disk.records.find(({ header }) => header.received >= received)?.offset ?? this.disk.next;
  }

  private wakeUp(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const wake of waiting) wake();
  }
}
