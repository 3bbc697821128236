import type { Level } from 'level';
import type { Offset, RecordKey } from '../../model/record.js';
import { OffsetList } from './offset-list.js';

type Db = Level<Uint8Array, Uint8Array>;
type Batch = ReturnType<Db['batch']>;

const ENDS = 0;
const LISTS = 1;
/** LevelDB's own bound for one fetch, 16 KiB, would be some hundred lists only. */
const BYTES_AT_ONCE = 1024 * 1024;

/**
 * The part of a segment's index that is on disk by vehicle: of each stretch of the segment one list for each vehicle that has records in it. Stretches follow each other without
 * a gap; who asks for some of the segment reads the lists of those stretches, which stand side by side.
 */
export class SpilledIndex {
  private constructor(
    private readonly db: Db,
    private readonly prefix: number,
    /** Up to which offset each stretch goes. */
    private readonly ends: Offset[],
  ) {}

  /** @param prefix the first byte of its keys */
  static async open(db: Db, prefix: number): Promise<SpilledIndex> {
    const ends = await db.values({ gte: Uint8Array.of(prefix, ENDS), lt: Uint8Array.of(prefix, ENDS + 1) }).all();
    return new SpilledIndex(
      db,
      prefix,
      ends.map(end => Number(Buffer.from(end.buffer, end.byteOffset, end.byteLength).readBigUInt64BE(0))),
    );
  }

  /** All up to here is in it. */
  get to(): Offset {
    return this.ends[this.ends.length - 1] ?? 0;
  }

  /**
   * Puts a vehicle's records of the next stretch into a batch. What is on disk of a stretch counts when its end is: killed before, the next one to be put has the same number, and
   * all of these records and more, so that no list of before stays.
   */
  put(batch: Batch, key: RecordKey, list: OffsetList): void {
    batch.put(listKey(this.prefix, key, this.ends.length), list.toBytes());
  }

  /** The last of the stretch: from here on it counts; `ended` is to be called when that is on disk. */
  putEnd(batch: Batch, to: Offset): void {
    const key = Buffer.allocUnsafe(6);
    key[0] = this.prefix;
    key[1] = ENDS;
    key.writeUInt32BE(this.ends.length, 2);
    const value = Buffer.allocUnsafe(8);
    value.writeBigUInt64BE(BigInt(to), 0);
    batch.put(key, value);
  }

  ended(to: Offset): void {
    this.ends.push(to);
  }

  /** Where a vehicle's records stand with `from` ≤ offset ≤ `to`. */
  async between(key: RecordKey, from: Offset, to: Offset): Promise<Offset[]> {
    const first = this.stretchOf(from);
    if (first === this.ends.length || to < from) return [];
    const last = Math.min(this.stretchOf(to), this.ends.length - 1);
    const lists = await this.db
      .values({
        gte: listKey(this.prefix, key, first),
        lte: listKey(this.prefix, key, last),
        highWaterMarkBytes: BYTES_AT_ONCE,
      })
      .all();
    const found: Offset[] = [];
    for (const bytes of lists) for (const offset of OffsetList.fromBytes(bytes).between(from, to)) found.push(offset);
    return found;
  }

  /** The number of the first stretch that goes up to an offset or further; that of the next one where none does. */
  private stretchOf(offset: Offset): number {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** u8 prefix, u8 1, u8 + key, u32 number of the stretch: a vehicle's lists stand side by side. */
const listKey = (prefix: number, of: RecordKey, stretch: number): Uint8Array => {
  const name = Buffer.from(of);
  const key = Buffer.allocUnsafe(3 + name.length + 4);
  key[0] = prefix;
  key[1] = LISTS;
  key[2] = name.length;
  key.set(name, 3);
  key.writeUInt32BE(stretch, 3 + name.length);
  return key;
};
