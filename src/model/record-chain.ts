import { createHash } from 'node:crypto';
import type { Offset, Partition } from './record.js';

/**
 * The hash chain of a partition. Its records are taken together in blocks, in order. Of each block:
 *   part   = SHA-256 over the block's records of one vehicle: for each u64 offset, u32 length, bytes as recorded
 *   digest = SHA-256 over all parts, sorted as bytes
 *   head   = SHA-256 over the head before, u64 offset of the block's last record, digest
 * So whoever has one vehicle's records and the other parts can compute every head, and learns nothing of the others but how many they were.
 */

/** A partition's chain, or that of the records for every partition. */
export type ChainName = Partition | '*';

export interface ChainBlock {
  /** The block holds the records of its chain after the block before, up to this offset. */
  to: Offset;
  head: Uint8Array;
  /** Sorted. */
  parts: Uint8Array[];
}

export const HASH_BYTES = 32;
/** Before the first block. */
export const CHAIN_START: Uint8Array = new Uint8Array(HASH_BYTES);

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** What stands before each record where it is hashed. */
export const ENTRY_HEADER_BYTES = 12;

/** Writes offset and length of a record into `target`. */
export const putEntryHeader = (target: Buffer, at: number, offset: Offset, length: number): void => {
  // By halves: a BigInt for each record costs as much as its hash.
  target.writeUInt32BE(Math.floor(offset / 4_294_967_296), at);
  target.writeUInt32BE(offset % 4_294_967_296, at + 4);
  target.writeUInt32BE(length, at + 8);
};

/** @param records of one vehicle in one block, in order, as recorded */
export const partOf = (records: readonly { offset: Offset; value: Uint8Array }[]): Buffer => {
  const bytes = Buffer.allocUnsafe(records.reduce((sum, { value }) => sum + ENTRY_HEADER_BYTES + value.length, 0));
  let at = 0;
  for (const { offset, value } of records) {
    putEntryHeader(bytes, at, offset, value.length);
    bytes.set(value, at + ENTRY_HEADER_BYTES);
    at += ENTRY_HEADER_BYTES + value.length;
  }
  return sha256(bytes);
};

export const digestOf = (parts: readonly Uint8Array[]): Buffer => sha256(Buffer.concat([...parts].sort(Buffer.compare)));

export const headAfter = (before: Uint8Array, to: Offset, digest: Uint8Array): Buffer => {
  const place = Buffer.allocUnsafe(8);
  place.writeUInt32BE(Math.floor(to / 4_294_967_296), 0);
  place.writeUInt32BE(to % 4_294_967_296, 4);
  return sha256(Buffer.concat([before, place, digest]));
};
