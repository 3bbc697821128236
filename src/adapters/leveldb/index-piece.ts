import { EVERY, type Offset, type RecordKey } from '../../model/record.js';
import { DIFFERENCE_BYTES, OffsetList, putDifference } from './offset-list.js';

/** What a piece of the index is about. */
export const FACTS = 0;
export const VEHICLES = 1;

/** u8 prefix, u8 facts or vehicles, u64 newest offset. */
export const pieceKey = (prefix: number, kind: number, to: Offset): Uint8Array => {
  const key = Buffer.allocUnsafe(10);
  key[0] = prefix;
  key[1] = kind;
  key.writeBigUInt64BE(BigInt(to), 2);
  return key;
};

export const piecesOf = (prefix: number, kind: number) => ({
  gte: Uint8Array.of(prefix, kind),
  lt: Uint8Array.of(prefix, kind + 1),
});
export const newestIn = (key: Uint8Array): Offset =>
  Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(2));

/** A piece with no entries. */
export const NO_ENTRIES = Buffer.alloc(8);

/** What a piece is made in, as large as the largest yet. It is copied when it is put into a batch. */
let bench = Buffer.alloc(0);

/**
 * The entries from one place in the lists to another, of facts or of vehicles.
 * @returns u64 least offset, then for each key u8 length, key, u32 length, and its offsets less the least as a list; it stands there until the next piece is
 *   made. undefined where there are none
 */
export const pieceOf = (
  keys: readonly RecordKey[],
  offsets: readonly Offset[],
  from: number,
  to: number,
  kind: number,
): Uint8Array | undefined => {
  // Entries of a key hang on each other: by the number of the entry, that of the next one and 1; and of each key its first and newest.
  const next = new Int32Array(to - from);
  const places = new Map<RecordKey, { first: number; newest: number }>();
  let most = 8;
  for (let i = from; i < to; i++) {
    const key = keys[i]!;
    if ((key === EVERY) !== (kind === FACTS)) continue;
    most += DIFFERENCE_BYTES;
    const place = places.get(key);
    if (place) {
      next[place.newest - from] = i + 1;
      place.newest = i;
    } else {
      places.set(key, { first: i, newest: i });
      most += 1 + 3 * key.length + 4;
    }
  }
  const [earliest] = places.values();
  if (!earliest) return undefined;
  const least = offsets[earliest.first]!;
  if (most > bench.length) bench = Buffer.allocUnsafeSlow(most);
  bench.writeBigUInt64BE(BigInt(least), 0);
  let at = 8;
  for (const [key, { first }] of places) {
    const name = bench.write(key, at + 1);
    bench[at] = name;
    const lengthAt = at + 1 + name;
    at = lengthAt + 4;
    let last = 0;
    for (let i = first; ; i = next[i - from]! - 1) {
      const offset = offsets[i]! - least;
      at = putDifference(bench, at, offset - last);
      last = offset;
      if (next[i - from] === 0) break;
    }
    bench.writeUInt32BE(at - lengthAt - 4, lengthAt);
  }
  return bench.subarray(0, at);
};

export const readPiece = (value: Uint8Array, take: (key: RecordKey, offset: Offset) => void): void => {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const least = Number(bytes.readBigUInt64BE(0));
  for (let at = 8; at < bytes.length; ) {
    const end = at + 1 + bytes[at]!;
    const key = bytes.toString('utf8', at + 1, end);
    at = end + 4 + bytes.readUInt32BE(end);
    for (const offset of OffsetList.fromBytes(bytes.subarray(end + 4, at)).between(0, Number.MAX_SAFE_INTEGER))
      take(key, least + offset);
  }
};

/** Calls `take` with the offsets of one key alone. */
export const findInPiece = (value: Uint8Array, key: RecordKey, take: (offset: Offset) => void): void => {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const name = Buffer.from(key);
  const least = Number(bytes.readBigUInt64BE(0));
  for (let at = 8; at < bytes.length; ) {
    const end = at + 1 + bytes[at]!;
    const next = end + 4 + bytes.readUInt32BE(end);
    // Where names differ they do so at their ends, mostly.
    if (bytes[at] === name.length && bytes[end - 1] === name[name.length - 1] && name.compare(bytes, at + 1, end) === 0) {
      for (const offset of OffsetList.fromBytes(bytes.subarray(end + 4, next)).between(0, Number.MAX_SAFE_INTEGER))
        take(least + offset);
      return;
    }
    at = next;
  }
};
