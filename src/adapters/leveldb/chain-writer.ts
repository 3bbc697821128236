import { hash } from 'node:crypto';
import { EVERY, type NewRecord, type Offset } from '../../model/record.js';
import {
  CHAIN_START,
  type ChainBlock,
  type ChainName,
  digestOf,
  ENTRY_HEADER_BYTES,
  HASH_BYTES,
  headAfter,
  putEntryHeader,
} from '../../model/record-chain.js';
import type { Instant } from '../../model/units.js';

export interface ChainHead {
  to: Offset;
  head: Uint8Array;
}

export type ChainHeads = ReadonlyMap<ChainName, ChainHead>;

/** A block is closed when its first record is this old, by arrival … */
const BLOCK_AGE = 10_000;
/** … or when so much waits: hashing that much takes some milliseconds, and what waits is in memory. */
const BLOCK_BYTES = 1024 * 1024;

/** Room for what waits: at first, and what is kept of it where it had to grow. */
const ROOM_BYTES = 2 * BLOCK_BYTES;
const MOST_KEPT_BYTES = 8 * BLOCK_BYTES;

/** Segments that take no more records have a writer too, and there are many of them. */
const NOTHING = Buffer.alloc(0);

interface Part {
  /** Of its newest record. */
  to: Offset;
  /** Where its records stand in `room`: from, to; again and again. */
  places: number[];
  bytes: number;
}

/**
 * Carries the hash chains of all partitions on over records as they are appended. What stands in no block yet is in memory, and is gathered
 * again from the records after a crash.
 */
export class ChainWriter {
  private readonly waiting = new Map<ChainName, Map<string, Part>>();
  private readonly last = new Map<ChainName, ChainHead>();
  private bytes = 0;
  private since: Instant = 0;
  private newest: Instant = 0;
  /**
   * What waits, as it is hashed. A copy: kept as they are, records would be many small pieces of memory that outlive young collections, and
   * V8 marks the whole heap whenever 64 MB of such have come together.
   */
  private room = NOTHING;
  private scratch = NOTHING;
  private asked = false;

  /** @param heads where the chains stand */
  constructor(
    heads: ChainHeads,
    private readonly partitionOf: (key: string) => number,
  ) {
    for (const [name, head] of heads) this.last.set(name, head);
  }

  /** A record that is appended; one that a block holds already is left out. */
  add({ key, header }: NewRecord, offset: Offset, value: Uint8Array): void {
    const name: ChainName = key === EVERY ? EVERY : this.partitionOf(key);
    if (offset <= (this.last.get(name)?.to ?? 0)) return;
    let parts = this.waiting.get(name);
    if (!parts) {
      parts = new Map();
      this.waiting.set(name, parts);
    }
    // Ticks are one part, each other fact is its own.
    const of = key !== EVERY ? key : header.format === 'tick' ? 'tick' : `fact ${offset}`;
    const from = this.bytes;
    const bytes = ENTRY_HEADER_BYTES + value.length;
    if (from + bytes > this.room.length) this.grow(from + bytes);
    putEntryHeader(this.room, from, offset, value.length);
    this.room.set(value, from + ENTRY_HEADER_BYTES);
    const part = parts.get(of);
    if (part) {
      part.to = offset;
      part.places.push(from, from + bytes);
      part.bytes += bytes;
    } else parts.set(of, { to: offset, places: [from, from + bytes], bytes });
    if (from === 0) this.since = header.received;
    this.bytes += bytes;
    this.newest = header.received;
  }

  private grow(atLeast: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(atLeast, ROOM_BYTES, 2 * this.room.length));
    larger.set(this.room.subarray(0, this.bytes));
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
    return this.bytes > 0 && (this.asked || this.bytes >= BLOCK_BYTES || this.newest - this.since >= BLOCK_AGE);
  }

  /** Closes the blocks of all chains over what waits. They count once they are written: `undo` where that fails is to begin afresh. */
  close(): (ChainBlock & { chain: ChainName })[] {
    const blocks: (ChainBlock & { chain: ChainName })[] = [];
    for (const [chain, waiting] of this.waiting) {
      let to = 0;
      const parts: Uint8Array[] = [];
      for (const part of waiting.values()) {
        to = Math.max(to, part.to);
        parts.push(this.hashOf(part));
      }
      parts.sort(Buffer.compare);
      const head = headAfter(this.last.get(chain)?.head ?? CHAIN_START, to, digestOf(parts));
      this.last.set(chain, { to, head });
      blocks.push({ chain, to, head, parts });
    }
    this.waiting.clear();
    this.bytes = 0;
    if (this.room.length > MOST_KEPT_BYTES) this.room = NOTHING;
    this.asked = false;
    return blocks;
  }

  /** No record is added any more: its room is given back. */
  end(): void {
    this.room = NOTHING;
    this.scratch = NOTHING;
  }

  heads(): ChainHeads {
    return this.last;
  }

  private hashOf({ places, bytes }: Part): Uint8Array {
    // With many vehicles most have one record in a block.
    if (places.length === 2) return hash('sha256', this.room.subarray(places[0], places[1]), 'buffer');
    if (bytes > this.scratch.length) this.scratch = Buffer.allocUnsafeSlow(bytes * 2);
    let at = 0;
    for (let i = 0; i < places.length; i += 2) at += this.room.copy(this.scratch, at, places[i], places[i + 1]);
    return hash('sha256', this.scratch.subarray(0, at), 'buffer');
  }
}

/** Heads as one value: for each u16 chain (65,535 = every), u64 offset, head. */
export const encodeHeads = (heads: ChainHeads): Uint8Array => {
  const bytes = Buffer.alloc(heads.size * (2 + 8 + HASH_BYTES));
  let at = 0;
  for (const [name, { to, head }] of heads) {
    bytes.writeUInt16BE(chainNumber(name), at);
    bytes.writeBigUInt64BE(BigInt(to), at + 2);
    bytes.set(head, at + 10);
    at += 10 + HASH_BYTES;
  }
  return bytes;
};

export const decodeHeads = (value: Uint8Array): Map<ChainName, ChainHead> => {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const heads = new Map<ChainName, ChainHead>();
  for (let at = 0; at + 10 + HASH_BYTES <= bytes.length; at += 10 + HASH_BYTES) {
    const head = Uint8Array.from(bytes.subarray(at + 10, at + 10 + HASH_BYTES));
    heads.set(chainNamed(bytes.readUInt16BE(at)), { to: Number(bytes.readBigUInt64BE(at + 2)), head });
  }
  return heads;
};

const EVERY_CHAIN = 0xffff;

export const chainNumber = (name: ChainName): number => (name === EVERY ? EVERY_CHAIN : name);
export const chainNamed = (number: number): ChainName => (number === EVERY_CHAIN ? EVERY : number);
