import { mkdir, readdir } from 'node:fs/promises';
import type { VehicleId } from '../../model/ids.js';
import { EVERY, type JournalRecord, type NewRecord, type Offset, type Partition, type RecordBatch } from '../../model/record.js';
import { CHAIN_START, type ChainBlock, type ChainName } from '../../model/record-chain.js';
import type { Instant, Millis } from '../../model/units.js';
import type { ChainedJournal, HandOver, Journal, Ownership, PartitionOwner } from '../../ports/journal.js';
import { type BlockCloser, closeHere } from './block-closer.js';
import type { ChainHeads } from './chain-heads.js';
import { DiskReader } from './disk-reader.js';
import { JournalWriteError } from './errors.js';
import { partitionOfKey } from './partition-of-key.js';
import { encodeRecord } from './record-codec.js';
import { Segment } from './segment.js';
import { Tail } from './tail.js';
import { type DiskWatch, reasonOf, untilMended } from './until-mended.js';

export interface LevelJournalOptions {
  directory: string;
  partitions: number;
  /** A segment is sealed when its first record is this old. */
  segmentAge: Millis;
  /** The newest records, kept for owners that keep up; who is further behind reads from disk. */
  tailBytes: number;
  /** Records in one write. */
  writeAtOnce: number;
  /** Where blocks of the hash chains are closed; where those who append are, if nothing is said. It is the journal's from then on. */
  closer?: BlockCloser;
  watch?: DiskWatch;
}

export const journalDefaults = { segmentAge: 86_400_000, tailBytes: 64 * 1024 * 1024, writeAtOnce: 8_192 } as const;

/** A disk that fails each time it was mended is told so in the end. */
const ATTEMPTS = 5;

interface Waiting {
  records: readonly NewRecord[];
  resolve: (offsets: Offset[]) => void;
  reject: (error: Error) => void;
}

/**
 * The journal on one machine: one writer, one sync for all that waits (group commit), offsets across all partitions.
 * Whoever appends while a write is under way joins the next one.
 */
export class LevelJournal implements Journal, ChainedJournal {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private closed = false;
  /** Why the disk takes nothing now. */
  private trouble: string | undefined;
  private wake: (() => void)[] = [];
  private readonly tail: Tail;
  /** Behind the newest record that is durable; readers go no further. */
  private durable: Offset;

  /** So far what was handed over has been carried out: of the hand-over that is under way in proportion. */
  private handedOver: Offset = 0;

  private constructor(
    private readonly options: LevelJournalOptions,
    private segments: Segment[],
    private readonly closer: BlockCloser,
  ) {
    this.tail = new Tail(options.tailBytes);
    this.durable = this.open.next;
  }

  /** @throws {DataDirectoryLockedError} {DataDirectoryError} */
  static async open(options: LevelJournalOptions): Promise<LevelJournal> {
    await mkdir(options.directory, { recursive: true });
    const names = (await readdir(options.directory)).filter(name => /^\d{16}$/.test(name)).sort();
    const segments: Segment[] = [];
    const { closer = closeHere(options.partitions) } = options;
    for (const name of names.length > 0 ? names : [Segment.nameOf(1)]) {
      const heads = segments[segments.length - 1]?.chainHeads() ?? new Map();
      segments.push(await Segment.open(options.directory, Number(name), heads, closer));
    }
    // Offsets never go back, also where the last segment lost its newest, unsynced records.
    for (const [i, segment] of segments.entries())
      segment.next = Math.max(segment.next, segments[i - 1]?.next ?? 0, segment.first);
    // Killed between the seal and the next segment: what is appended to a sealed one would be in no index.
    const last = segments[segments.length - 1]!;
    if (last.sealed) segments.push(await Segment.open(options.directory, last.next, last.chainHeads(), closer));
    const journal = new LevelJournal(options, segments, closer);
    journal.sealAll();
    return journal;
  }

  private get open(): Segment {
    return this.segments[this.segments.length - 1]!;
  }

  append(records: readonly NewRecord[]): Promise<Offset[]> {
    if (this.closed) return Promise.reject(new JournalWriteError('the journal is closed'));
    if (this.trouble !== undefined)
      return Promise.reject(new JournalWriteError(`the journal takes nothing: ${this.trouble}`, { reason: this.trouble }));
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      const records = group.length === 1 ? group[0]!.records : group.flatMap(waiting => waiting.records);
      try {
        const first = await this.writeSurely(records);
        let offset = first;
        this.tail.push(records, first);
        this.durable = this.open.next;
        for (const { records: its, resolve } of group) resolve(its.map(() => offset++));
        this.wakeReaders();
      } catch (error) {
        const failure = new JournalWriteError(`the journal took nothing: ${reasonOf(error)}`, {}, { cause: error });
        for (const { reject } of group) reject(failure);
      }
    }
    // In the same turn as the last look at what waits: an append that comes now starts the next round.
    this.writing = undefined;
  }

  private takeGroup(): Waiting[] {
    let records = 0;
    let taken = 0;
    while (taken < this.waiting.length && (taken === 0 || records < this.options.writeAtOnce)) {
      records += this.waiting[taken++]!.records.length;
    }
    return this.waiting.splice(0, taken);
  }

  /** Starts the next segment when the open one is old enough. */
  private async roll(received: Instant): Promise<void> {
    const { firstReceived, next } = this.open;
    if (firstReceived === 0 || received - firstReceived < this.options.segmentAge) return;
    const { open } = this;
    await open.end();
    this.segments.push(await this.openSegment(next, open.chainHeads()));
    this.sealAll();
  }

  /** Every segment but the open one. What fails, as on a full disk, is tried again with the next: until then its index is in memory or in pieces. */
  private sealAll(): void {
    for (const segment of this.segments.slice(0, -1)) if (!segment.sealed) segment.seal().catch(() => {});
  }

  /**
   * Where the disk fails, it is found out whether the records are there, and they are written again if they are not: whoever appends hears nothing that is
   * not so. That may have to wait for room; appends that come meanwhile are refused.
   * @returns the offset of the first record
   */
  private async writeSurely(records: readonly NewRecord[]): Promise<Offset> {
    for (let attempt = 1; ; attempt++) {
      let first = this.open.next;
      try {
        await this.roll(records[0]!.header.received);
        first = this.open.next;
        await this.open.append(records);
        return first;
      } catch (error) {
        await this.mend(error);
        if (this.open.stored >= first + records.length) return first;
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async mend(failed: unknown): Promise<void> {
    this.trouble = reasonOf(failed);
    for (const { reject } of this.waiting.splice(0)) reject(new JournalWriteError(`the journal takes nothing: ${this.trouble}`));
    const { directory } = this.open;
    const { watch = () => {} } = this.options;
    await untilMended(
      { directory, failed, watch },
      () => this.closed,
      () => this.reopen(),
    );
    this.trouble = undefined;
  }

  private async reopen(): Promise<void> {
    const { first, next } = this.open;
    await this.open.close();
    const before = this.segments[this.segments.length - 2];
    const fresh = await this.openSegment(first, before?.chainHeads() ?? new Map());
    // Offsets of a failed write are not given again.
    fresh.next = Math.max(fresh.next, next);
    this.segments[this.segments.length - 1] = fresh;
    // It failed after the seal: what is appended to a sealed one would be in no index.
    if (fresh.sealed) this.segments.push(await this.openSegment(fresh.next, fresh.chainHeads()));
  }

  private openSegment(first: Offset, heads: ChainHeads): Promise<Segment> {
    return Segment.open(this.options.directory, first, heads, this.closer);
  }

  /** Where the hash chains stand. Blocks that are closed are on disk when the append that closed them is. */
  chainHeads(): ChainHeads {
    return this.open.chainHeads();
  }

  /** The next append, and there is one a second, closes blocks over all that was appended. */
  askForBlocks(): void {
    this.open.askForBlocks();
  }

  async headBefore(chain: ChainName, from: Offset): Promise<{ to: Offset; head: Uint8Array }> {
    const segment = this.segments.find(({ next }) => next > from) ?? this.open;
    return (await segment.headBefore(chain, from)) ?? { to: 0, head: CHAIN_START };
  }

  async *blocks(chain: ChainName, from: Offset, to: Offset): AsyncIterable<ChainBlock> {
    for (const segment of [...this.segments]) {
      if (segment.next <= from) continue;
      for await (const block of segment.blocks(chain, from)) {
        yield block;
        if (block.to >= to) return;
      }
    }
  }

  /** The bytes of a vehicle's records as they are hashed. */
  async *recorded(vehicle: VehicleId, from: Offset, to: Offset): AsyncIterable<{ offset: Offset; value: Uint8Array }[]> {
    for await (const batch of this.ofVehicle(vehicle, from, to))
      yield batch.map(record => ({ offset: record.offset, value: encodeRecord(record) }));
  }

  async own(owner: PartitionOwner): Promise<Ownership> {
    const next: Offset[] = [];
    for (let p = 0; p < this.options.partitions; p++) next.push(await owner.assign(p));
    let stopped = false;
    const run = async () => {
      let position = Math.max(Math.min(...next), this.oldest());
      // What was folded before the start is not behind.
      this.handedOver = position;
      const disk = new DiskReader(() => this.segments);
      while (!stopped && !this.closed) {
        // As it stands before the read: what becomes durable meanwhile is for the next round.
        const { durable } = this;
        if (position >= durable) {
          await new Promise<void>(resolve => this.wake.push(resolve));
          continue;
        }
        let batch = this.tail.from(position);
        if (batch) await disk.stop();
        else batch = await disk.next(position, durable);
        // Offsets of a failed write leave a hole.
        position = batch ? batch[batch.length - 1]!.offset + 1 : durable;
        if (batch) {
          const handed = this.handOver(this.split(batch, next), owner, position);
          disk.lookAhead(durable);
          await handed;
        }
        this.tail.passed(position);
        this.handedOver = position;
      }
      await disk.stop();
    };
    const ended = run();
    ended.catch(() => {}); // the owner's supervisor listens to `ended`; nobody else is disturbed
    return {
      ended,
      close: async () => {
        stopped = true;
        this.wakeReaders();
        await ended.catch(() => {});
        for (let p = 0; p < this.options.partitions; p++) await owner.release(p);
      },
    };
  }

  private async handOver(split: HandOver, owner: PartitionOwner, end: Offset): Promise<void> {
    const begin = this.handedOver;
    let all = 0;
    let done = 0;
    for (const { length } of split.values()) all += length;
    let over = false;
    const note = (records: number): void => {
      // Of a hand-over that has failed others may be carried out still: the next owner begins where it says.
      if (over) return;
      // Who asks how far it is behind wants to know more often than a large hand-over ends.
      done += records;
      this.handedOver = begin + Math.floor(((end - begin) * done) / all);
    };
    await owner.records(split, note).finally(() => {
      over = true;
    });
  }

  private split(batch: RecordBatch, next: Offset[]): HandOver {
    const split = new Map<Partition, JournalRecord[]>();
    const add = (p: Partition, record: JournalRecord): void => {
      if (record.offset < next[p]!) return;
      const records = split.get(p);
      if (records) records.push(record);
      else split.set(p, [record]);
    };
    for (const record of batch) {
      if (record.key === EVERY) for (let p = 0; p < this.options.partitions; p++) add(p, record);
      else add(this.partitionOf(record.key), record);
    }
    return split;
  }

  async *read(p: Partition, from: Offset, limit: number): AsyncIterable<RecordBatch> {
    let left = limit;
    for (const segment of [...this.segments]) {
      if (segment.next <= from) continue;
      for await (const batch of segment.read(Math.max(from, segment.first))) {
        const mine = batch.filter(({ key }) => key === EVERY || this.partitionOf(key) === p).slice(0, left);
        if (mine.length > 0) yield mine;
        left -= mine.length;
        if (left <= 0) return;
      }
    }
  }

  async *ofVehicle(vehicle: VehicleId, from: Offset, to: Offset, atOnce?: number): AsyncIterable<RecordBatch> {
    for (const segment of [...this.segments]) {
      if (segment.next > from && segment.first <= to) yield* segment.ofKey(vehicle, from, to, atOnce);
    }
  }

  /** Records that are durable and not handed over yet. */
  behind(): number {
    return this.durable - this.handedOver;
  }

  head(): ReadonlyMap<Partition, Offset> {
    return new Map(Array.from({ length: this.options.partitions }, (_, p) => [p, this.durable]));
  }

  partitionOf(vehicle: VehicleId): Partition {
    return partitionOfKey(vehicle, this.options.partitions);
  }

  oldest(): Offset {
    return this.segments[0]!.first;
  }

  keptSince(): Instant | undefined {
    const { first, firstReceived } = this.segments[0]!;
    return first > 1 ? firstReceived : undefined;
  }

  async offsetAt(received: Instant): Promise<Offset> {
    for (const segment of [...this.segments])
      if (segment.next > segment.first && segment.lastReceived >= received) return segment.offsetAt(received);
    return this.durable;
  }

  /**
   * Removes whole segments whose newest record came before `before`; the open one stays, and so does what has a record from `neededFrom` on.
   * @returns how many, and whether some that are old enough had to stay
   */
  async forget(before: Instant, neededFrom: Offset): Promise<{ removed: number; held: boolean }> {
    const isOld = (): boolean => this.segments.length > 1 && this.segments[0]!.lastReceived < before;
    let removed = 0;
    while (isOld() && this.segments[0]!.next <= neededFrom) {
      await this.segments.shift()!.remove();
      removed++;
    }
    return { removed, held: isOld() };
  }

  private wakeReaders(): void {
    const readers = this.wake;
    this.wake = [];
    for (const wake of readers) wake();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    this.wakeReaders();
    for (const segment of this.segments) await segment.close();
    await this.closer.end();
  }
}
