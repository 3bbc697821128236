import type { Level } from 'level';
import { EVERY, type Offset, type RecordKey } from '../../model/record.js';
import { DIFFERENCE_BYTES, OffsetList, putDifference } from './offset-list.js';

type Db = Level<Uint8Array, Uint8Array>;
type Batch = ReturnType<Db['batch']>;

const FACTS = 0;
const VEHICLES = 1;
/** A piece is written when it holds so much: after a crash no more than that is read again. */
const PIECE_ENTRIES = 16_384;

/**
 * Where each vehicle's records stand in the open segment. It is in memory, and in pieces on disk, written some time after the records they are about.
 * After a start only the few records behind the last piece are read; the pieces are read when somebody asks for a vehicle's past for the first time.
 */
export class OpenIndex {
  private readonly facts = new OffsetList();
  private lists = new Map<RecordKey, OffsetList>();
  /** Entries that are in no piece yet, or came while the pieces were being read. */
  private readonly keys: RecordKey[] = [];
  private readonly offsets: Offset[] = [];
  /** So many. What stands behind them in the lists is of before: lists that grow anew for each piece would be most of what lives long here. */
  private count = 0;
  /** So many of those are in a piece already. */
  private written = 0;
  /** So many were put into a piece that is on its way to disk. */
  private put = 0;
  private loaded: boolean;
  private loading: Promise<void> | undefined;

  private constructor(
    private readonly db: Db,
    private readonly prefix: number,
    /** All up to here is in pieces. */
    public to: Offset,
    private readonly pieceEntries: number,
  ) {
    this.loaded = to === 0;
  }

  /** @param prefix the first byte of the keys of pieces */
  static async open(db: Db, prefix: number, pieceEntries = PIECE_ENTRIES): Promise<OpenIndex> {
    const newest = await db.iterator({ ...rangeOf(prefix, VEHICLES), reverse: true, limit: 1 }).all();
    const index = new OpenIndex(db, prefix, newest[0] ? offsetOf(newest[0][0]) : 0, pieceEntries);
    for await (const [, value] of db.iterator(rangeOf(prefix, FACTS))) readPiece(value, (_, offset) => index.facts.push(offset));
    return index;
  }

  /** @param offset above all that were added */
  add(key: RecordKey, offset: Offset): void {
    this.keys[this.count] = key;
    this.offsets[this.count++] = offset;
    if (key === EVERY) this.facts.push(offset);
    else if (this.loaded) this.enter(key, offset);
  }

  private enter(key: RecordKey, offset: Offset): void {
    let list = this.lists.get(key);
    if (!list) {
      list = new OffsetList();
      this.lists.set(key, list);
    }
    list.push(offset);
  }

  isDue(): boolean {
    return this.count - this.written >= this.pieceEntries;
  }

  /** Puts a piece into a batch; `wrote` is to be called when it is on disk. */
  putPiece(batch: Batch): void {
    const { keys, offsets, written } = this;
    this.put = this.count;
    const to = offsets[this.put - 1];
    if (this.put === written || to === undefined) return;
    const facts = pieceOf(keys, offsets, written, this.put, FACTS);
    if (facts) batch.put(pieceKey(this.prefix, FACTS, to), facts);
    batch.put(pieceKey(this.prefix, VEHICLES, to), pieceOf(keys, offsets, written, this.put, VEHICLES) ?? NOTHING);
  }

  /** What was put into a piece last is on disk; `add` may have been called since. */
  wrote(): void {
    const newest = this.offsets[this.put - 1];
    if (this.put === 0 || newest === undefined) return;
    this.to = newest;
    this.written = this.put;
    if (!this.loading) this.dropWritten();
  }

  private dropWritten(): void {
    const { keys, offsets, written } = this;
    keys.copyWithin(0, written, this.count);
    offsets.copyWithin(0, written, this.count);
    this.count -= written;
    this.put = Math.max(0, this.put - this.written);
    this.written = 0;
  }

  async offsetsOf(key: RecordKey): Promise<OffsetList | undefined> {
    if (key === EVERY) return this.facts;
    await this.load();
    return this.lists.get(key);
  }

  /** The whole index, by key. */
  async all(): Promise<ReadonlyMap<RecordKey, OffsetList>> {
    await this.load();
    return this.facts.length > 0 ? new Map(this.lists).set(EVERY, this.facts) : this.lists;
  }

  async delPieces(batch: Batch): Promise<void> {
    for await (const key of this.db.keys({ gte: Uint8Array.of(this.prefix), lt: Uint8Array.of(this.prefix + 1) })) batch.del(key);
  }

  private async load(): Promise<void> {
    if (this.loaded) return;
    this.loading ??= this.readPieces().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
  }

  private async readPieces(): Promise<void> {
    this.lists = new Map();
    let to = 0;
    for await (const [key, value] of this.db.iterator(rangeOf(this.prefix, VEHICLES))) {
      readPiece(value, (vehicle, offset) => this.enter(vehicle, offset));
      to = offsetOf(key);
    }
    for (let i = 0; i < this.count; i++)
      if (this.offsets[i]! > to && this.keys[i] !== EVERY) this.enter(this.keys[i]!, this.offsets[i]!);
    this.loaded = true;
    this.dropWritten();
  }
}

/** u8 prefix, u8 facts or vehicles, u64 newest offset. */
const pieceKey = (prefix: number, kind: number, to: Offset): Uint8Array => {
  const key = Buffer.allocUnsafe(10);
  key[0] = prefix;
  key[1] = kind;
  key.writeBigUInt64BE(BigInt(to), 2);
  return key;
};

const rangeOf = (prefix: number, kind: number) => ({ gte: Uint8Array.of(prefix, kind), lt: Uint8Array.of(prefix, kind + 1) });
const offsetOf = (key: Uint8Array): Offset => Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(2));

/** A piece with no entries. */
const NOTHING = Buffer.alloc(8);

/** What a piece is made in, as large as the largest yet. It is copied when it is put into a batch. */
let bench = Buffer.alloc(0);

/**
 * The entries from one place in the lists to another, of facts or of vehicles.
 * @returns u64 least offset, then for each key u8 length, key, u32 length, and its offsets less the least as a list; it stands there until the next piece is
 *   made. undefined where there are none
 */
const pieceOf = (
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

const readPiece = (value: Uint8Array, take: (key: RecordKey, offset: Offset) => void): void => {
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
