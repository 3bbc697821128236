import type { Level } from 'level';
import { EVERY, type NewRecord, type Offset, type RecordKey } from '../../model/record.js';
import { type ChainBlock, type ChainName, HASH_BYTES } from '../../model/record-chain.js';
import type { BlockCloser } from './block-closer.js';
import { type ChainHeads, chainNamed, chainNumber, decodeHeads, encodeHeads } from './chain-heads.js';
import { ChainWriter } from './chain-writer.js';
import type { ClosedBlock } from './close-blocks.js';
import { OffsetList } from './offset-list.js';
import { OpenIndex } from './open-index.js';
import { compactLevel } from './open-level.js';
import { SpilledIndex } from './spilled-index.js';

type Db = Level<Uint8Array, Uint8Array>;

// In a segment of before notes were kept apart, 0 stands for its records.
const INDEX = 1;
const BLOCK = 2;
const HEADS = 3;
/** Of the index while the segment is open. */
const PIECE = 4;
/** Of the index by vehicle and stretch. */
const SPILLED = 5;
/** Under `INDEX` alone, where that of a sealed segment is by vehicle and stretch. Before, it was one list for each vehicle under `INDEX`; that of facts for everybody still is. */
const IN_STRETCHES = 2;
/** So much may wait for notes that are on their way to disk; then records wait too. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * What is noted of a segment's records: the hash chains over them, and where each vehicle's stand, the newest of them in pieces while the segment is open. Notes follow the records: those on disk speak of nothing that is not, and after a crash what they lack is noted again.
 */
export class SegmentNotes {
  /** While the segment is open. */
  private index: OpenIndex | undefined;
  /** When it is sealed; undefined where its index is as before. */
  private spilled: SpilledIndex | undefined;
  /** Of blocks that are on disk. */
  private durableHeads: ChainHeads;
  private writing: Promise<void> | undefined;
  private failure: unknown;

  private constructor(
    private readonly db: Db,
    /** Where the chains stood before the first record. */
    private readonly heads: ChainHeads,
    private readonly chain: ChainWriter,
    private readonly chained: Offset,
    index: OpenIndex | undefined,
    spilled: SpilledIndex | undefined,
  ) {
    this.durableHeads = chain.heads();
    this.index = index;
    this.spilled = spilled;
  }

  /**
   * @param heads where the hash chains stood at the end of the segment before
   * @param closer of the blocks of hash chains
   */
  static async open(db: Db, heads: ChainHeads, closer: BlockCloser): Promise<SegmentNotes> {
    const sealed = await db.get(Uint8Array.of(INDEX));
    if (sealed !== undefined) {
      const stored = await db.get(Uint8Array.of(HEADS));
      const spilled = sealed[0] === IN_STRETCHES ? await SpilledIndex.open(db, SPILLED) : undefined;
      return new SegmentNotes(db, heads, new ChainWriter(stored ? decodeHeads(stored) : heads, closer), 0, undefined, spilled);
    }
    const blocks = await lastBlocks(db);
    // Blocks of all chains are closed together: what stands behind the newest one is in none.
    const chained = Math.max(0, ...[...blocks.values()].map(({ to }) => to));
    const chain = new ChainWriter(new Map([...heads, ...blocks]), closer);
    return new SegmentNotes(db, heads, chain, chained, await OpenIndex.open(db, { pieces: PIECE, spilled: SPILLED }), undefined);
  }

  /** The segment's index is whole: no record is added any more. */
  get sealed(): boolean {
    return this.index === undefined;
  }

  /** Records from here on are to be added again after a start. */
  get from(): Offset {
    return Math.min(this.chained, this.index?.to ?? 0) + 1;
  }

  /** Lays out a record that is about to be written, for the chains too. @returns its bytes, which stay there until `took` */
  lay(record: NewRecord, offset: Offset): Uint8Array {
    return this.chain.lay(record, offset);
  }

  /** The records that were laid out since the last time are on disk. */
  took(records: readonly NewRecord[], first: Offset): void {
    for (let i = 0; i < records.length; i++) this.enter(records[i]!, first + i);
    this.chain.took();
  }

  /** A record that was on disk before this. What is noted of it already is left out. @param value as it stands there */
  add(record: NewRecord, offset: Offset, value: Uint8Array): void {
    if (this.index && offset > this.index.to) this.enter(record, offset);
    // Of a segment from before there were chains, everything.
    if (offset > this.chained) this.chain.add(record, offset, value);
  }

  /** Ticks are found by time, not by index; all other facts stand under `EVERY` besides their own key. */
  private enter({ key, header }: NewRecord, offset: Offset): void {
    const { index } = this;
    if (!index || (header.kind === 'fact' && header.format === 'tick')) return;
    index.add(key, offset);
    if (header.kind === 'fact' && key !== EVERY) index.add(EVERY, offset);
  }

  /** The next `keepUp` closes the blocks of the chains. */
  askForBlocks(): void {
    this.chain.ask();
  }

  /**
   * Begins to write what is due. Waits only where more is waiting than may be.
   * @throws what went wrong with notes before
   */
  async keepUp(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (!this.chain.isDue() && !this.index?.isDue()) return;
    if (this.writing && this.chain.waitingBytes < MOST_WAITING_BYTES) return;
    // Where it failed, its blocks are on no disk: no later ones may be written behind them.
    await this.written();
    this.writing = this.write()
      .catch(error => {
        this.failure ??= error;
      })
      .finally(() => {
        this.writing = undefined;
      });
  }

  /** Until all that was begun is on disk. @throws what went wrong */
  async written(): Promise<void> {
    await this.writing;
    if (this.failure !== undefined) throw this.failure;
  }

  private async write(): Promise<void> {
    const blocks = this.chain.isDue() ? await this.chain.close() : [];
    const writes = this.db.batch();
    putBlocks(writes, blocks);
    const heads = this.chain.heads();
    const indexed = this.index?.isDue() ? this.index : undefined;
    indexed?.putPiece(writes);
    await writes.write({ sync: true });
    this.durableHeads = heads;
    indexed?.wrote();
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

  /** Where a vehicle's records stand with `from` ≤ offset ≤ `to`. */
  async between(key: RecordKey, from: Offset, to: Offset): Promise<Offset[]> {
    if (this.index) return this.index.between(key, from, to);
    if (this.spilled && key !== EVERY) return this.spilled.between(key, from, to);
    const bytes = await this.db.get(indexKey(key));
    return bytes ? OffsetList.fromBytes(bytes).between(from, to) : [];
  }

  /** No more records: the chains are carried to the end, so that the next segment's begin there. */
  async end(): Promise<void> {
    await this.written();
    const blocks = await this.chain.close();
    const writes = this.db.batch();
    putBlocks(writes, blocks);
    writes.put(Uint8Array.of(HEADS), encodeHeads(this.chain.heads()));
    await writes.write({ sync: true });
    this.durableHeads = this.chain.heads();
    this.chain.end();
  }

  /**
   * After the end: what is left of the index goes to disk and out of memory, some vehicles at a time, while the next segment takes what comes. Killed before it is
   * done, it goes on after the next start.
   * @param isGone asked between some vehicles and the next: the segment is being removed
   */
  async seal(isGone: () => boolean): Promise<void> {
    const { index, db } = this;
    if (!index) return;
    await this.written();
    await index.spillAll(isGone);
    if (isGone()) return;
    const last = db.batch();
    await index.delPieces(last);
    const facts = index.ofFacts();
    if (facts.length > 0) last.put(indexKey(EVERY), facts.toBytes());
    last.put(Uint8Array.of(INDEX), Uint8Array.of(IN_STRETCHES));
    await last.write({ sync: true });
    this.spilled = index.spilled;
    this.index = undefined;
    await compactLevel(db, Uint8Array.of(INDEX), Uint8Array.of(SPILLED + 1));
  }

  /** Until nothing is being written, whatever came of it. */
  async rest(): Promise<void> {
    await this.writing;
  }
}

const blockKey = (chain: ChainName, to: Offset): Uint8Array => {
  const key = Buffer.allocUnsafe(11);
  key[0] = BLOCK;
  key.writeUInt16BE(chainNumber(chain), 1);
  key.writeBigUInt64BE(BigInt(to), 3);
  return key;
};

const putBlocks = (writes: ReturnType<Db['batch']>, blocks: readonly ClosedBlock[]): void => {
  for (const { chain, to, value } of blocks) writes.put(blockKey(chain, to), value);
};

/** The head, then the parts. */
const blockOf = (key: Uint8Array, value: Uint8Array): ChainBlock => {
  const parts: Uint8Array[] = [];
  for (let at = HASH_BYTES; at < value.length; at += HASH_BYTES) parts.push(value.subarray(at, at + HASH_BYTES));
  const to = Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(3));
  return { to, head: value.subarray(0, HASH_BYTES), parts };
};

const indexKey = (key: RecordKey): Uint8Array => Buffer.concat([Uint8Array.of(INDEX), Buffer.from(key)]);

/** The newest block of each chain. */
const lastBlocks = async (db: Db): Promise<Map<ChainName, { to: Offset; head: Uint8Array }>> => {
  const found = new Map<ChainName, { to: Offset; head: Uint8Array }>();
  for (let before: Uint8Array = Uint8Array.of(HEADS); ; ) {
    const [entry] = await db.iterator({ gte: Uint8Array.of(BLOCK), lt: before, reverse: true, limit: 1 }).all();
    if (!entry) return found;
    const [key, value] = entry;
    const number = Buffer.from(key.buffer, key.byteOffset, key.byteLength).readUInt16BE(1);
    const { to, head } = blockOf(key, value);
    found.set(chainNamed(number), { to, head: Uint8Array.from(head) });
    before = blockKey(chainNamed(number), 0);
  }
};
