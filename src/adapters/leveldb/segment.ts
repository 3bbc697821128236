import { access, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Level } from 'level';
import type { JournalRecord, NewRecord, Offset, RecordBatch, RecordKey } from '../../model/record.js';
import type { ChainBlock, ChainName } from '../../model/record-chain.js';
import type { Instant } from '../../model/units.js';
import type { BlockCloser } from './block-closer.js';
import type { ChainHeads } from './chain-heads.js';
import { compactLevel, openLevel } from './open-level.js';
import { decodeRecord, encodeRecord } from './record-codec.js';
import { SegmentNotes } from './segment-notes.js';

const RECORD = 0;
/** Notes of a segment from before they were kept apart begin here. */
const BEHIND_RECORDS = 1;
const READ_AT_ONCE = 512;
/** LevelDB's own bound for one fetch, 16 KiB, would be some messages only. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const SMALL_CACHE = 2 * 1024 * 1024;
const NOTES_BUFFER = 4 * 1024 * 1024;
/** A clock may have gone back for a moment: the time of the newest records is that of the latest of so many. */
const NEWEST_LOOKED_AT = 64;
/**
 * What is compressed in one go. Messages are alike, and in LevelDB's own 4 KiB there are two: half the bytes on disk, and neither a record that is
 * looked up nor a scan costs more (`npm run bench -- disk`).
 */
const BLOCK_BYTES = 64 * 1024;

const recordKey = (offset: Offset): Uint8Array => putOffset(Buffer.allocUnsafe(9), offset);

const putOffset = (key: Buffer, offset: Offset): Buffer => {
  key[0] = RECORD;
  // By halves: a BigInt for each record is a thing of its own on the heap.
  key.writeUInt32BE(Math.floor(offset / 4_294_967_296), 1);
  key.writeUInt32BE(offset % 4_294_967_296, 5);
  return key;
};

const offsetOf = (key: Uint8Array): Offset => Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(1));

type Db = Level<Uint8Array, Uint8Array>;

/**
 * One directory of the journal: records of some hours in the order they came, and notes on them in a LevelDB of their own: so tables of records never
 * overlap, and LevelDB has nothing to merge.
 */
export class Segment {
  /** Arrival of the first and the last record. */
  firstReceived: Instant = 0;
  lastReceived: Instant = 0;
  next: Offset;
  /** Behind the last record that was on disk when it was opened; 0 where there was none. */
  stored: Offset = 0;
  /** Of the record that is being put. */
  private readonly key = Buffer.alloc(9);
  private sealing: Promise<void> | undefined;
  private removed = false;

  private constructor(
    readonly directory: string,
    readonly first: Offset,
    private readonly db: Db,
    private readonly notesDb: Db,
    private readonly notes: SegmentNotes,
  ) {
    this.next = first;
  }

  static nameOf(first: Offset): string {
    return String(first).padStart(16, '0');
  }

  /**
   * @param heads where the hash chains stood at the end of the segment before
   * @param closer of the blocks of hash chains
   */
  static async open(parent: string, first: Offset, heads: ChainHeads, closer: BlockCloser): Promise<Segment> {
    const directory = join(parent, Segment.nameOf(first));
    const db = await openLevel(directory, { cacheBytes: SMALL_CACHE, blockBytes: BLOCK_BYTES });
    let notesDb = db;
    try {
      notesDb = await openNotes(directory, db);
      const segment = new Segment(directory, first, db, notesDb, await SegmentNotes.open(notesDb, heads, closer));
      await segment.look();
      return segment;
    } catch (error) {
      // Whoever tries again finds it locked else.
      if (notesDb !== db) await notesDb.close();
      await db.close();
      throw error;
    }
  }

  /** Finds the end, and notes what is not noted yet. */
  private async look(): Promise<void> {
    const newest = await this.db.iterator({ lt: Uint8Array.of(BEHIND_RECORDS), reverse: true, limit: NEWEST_LOOKED_AT }).all();
    const [last] = newest;
    const [first] = await this.db.iterator({ lt: Uint8Array.of(BEHIND_RECORDS), limit: 1 }).all();
    if (first && last) {
      this.firstReceived = decodeRecord(offsetOf(first[0]), first[1]).header.received;
      this.lastReceived = Math.max(...newest.map(([key, value]) => decodeRecord(offsetOf(key), value).header.received));
      this.next = offsetOf(last[0]) + 1;
      this.stored = this.next;
    }
    if (this.sealed) return;
    for await (const batch of this.read(Math.max(this.first, this.notes.from))) {
      for (const record of batch) this.notes.add(record, record.offset, encodeRecord(record));
      await this.notes.keepUp();
      await this.notes.written();
    }
  }

  /** No record is added any more: its index is on disk. */
  get sealed(): boolean {
    return this.notes.sealed;
  }

  /** The next append closes the blocks of the chains over what was appended before it. */
  askForBlocks(): void {
    this.notes.askForBlocks();
  }

  /** Where the hash chains stand: up to the newest blocks that are on disk. */
  chainHeads(): ChainHeads {
    return this.notes.chainHeads();
  }

  /** The newest block of a chain that ends before `from`; else where the chain stood when this segment began. */
  headBefore(chain: ChainName, from: Offset): Promise<{ to: Offset; head: Uint8Array } | undefined> {
    return this.notes.headBefore(chain, from);
  }

  /** Blocks of a chain whose last record is at `from` or after it, in order. */
  blocks(chain: ChainName, from: Offset): AsyncIterable<ChainBlock> {
    return this.notes.blocks(chain, from);
  }

  /** Writes records with the offsets from `next` on, and syncs. All or nothing. */
  async append(records: readonly NewRecord[]): Promise<void> {
    // What is due of the records before goes to disk while these do.
    await this.notes.keepUp();
    const chain = this.db.batch();
    const first = this.next;
    // LevelDB copies both at once.
    for (let i = 0; i < records.length; i++) chain.put(putOffset(this.key, first + i), this.notes.lay(records[i]!, first + i));
    // Offsets of a failed write are not given again: a torn one may have left some of them behind.
    this.next += records.length;
    await chain.write({ sync: true });
    this.notes.took(records, first);
    if (this.firstReceived === 0) this.firstReceived = records[0]!.header.received;
    this.lastReceived = Math.max(this.lastReceived, records[records.length - 1]!.header.received);
  }

  /** Records from an offset on, as they are when it begins. The next ones are fetched while the caller has these. */
  async *read(from: Offset, atOnce = READ_AT_ONCE): AsyncGenerator<RecordBatch, void> {
    const iterator = this.db.iterator({
      gte: recordKey(from),
      lt: Uint8Array.of(BEHIND_RECORDS),
      highWaterMarkBytes: BYTES_AT_ONCE,
    });
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
    const offsets = await this.notes.between(key, from, to);
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

  /** No more records: its chains are carried to the end, so that the next segment's begin there. */
  end(): Promise<void> {
    return this.notes.end();
  }

  /** After the end; may be asked again where it failed. */
  seal(): Promise<void> {
    this.sealing ??= this.finish().finally(() => {
      this.sealing = undefined;
    });
    return this.sealing;
  }

  private async finish(): Promise<void> {
    await this.notes.seal(() => this.removed);
    // What is still in its log goes into a table: compressed, and nothing to go through at the next start.
    if (!this.removed) await compactLevel(this.db, Uint8Array.of(RECORD), Uint8Array.of(RECORD));
  }

  async close(): Promise<void> {
    await this.sealing?.catch(() => {});
    await this.notes.rest();
    if (this.notesDb !== this.db) await this.notesDb.close();
    await this.db.close();
  }

  async remove(): Promise<void> {
    this.removed = true;
    await this.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Those of a segment that was begun before they were kept apart stay with its records. */
const openNotes = async (directory: string, records: Db): Promise<Db> => {
  const apart = join(directory, 'notes');
  const isApart = await access(apart).then(
    () => true,
    () => false,
  );
  const [any] = isApart ? [] : await records.keys({ limit: 1 }).all();
  if (any) return records;
  const notes = await openLevel(apart, { cacheBytes: SMALL_CACHE, writeBufferBytes: NOTES_BUFFER });
  if (!isApart) await syncDirectory(directory);
  return notes;
};

/** So that the folder is there before the first record is. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
};
