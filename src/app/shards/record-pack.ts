import { EVERY, type JournalRecord, type Partition, type RecordBatch } from '../../model/record.js';

/** What is said of a record. */
export const PACKED = {
  fact: 1,
  dup: 2,
  /** Its texts stand before its body … */
  texts: 4,
  /** … and are to be known by its number from now on. */
  numbered: 8,
  /** It is for several partitions, whose numbers stand before its texts. */
  several: 16,
};
/** Of a record: offset, arrival, flags, partition or how many, number of its texts, bytes of its body. */
export const ROW = 6;
const FIRST_ROWS = 512;
const FIRST_BYTES = 64 * 1024;
const LARGEST_KEPT = 64;
/** So many texts have a number at once; then all are told again. */
const MOST_NUMBERED = 65_536;

/**
 * Records on their way to another thread, laid end to end in one piece of memory: structured clones of some thousand objects would cost more
 * than folding them. Texts that messages have in common (`RecordOrigin`) go over once and have a number from then on. A fact for every partition stands
 * there once, with the partitions that it is for.
 *
 *     f64 how many · for each record 6 × f64: offset · arrival · flags · partition, or how many · number of its texts, 0: all before are forgotten · bytes of the body
 *     for each record: u16 each partition · u8 + key, u8 + device, u8 + format, u16 + topic (UTF-8) · body; the first two where its flags (`PACKED`) say so
 */
export class RecordPack {
  private rows = new Float64Array(FIRST_ROWS * ROW);
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private at = 0;
  private readonly shared = new Map<JournalRecord, Partition[]>();
  /** Origins that are counted by this one have a number on the other side. */
  private counting = {};
  private nextNo = 0;
  /** Records in it, one for every partition counted once. */
  count = 0;

  constructor(private readonly mostNumbered = MOST_NUMBERED) {}

  add(p: Partition, records: RecordBatch): void {
    for (const record of records) {
      if (record.key === EVERY) this.share(p, record);
      else this.write(record, p, undefined);
    }
  }

  private share(p: Partition, record: JournalRecord): void {
    const partitions = this.shared.get(record);
    if (partitions) partitions.push(p);
    else this.shared.set(record, [p]);
  }

  /** @returns what was added, in memory of its own; the pack is empty then */
  take(): ArrayBuffer {
    for (const [record, partitions] of this.shared) this.write(record, 0, partitions);
    this.shared.clear();
    const rows = this.rows.subarray(0, this.count * ROW);
    const memory = new ArrayBuffer(8 + rows.byteLength + this.at);
    new Float64Array(memory, 0, 1)[0] = this.count;
    new Float64Array(memory, 8, rows.length).set(rows);
    new Uint8Array(memory, 8 + rows.byteLength).set(this.bytes.subarray(0, this.at));
    // One large hand-over does not keep its room for ever.
    if (this.rows.length > LARGEST_KEPT * FIRST_ROWS * ROW) this.rows = new Float64Array(FIRST_ROWS * ROW);
    if (this.bytes.length > LARGEST_KEPT * FIRST_BYTES) this.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.at = 0;
    this.count = 0;
    return memory;
  }

  private write(record: JournalRecord, p: Partition, several: readonly Partition[] | undefined): void {
    const { offset, header, body, origin } = record;
    let flags = (header.kind === 'fact' ? PACKED.fact : 0) | (header.dup ? PACKED.dup : 0);
    this.room(body.length);
    if (several) {
      flags |= PACKED.several;
      this.room(2 * several.length + body.length);
      for (const one of several) this.at = this.bytes.writeUInt16LE(one, this.at);
    }
    let no = -1;
    if (origin === undefined) flags |= PACKED.texts;
    else {
      if (origin.countedBy !== this.counting) {
        flags |= PACKED.texts | PACKED.numbered;
        if (this.nextNo === this.mostNumbered) {
          this.counting = {};
          this.nextNo = 0;
        }
        origin.countedBy = this.counting;
        origin.no = this.nextNo++;
      }
      no = origin.no;
    }
    if (flags & PACKED.texts) this.texts(record);
    this.bytes.set(body, this.at);
    this.at += body.length;
    const { rows } = this;
    const row = this.count++ * ROW;
    rows[row] = offset;
    rows[row + 1] = header.received;
    rows[row + 2] = flags;
    rows[row + 3] = several ? several.length : p;
    rows[row + 4] = no;
    rows[row + 5] = body.length;
  }

  private texts({ key, header, body }: JournalRecord): void {
    const { device, format, topic } = header;
    // A character takes three bytes at most.
    this.room(5 + 3 * (key.length + device.length + format.length + topic.length) + body.length);
    this.short(key);
    this.short(device);
    this.short(format);
    const length = this.bytes.write(topic, this.at + 2);
    this.bytes.writeUInt16LE(length, this.at);
    this.at += 2 + length;
  }

  private short(text: string): void {
    const length = this.bytes.write(text, this.at + 1);
    this.bytes[this.at] = length;
    this.at += 1 + length;
  }

  /** For one more record, and so many bytes. */
  private room(size: number): void {
    if ((this.count + 1) * ROW > this.rows.length) {
      const more = new Float64Array(this.rows.length * 2);
      more.set(this.rows);
      this.rows = more;
    }
    if (this.at + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.at + size, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}
