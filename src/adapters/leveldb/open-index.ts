import type { Level } from 'level';
import { EVERY, type Offset, type RecordKey } from '../../model/record.js';
import { FACTS, findInPiece, NO_ENTRIES, newestIn, pieceKey, pieceOf, piecesOf, readPiece, VEHICLES } from './index-piece.js';
import { OffsetList } from './offset-list.js';
import { SpilledIndex } from './spilled-index.js';

type Db = Level<Uint8Array, Uint8Array>;
type Batch = ReturnType<Db['batch']>;
type Lists = Map<RecordKey, OffsetList>;

export interface IndexSizes {
  /** A piece is written when it holds so many entries: after a crash no more than that is read again. */
  piece: number;
  /** After so many pieces what they hold leaves memory: half a million entries, some megabytes, and as many more while they do. */
  pieces: number;
  /** That takes so many further pieces: some vehicles' lists go along with each. */
  slices: number;
}

const SIZES: IndexSizes = { piece: 16_384, pieces: 32, slices: 16 };
/** Lists in a write when no more pieces come. */
const LISTS_AT_ONCE = 256;

/** Lists that are on their way to disk; they are read here until all are there. */
interface Spilling {
  lists: Lists;
  keys: readonly RecordKey[];
  /** So many are on disk. */
  done: number;
  /** So many are, when what was put last is. */
  put: number;
  /** The newest offset that is in them. */
  to: Offset;
}

/** Where each of the two prefixes of keys begins. */
export interface IndexPrefixes {
  pieces: number;
  spilled: number;
}

/**
 * Where each vehicle's records stand in the open segment. The newest of it is in memory, and in pieces on disk, written some time after the records they are about; when those
 * are many, it goes to disk by vehicle and out of memory (`SpilledIndex`), so that memory does not grow with the day. After a start only the few records behind the last piece are read;
 * who asks for a vehicle's newest past for the first time is answered from the pieces, and they are read into memory.
 */
export class OpenIndex {
  private readonly facts = new OffsetList();
  private lists: Lists = new Map();
  private spilling: Spilling | undefined;
  /** The newest offset of each piece on disk whose entries are not on disk by vehicle. */
  private readonly pieces: Offset[] = [];
  /** Entries that are in no piece yet, or came while the pieces were being read. */
  private readonly keys: RecordKey[] = [];
  private readonly offsets: Offset[] = [];
  /** So many. What stands behind them in the lists is of before: lists that grow anew for each piece would be most of what lives long here. */
  private count = 0;
  /** So many of those are in a piece already. */
  private written = 0;
  /** So many were put into a piece that is on its way to disk; undefined: none is. */
  private put: number | undefined;
  private loaded = true;
  private loading: Promise<void> | undefined;
  /** All up to here is on disk. */
  to: Offset;

  private constructor(
    private readonly db: Db,
    private readonly prefix: number,
    readonly spilled: SpilledIndex,
    private readonly sizes: IndexSizes,
  ) {
    this.to = spilled.to;
  }

  /** @param prefixes the first byte of the keys of pieces, and of what is by vehicle */
  static async open(db: Db, prefixes: IndexPrefixes, sizes = SIZES): Promise<OpenIndex> {
    const index = new OpenIndex(db, prefixes.pieces, await SpilledIndex.open(db, prefixes.spilled), sizes);
    for (const key of await db.keys(piecesOf(prefixes.pieces, VEHICLES)).all()) index.pieces.push(newestIn(key));
    const newest = index.pieces[index.pieces.length - 1];
    if (newest !== undefined) {
      index.to = newest;
      index.loaded = false;
    }
    for await (const [, value] of db.iterator(piecesOf(prefixes.pieces, FACTS)))
      readPiece(value, (_, offset) => index.facts.push(offset));
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
    return this.count - this.written >= this.sizes.piece;
  }

  /** Puts a piece into a batch, and some of what leaves memory; `wrote` is to be called when it is on disk. */
  putPiece(batch: Batch): void {
    const { keys, offsets, written, count, prefix } = this;
    const to = offsets[count - 1];
    if (count === written || to === undefined) return;
    this.put = count;
    const facts = pieceOf(keys, offsets, written, count, FACTS);
    if (facts) batch.put(pieceKey(prefix, FACTS, to), facts);
    batch.put(pieceKey(prefix, VEHICLES, to), pieceOf(keys, offsets, written, count, VEHICLES) ?? NO_ENTRIES);
    if (this.spilling) this.putLists(batch, this.spilling, Math.ceil(this.spilling.keys.length / this.sizes.slices));
    else if (this.pieces.length + 1 >= this.sizes.pieces) this.beginToSpill(to);
  }

  /** What was put into a piece last is on disk; `add` may have been called since. */
  wrote(): void {
    const newest = this.put === undefined ? undefined : this.offsets[this.put - 1];
    if (this.put === undefined || newest === undefined) return;
    this.to = newest;
    this.pieces.push(newest);
    this.written = this.put;
    this.put = undefined;
    this.wroteLists();
    if (!this.loading) this.dropWritten();
  }

  private dropWritten(): void {
    const { keys, offsets, written } = this;
    keys.copyWithin(0, written, this.count);
    offsets.copyWithin(0, written, this.count);
    this.count -= written;
    if (this.put !== undefined) this.put -= written;
    this.written = 0;
  }

  /** @param to the newest that was added: the lists have all up to it */
  private beginToSpill(to: Offset): void {
    if (!this.loaded) {
      // With one of the next pieces, then.
      this.load().catch(() => {});
      return;
    }
    const { lists } = this;
    if (lists.size === 0) return;
    this.lists = new Map();
    this.spilling = { lists, keys: [...lists.keys()], done: 0, put: 0, to };
  }

  private putLists(batch: Batch, spilling: Spilling, atMost: number): void {
    const { lists, keys, done, to } = spilling;
    spilling.put = Math.min(keys.length, done + atMost);
    for (let i = done; i < spilling.put; i++) this.spilled.put(batch, keys[i]!, lists.get(keys[i]!)!);
    if (spilling.put < keys.length) return;
    this.spilled.putEnd(batch, to);
    for (const piece of this.pieces) if (piece <= to) batch.del(pieceKey(this.prefix, VEHICLES, piece));
  }

  /** The lists that were put last are on disk. */
  private wroteLists(): void {
    const { spilling, pieces } = this;
    if (!spilling) return;
    spilling.done = spilling.put;
    if (spilling.done < spilling.keys.length) return;
    this.spilled.ended(spilling.to);
    this.spilling = undefined;
    pieces.splice(0, pieces.findLastIndex(piece => piece <= spilling.to) + 1);
  }

  /** Where a vehicle's records stand with `from` ≤ offset ≤ `to`. */
  async between(key: RecordKey, from: Offset, to: Offset): Promise<Offset[]> {
    if (key === EVERY) return this.facts.between(from, to);
    if (to > this.spilled.to && !this.loaded) {
      const found = await this.findInPieces(key, from, to);
      // The next ones find it in memory.
      this.load().catch(() => {});
      return found;
    }
    // All in one turn: lists may leave memory while others are read.
    const newest = [this.spilling?.lists.get(key), this.lists.get(key)];
    const found = await this.spilled.between(key, from, to);
    for (const list of newest) for (const offset of list?.between(from, to) ?? []) found.push(offset);
    return found;
  }

  /** A vehicle's, while the pieces are not in memory: to look through them takes some hundredths of what it takes to read them. */
  private async findInPieces(key: RecordKey, from: Offset, to: Offset): Promise<Offset[]> {
    // All in one turn, as above.
    const newest = this.offsets.slice(0, this.count).filter((_, i) => this.keys[i] === key);
    const pieces = this.db.iterator(piecesOf(this.prefix, VEHICLES));
    const found = await this.spilled.between(key, from, to);
    let newestFound = 0;
    const take = (offset: Offset): void => {
      newestFound = offset;
      if (offset >= from && offset <= to) found.push(offset);
    };
    for await (const [, value] of pieces) findInPiece(value, key, take);
    const last = newestFound;
    for (const offset of newest) if (offset > last) take(offset);
    return found;
  }

  /** Facts for everybody. */
  ofFacts(): OffsetList {
    return this.facts;
  }

  /**
   * No more comes: all that is in memory goes to disk by vehicle, some vehicles at a time. May be asked again where it failed.
   * @param isGone asked between some vehicles and the next: nobody needs it any more
   */
  async spillAll(isGone: () => boolean): Promise<void> {
    await this.load();
    // Facts are found by their pieces until all is done.
    const rest = this.db.batch();
    this.putPiece(rest);
    await rest.write({ sync: false });
    this.wrote();
    while (!isGone()) {
      if (!this.spilling) {
        if (this.lists.size === 0) return;
        this.beginToSpill(this.to);
      }
      const some = this.db.batch();
      this.putLists(some, this.spilling!, LISTS_AT_ONCE);
      await some.write({ sync: false });
      this.wroteLists();
    }
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
    for await (const [key, value] of this.db.iterator(piecesOf(this.prefix, VEHICLES))) {
      readPiece(value, (vehicle, offset) => this.enter(vehicle, offset));
      to = newestIn(key);
    }
    for (let i = 0; i < this.count; i++)
      if (this.offsets[i]! > to && this.keys[i] !== EVERY) this.enter(this.keys[i]!, this.offsets[i]!);
    this.loaded = true;
    this.dropWritten();
  }
}
