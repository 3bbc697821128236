import type { NewRecord, Offset } from '../../model/record.js';
import { ENTRY_HEADER_BYTES, HASH_BYTES, putEntryHeader } from '../../model/record-chain.js';
import type { Instant } from '../../model/units.js';
import type { BlockCloser } from './block-closer.js';
import type { ChainHeads } from './chain-heads.js';
import type { ClosedBlock } from './close-blocks.js';
import { encodeRecord, knownSize, putKnown } from './record-codec.js';

/** A block is closed when its first record is this old, by arrival, or when enough waits (`BlockCloser`). */
const BLOCK_AGE = 10_000;

/** Room for what waits: at first, and what is kept of it where it had to grow. */
const ROOM_BYTES = 256 * 1024;
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

/** Segments that take no more records have a writer too, and there are many of them. */
const NOTHING = Buffer.from(new SharedArrayBuffer(0));

/**
 * Carries the hash chains of all partitions on over records as they are appended. What stands in no block yet is in memory, and is gathered
 * again from the records after a crash.
 */
export class ChainWriter {
  /** So far blocks are to be closed over what stands in `room`; up to `laid` it is on its way to disk. */
  private bytes = 0;
  private laid = 0;
  private since: Instant = 0;
  private newest: Instant = 0;
  /**
   * What waits, as it is hashed. One piece of memory: kept each for itself, records would be many small ones that outlive young collections, and
   * V8 marks the whole heap whenever 64 MB of such have come together. Shared, so that another thread can hash it.
   */
  private room = NOTHING;
  /** Takes turns with it: blocks are closed over one while the other fills. */
  private spare = NOTHING;
  private asked = false;
  private ended = false;

  /** @param last where the chains stand */
  constructor(
    private last: ChainHeads,
    private readonly closer: BlockCloser,
  ) {}

  /** Lays out a record that is about to be written. @returns its bytes, which stay there until `took` and the next `close` */
  lay(record: NewRecord, offset: Offset): Uint8Array {
    const { origin } = record;
    if (!origin) return this.put(record, offset, encodeRecord(record));
    const at = this.begin(record, offset, knownSize(record, origin));
    putKnown(record, origin, this.room, at);
    return this.room.subarray(at, this.laid);
  }

  /** All that was laid out is on disk. What stands in a block already is left out of the next one. */
  took(): void {
    this.bytes = this.laid;
  }

  /** A record that is on disk, as it stands there. */
  add(record: NewRecord, offset: Offset, value: Uint8Array): void {
    this.put(record, offset, value);
    this.took();
  }

  private put(record: NewRecord, offset: Offset, value: Uint8Array): Uint8Array {
    const at = this.begin(record, offset, value.length);
    this.room.set(value, at);
    return value;
  }

  /** @returns where its bytes are to stand */
  private begin({ header }: NewRecord, offset: Offset, length: number): number {
    const { laid } = this;
    if (laid === 0) this.since = header.received;
    this.newest = header.received;
    this.laid = laid + ENTRY_HEADER_BYTES + length;
    if (this.laid > this.room.length) this.grow(laid);
    putEntryHeader(this.room, laid, offset, length);
    return laid + ENTRY_HEADER_BYTES;
  }

  /** @param filled what is to be kept */
  private grow(filled: number): void {
    const larger = Buffer.from(new SharedArrayBuffer(Math.max(this.laid, ROOM_BYTES, 2 * this.room.length)));
    larger.set(this.room.subarray(0, filled));
    this.room = larger;
  }

  /** The next look finds it due. */
  ask(): void {
    this.asked = true;
  }

  /** Bytes that no block is closed over yet. */
  get waitingBytes(): number {
    return this.bytes;
  }

  isDue(): boolean {
    const { bytes, asked, newest, since } = this;
    return bytes > 0 && (asked || bytes >= this.closer.blockBytes || newest - since >= BLOCK_AGE);
  }

  /**
   * Closes the blocks of all chains over what waits; one such closing at a time, and while nothing is on its way to disk. They count once they are written: `undo`
   * where that fails is to begin afresh.
   */
  async close(): Promise<ClosedBlock[]> {
    const { room, bytes } = this;
    this.room = this.spare;
    this.spare = NOTHING;
    this.bytes = 0;
    this.laid = 0;
    this.asked = false;
    const blocks = await this.closer.close(room.subarray(0, bytes), this.last);
    if (room.length <= MOST_KEPT_BYTES && !this.ended) this.spare = room;
    const last = new Map(this.last);
    for (const { chain, to, value } of blocks) last.set(chain, { to, head: Uint8Array.from(value.subarray(0, HASH_BYTES)) });
    this.last = last;
    return blocks;
  }

  /** No record is added any more: its room is given back. */
  end(): void {
    this.ended = true;
    this.room = NOTHING;
    this.spare = NOTHING;
  }

  /** Up to the blocks that were closed last. */
  heads(): ChainHeads {
    return this.last;
  }
}
