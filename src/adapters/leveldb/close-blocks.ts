import { hash } from 'node:crypto';
import { EVERY, type Offset } from '../../model/record.js';
import { CHAIN_START, type ChainName, digestOf, ENTRY_HEADER_BYTES, HASH_BYTES, headAfter } from '../../model/record-chain.js';
import type { ChainHeads } from './chain-heads.js';
import { partitionOfKey } from './partition-of-key.js';
import { formatIn, keyIn } from './record-codec.js';

/** A block as it is stored. */
export interface ClosedBlock {
  chain: ChainName;
  to: Offset;
  /** The head, then the parts. */
  value: Uint8Array;
}

interface Part {
  /** Of its newest record. */
  to: Offset;
  /** Where its records stand: from, to; again and again. */
  places: number[];
  bytes: number;
}

/** Of each chain, by whom its records are about; of facts for everybody, each is its own part but for the ticks, which are one. */
type Waiting = Map<ChainName, Map<string | Offset, Part>>;

/**
 * Closes the blocks of all chains over some records.
 * @param entries for each record u64 offset, u32 length, and the record as it is stored; in order
 * @param heads where the chains stand: records that are in a block already are left out
 */
export const closeBlocks = (entries: Buffer, heads: ChainHeads, partitions: number): ClosedBlock[] => {
  const blocks: ClosedBlock[] = [];
  for (const [chain, waiting] of gather(entries, heads, partitions)) {
    let to = 0;
    const parts: Uint8Array[] = [];
    for (const part of waiting.values()) {
      to = Math.max(to, part.to);
      parts.push(hashOf(entries, part));
    }
    parts.sort(Buffer.compare);
    const head = headAfter(heads.get(chain)?.head ?? CHAIN_START, to, digestOf(parts));
    blocks.push({ chain, to, value: Buffer.concat([head, ...parts], HASH_BYTES * (1 + parts.length)) });
  }
  return blocks;
};

const gather = (entries: Buffer, heads: ChainHeads, partitions: number): Waiting => {
  const chains: Waiting = new Map();
  for (let at = 0, end = 0; at < entries.length; at = end) {
    const offset = entries.readUInt32BE(at) * 4_294_967_296 + entries.readUInt32BE(at + 4);
    const record = at + ENTRY_HEADER_BYTES;
    end = record + entries.readUInt32BE(at + 8);
    const key = keyIn(entries, record);
    const chain: ChainName = key === EVERY ? EVERY : partitionOfKey(key, partitions);
    if (offset <= (heads.get(chain)?.to ?? 0)) continue;
    const of = key !== EVERY || formatIn(entries, record) === 'tick' ? key : offset;
    let parts = chains.get(chain);
    if (!parts) {
      parts = new Map();
      chains.set(chain, parts);
    }
    const part = parts.get(of);
    if (part) {
      part.to = offset;
      part.places.push(at, end);
      part.bytes += end - at;
    } else parts.set(of, { to: offset, places: [at, end], bytes: end - at });
  }
  return chains;
};

const hashOf = (entries: Buffer, { places, bytes }: Part): Uint8Array => {
  // With many vehicles most have one record in a block.
  if (places.length === 2) return hash('sha256', entries.subarray(places[0], places[1]), 'buffer');
  const together = Buffer.allocUnsafe(bytes);
  let filled = 0;
  for (let i = 0; i < places.length; i += 2) filled += entries.copy(together, filled, places[i], places[i + 1]);
  return hash('sha256', together, 'buffer');
};
