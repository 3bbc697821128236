import { EVERY, type Offset } from '../../model/record.js';
import { type ChainName, HASH_BYTES } from '../../model/record-chain.js';

export interface ChainHead {
  to: Offset;
  head: Uint8Array;
}

export type ChainHeads = ReadonlyMap<ChainName, ChainHead>;

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
