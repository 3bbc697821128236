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

interface Part {
  offsets: Offset[];
  values: Uint8Array[];
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
  private scratch = Buffer.allocUnsafe(64 * 1024);
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
    let part = parts.get(of);
    if (!part) {
      part = { offsets: [], values: [], bytes: 0 };
      parts.set(of, part);
    }
    part.offsets.push(offset);
    part.values.push(value);
    part.bytes += ENTRY_HEADER_BYTES + value.length;
    if (this.bytes === 0) this.since = header.received;
    this.bytes += ENTRY_HEADER_BYTES + value.length;
    this.newest = header.received;
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
        to = Math.max(to, part.offsets[part.offsets.length - 1]!);
        parts.push(this.hashOf(part));
      }
      parts.sort(Buffer.compare);
      const head = headAfter(this.last.get(chain)?.head ?? CHAIN_START, to, digestOf(parts));
      this.last.set(chain, { to, head });
      blocks.push({ chain, to, head, parts });
    }
    this.waiting.clear();
    this.bytes = 0;
    this.asked = false;
    return blocks;
  }

  heads(): ChainHeads {
    return this.last;
  }

  private hashOf({ offsets, values, bytes }: Part): Uint8Array {
    if (bytes > this.scratch.length) this.scratch = Buffer.allocUnsafe(bytes * 2);
    let at = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      putEntryHeader(this.scratch, at, offsets[i]!, value.length);
      this.scratch.set(value, at + ENTRY_HEADER_BYTES);
      at += ENTRY_HEADER_BYTES + value.length;
    }
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
