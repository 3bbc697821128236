import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Level } from 'level';
import type { JournalRecord, NewRecord, Offset, RecordBatch, RecordKey } from '../../model/record.js';
import { EVERY } from '../../model/record.js';
import { type ChainBlock, type ChainName, HASH_BYTES } from '../../model/record-chain.js';
import type { Instant } from '../../model/units.js';
import { type ChainHeads, ChainWriter, chainNamed, chainNumber, decodeHeads, encodeHeads } from './chain-writer.js';
import { OffsetList } from './offset-list.js';
import { OpenIndex } from './open-index.js';
import { compactLevel, openLevel } from './open-level.js';
import { decodeRecord, encodeRecord } from './record-codec.js';

const RECORD = 0;
const INDEX = 1;
const BLOCK = 2;
const HEADS = 3;
/** Of the index while the segment is open. */
const PIECE = 4;
const READ_AT_ONCE = 512;
/** Vehicles whose index is written in one go. */
const INDEX_AT_ONCE = 256;
/** LevelDB's own bound for one fetch, 16 KiB, would be some messages only. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const SMALL_CACHE = 2 * 1024 * 1024;
/**
 * What is compressed in one go. Messages are alike, and in LevelDB's own 4 KiB there are two: half the bytes on disk, and neither a record that is
 * looked up nor a scan costs more (`npm run bench -- disk`).
 */
/** A clock may have gone back for a moment: the time of the newest records is that of the latest of so many. */
const NEWEST_LOOKED_AT = 64;
const BLOCK_BYTES = 64 * 1024;

const recordKey = (offset: Offset): Uint8Array => {
  const key = Buffer.allocUnsafe(9);
  key[0] = RECORD;
  // By halves: a BigInt for each record is a thing of its own on the heap.
  key.writeUInt32BE(Math.floor(offset / 4_294_967_296), 1);
  key.writeUInt32BE(offset % 4_294_967_296, 5);
  return key;
};

const blockKey = (chain: ChainName, to: Offset): Uint8Array => {
  const key = Buffer.allocUnsafe(11);
  key[0] = BLOCK;
  key.writeUInt16BE(chainNumber(chain), 1);
  key.writeBigUInt64BE(BigInt(to), 3);
  return key;
};

/** The head, then the parts. */
const blockOf = (key: Uint8Array, value: Uint8Array): ChainBlock => {
  const parts: Uint8Array[] = [];
  for (let at = HASH_BYTES; at < value.length; at += HASH_BYTES) parts.push(value.subarray(at, at + HASH_BYTES));
  const to = Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(3));
  return { to, head: value.subarray(0, HASH_BYTES), parts };
};

const indexKey = (key: RecordKey): Uint8Array => Buffer.concat([Uint8Array.of(INDEX), Buffer.from(key)]);
const offsetOf = (key: Uint8Array): Offset => Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(1));

/**
 * One directory of the journal: records of some hours in the order they came, and where each vehicle's stand.
 * The index of the open segment is in memory and in pieces on disk; sealing writes it whole, sorted, beside the records.
 */
export class Segment {
  /** While it is open. */
  private index: OpenIndex | undefined;
  /** No record is added any more: its index is on disk. */
  sealed = false;
  /** Arrival of the first and the last record. */
  firstReceived: Instant = 0;
  lastReceived: Instant = 0;
  next: Offset;
  /** Behind the last record that was on disk when it was opened; 0 where there was none. */
  stored: Offset = 0;
  private chain: ChainWriter;
  private sealing: Promise<void> | undefined;
  private removed = false;
  /** Of blocks that are on disk. */
  private durableHeads: ChainHeads;

  private constructor(
    readonly directory: string,
    readonly first: Offset,
    private db: Level<Uint8Array, Uint8Array>,
    private readonly heads: ChainHeads,
    private readonly partitionOf: (key: RecordKey) => number,
  ) {
    this.next = first;
    this.chain = new ChainWriter(heads, partitionOf);
    this.durableHeads = heads;
  }

  static nameOf(first: Offset): string {
    return String(first).padStart(16, '0');
  }

  /**
   * @param heads where the hash chains stood at the end of the segment before
   * @param partitionOf the partition of a vehicle, for its chain
   */
  static async open(parent: string, first: Offset, heads: ChainHeads, partitionOf: (key: RecordKey) => number): Promise<Segment> {
    const directory = join(parent, Segment.nameOf(first));
    const segment = new Segment(directory, first, await openLevel(directory, SMALL_CACHE, BLOCK_BYTES), heads, partitionOf);
    await segment.look();
    segment.durableHeads = new Map(segment.chain.heads());
    return segment;
  }

  /** Finds the end, and the index or what it is made of. */
  private async look(): Promise<void> {
    const newest = await this.db.iterator({ lt: Uint8Array.of(INDEX), reverse: true, limit: NEWEST_LOOKED_AT }).all();
    const [last] = newest;
    const [first] = await this.db.iterator({ lt: Uint8Array.of(INDEX), limit: 1 }).all();
    if (first && last) {
      this.firstReceived = decodeRecord(offsetOf(first[0]), first[1]).header.received;
      this.lastReceived = Math.max(...newest.map(([key, value]) => decodeRecord(offsetOf(key), value).header.received));
      this.next = offsetOf(last[0]) + 1;
      this.stored = this.next;
    }
    this.sealed = (await this.db.get(Uint8Array.of(INDEX))) !== undefined;
    if (this.sealed) {
      const heads = await this.db.get(Uint8Array.of(HEADS));
      if (heads) this.chain = new ChainWriter(decodeHeads(heads), this.partitionOf);
      return;
    }
    const blocks = await this.lastBlocks();
    this.chain = new ChainWriter(new Map([...this.heads, ...blocks]), this.partitionOf);
    const index = await OpenIndex.open(this.db, PIECE);
    this.index = index;
    // Blocks of all chains are closed together: what stands behind the newest one is in none.
    const chained = Math.max(0, ...[...blocks.values()].map(({ to }) => to));
    for await (const batch of this.read(Math.max(this.first, Math.min(chained, index.to) + 1))) {
      for (const record of batch) {
        if (record.offset > index.to) this.enter(record, record.offset);
        // Of a segment from before there were chains, everything.
        if (record.offset > chained) this.chain.add(record, record.offset, encodeRecord(record));
      }
      if (!this.chain.isDue() && !index.isDue()) continue;
      const writes = this.db.batch();
      this.closeBlocks(writes);
      index.putPiece(writes);
      await writes.write({ sync: true });
      index.wrote();
    }
  }

  /** The newest block of each chain in this segment. */
  private async lastBlocks(): Promise<Map<ChainName, { to: Offset; head: Uint8Array }>> {
    const found = new Map<ChainName, { to: Offset; head: Uint8Array }>();
    for (let before: Uint8Array = Uint8Array.of(HEADS); ; ) {
      const [entry] = await this.db.iterator({ gte: Uint8Array.of(BLOCK), lt: before, reverse: true, limit: 1 }).all();
      if (!entry) return found;
      const [key, value] = entry;
      const number = Buffer.from(key.buffer, key.byteOffset, key.byteLength).readUInt16BE(1);
      const { to, head } = blockOf(key, value);
      found.set(chainNamed(number), { to, head: Uint8Array.from(head) });
      before = blockKey(chainNamed(number), 0);
    }
  }

  private closeBlocks(writes: ReturnType<Level<Uint8Array, Uint8Array>['batch']>): void {
    for (const { chain, to, head, parts } of this.chain.close()) writes.put(blockKey(chain, to), Buffer.concat([head, ...parts]));
  }

  /** The next append closes the blocks of the chains. */
  askForBlocks(): void {
    this.chain.ask();
  }

  /** Where the hash chains stand: up to the newest blocks. */
  chainHeads(): ChainHeads {
    return this.durableHeads;
  }

  /** The newest block of a chain that ends before `from`; else where the chain stood when this segment began. */
  async headBefore(chain: ChainName, from: Offset): Promise<{ to: Offset; head: Uint8Array } | undefined> {
    const range = { gte: blockKey(chain, 0), lt: blockKey(chain, from), reverse: true, limit: 1 };
    const [entry] = await this.db.iterator(range).all();
    return entry ? blockOf(...entry) : this.heads.get(chain);
  }

  /** Blocks of a chain whose last record is at `from` or after it, in order. */
  async *blocks(chain: ChainName, from: Offset): AsyncIterable<ChainBlock> {
    const iterator = this.db.iterator({ gte: blockKey(chain, from), lt: blockKey(chain, Number.MAX_SAFE_INTEGER) });
    try {
      for (;;) {
        const entries = await iterator.nextv(64);
        if (entries.length === 0) return;
        for (const [key, value] of entries) yield blockOf(key, value);
      }
    } finally {
      await iterator.close();
    }
  }

  /** Ticks are found by time, not by index; all other facts stand under `EVERY` besides their own key. */
  private enter({ key, header }: NewRecord, offset: Offset): void {
    const { index } = this;
    if (!index || (header.kind === 'fact' && header.format === 'tick')) return;
    index.add(key, offset);
    if (header.kind === 'fact' && key !== EVERY) index.add(EVERY, offset);
  }

  /** Writes records with the offsets from `next` on, and syncs. All or nothing. */
  async append(records: readonly NewRecord[]): Promise<void> {
    const chain = this.db.batch();
    let offset = this.next;
    for (const record of records) {
      const value = encodeRecord(record);
      chain.put(recordKey(offset), value);
      this.chain.add(record, offset++, value);
    }
    // In the same write as the records that they are over: both are there, or neither.
    const closes = this.chain.isDue();
    if (closes) this.closeBlocks(chain);
    // Of what was written before.
    const indexed = this.index?.isDue() ? this.index : undefined;
    indexed?.putPiece(chain);
    // Offsets of a failed write are not given again: a torn one may have left some of them behind.
    const first = this.next;
    this.next = offset;
    await chain.write({ sync: true });
    if (closes) this.durableHeads = new Map(this.chain.heads());
    indexed?.wrote();
    for (let i = 0; i < records.length; i++) this.enter(records[i]!, first + i);
    if (this.firstReceived === 0) this.firstReceived = records[0]!.header.received;
    this.lastReceived = Math.max(this.lastReceived, records[records.length - 1]!.header.received);
  }

  /** Records from an offset on, as they are when it begins. The next ones are fetched while the caller has these. */
  async *read(from: Offset, atOnce = READ_AT_ONCE): AsyncGenerator<RecordBatch, void> {
    const iterator = this.db.iterator({ gte: recordKey(from), lt: Uint8Array.of(INDEX), highWaterMarkBytes: BYTES_AT_ONCE });
    try {
      let fetching = iterator.nextv(atOnce);
      for (;;) {
        const entries = await fetching;
        if (entries.length === 0) return;
        fetching = iterator.nextv(atOnce);
        fetching.catch(() => {}); // heard when it is awaited, if it still is
        yield entries.map(([key, value]) => decodeRecord(offsetOf(key), value));
      }
    } finally {
      await iterator.close();
    }
  }

  /** The first offset whose record, and each after it, arrived at `received` or later. */
  async offsetAt(received: Instant): Promise<Offset> {
    let low = this.first;
    let high = this.next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [found] = await this.db.iterator({ gte: recordKey(middle), lt: recordKey(high), limit: 1 }).all();
      if (!found) high = middle;
      else if (decodeRecord(offsetOf(found[0]), found[1]).header.received < received) low = offsetOf(found[0]) + 1;
      else high = middle;
    }
    return low;
  }

  async *ofKey(key: RecordKey, from: Offset, to: Offset, atOnce = READ_AT_ONCE): AsyncIterable<RecordBatch> {
    const offsets = (await this.offsetsOf(key))?.between(from, to) ?? [];
    for (let at = 0; at < offsets.length; at += atOnce) {
      const some = offsets.slice(at, at + atOnce);
      const values = await this.db.getMany(some.map(recordKey));
      const batch: JournalRecord[] = [];
      for (let i = 0; i < some.length; i++) {
        const value = values[i];
        if (value) batch.push(decodeRecord(some[i]!, value));
      }
      yield batch;
    }
  }

  private async offsetsOf(key: RecordKey): Promise<Pick<OffsetList, 'between'> | undefined> {
    if (this.index) return this.index.offsetsOf(key);
    const bytes = await this.db.get(indexKey(key));
    return bytes && OffsetList.fromBytes(bytes);
  }

  /** No more records: its chains are carried to the end, so that the next segment's begin there. */
  async end(): Promise<void> {
    const chain = this.db.batch();
    this.closeBlocks(chain);
    chain.put(Uint8Array.of(HEADS), encodeHeads(this.chain.heads()));
    await chain.write({ sync: true });
    this.durableHeads = new Map(this.chain.heads());
  }

  /**
   * After the end: the index goes to disk and out of memory, some vehicles at a time, while the next segment takes what comes. Killed before it is done,
   * it is begun again after the next start.
   */
  seal(): Promise<void> {
    this.sealing ??= this.writeIndex().finally(() => {
      this.sealing = undefined;
    });
    return this.sealing;
  }

  private async writeIndex(): Promise<void> {
    const { index } = this;
    if (!index) return;
    const lists = await index.all();
    const keys = [...lists.keys()].sort();
    for (let at = 0; at < keys.length && !this.removed; at += INDEX_AT_ONCE) {
      const some = this.db.batch();
      for (const key of keys.slice(at, at + INDEX_AT_ONCE)) some.put(indexKey(key), lists.get(key)!.toBytes());
      await some.write({ sync: false });
    }
    if (this.removed) return;
    const last = this.db.batch();
    await index.delPieces(last);
    last.put(Uint8Array.of(INDEX), Uint8Array.of(1));
    await last.write({ sync: true });
    this.sealed = true;
    this.index = undefined;
    // What is still in its log goes into a table: compressed, and nothing to go through at the next start.
    await compactLevel(this.db, Uint8Array.of(INDEX), Uint8Array.of(INDEX));
  }

  async close(): Promise<void> {
    await this.sealing?.catch(() => {});
    await this.db.close();
  }

  async remove(): Promise<void> {
    this.removed = true;
    await this.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}
