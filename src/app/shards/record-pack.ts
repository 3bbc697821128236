import { EVERY, type JournalRecord, type Partition, type RecordBatch } from '../../model/record.js';

const FACT = 1;
const DUP = 2;
/** Offset, flags, arrival, number of partitions; then the lengths of key, device, format, topic and body. */
const FIXED = 8 + 1 + 8 + 2 + 1 + 1 + 1 + 2 + 4;
const FIRST_SIZE = 64 * 1024;

/**
 * Records on their way to another thread, laid end to end in one piece of memory: structured clones of some thousand objects would cost more
 * than folding them. A fact for every partition stands there once, with the partitions that it is for.
 *
 * Each record: f64 offset, u8 flags (1 fact, 2 dup), f64 arrival, u16 count of partitions, u16 each; u8 + key, u8 + device, u8 + format,
 * u16 + topic, u32 + body; little-endian, UTF-8.
 */
export class RecordPack {
  private bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  private at = 0;
  private readonly shared = new Map<JournalRecord, Partition[]>();
  /** Records in it, one for every partition counted once. */
  count = 0;

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
    const memory = new ArrayBuffer(this.at);
    new Uint8Array(memory).set(this.bytes.subarray(0, this.at));
    // One large hand-over does not keep its room for ever.
    if (this.bytes.length > 64 * FIRST_SIZE) this.bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.at = 0;
    this.count = 0;
    return memory;
  }

  private write({ offset, key, header, body }: JournalRecord, p: Partition, several: readonly Partition[] | undefined): void {
    const { device, format, topic, received } = header;
    const count = several ? several.length : 1;
    // A character takes three bytes at most.
    this.room(FIXED + 2 * count + 3 * (key.length + device.length + format.length + topic.length) + body.length);
    const { bytes } = this;
    let at = bytes.writeDoubleLE(offset, this.at);
    bytes[at++] = (header.kind === 'fact' ? FACT : 0) | (header.dup ? DUP : 0);
    at = bytes.writeDoubleLE(received, at);
    at = bytes.writeUInt16LE(count, at);
    if (several) for (const one of several) at = bytes.writeUInt16LE(one, at);
    else at = bytes.writeUInt16LE(p, at);
    at = this.short(key, at);
    at = this.short(device, at);
    at = this.short(format, at);
    const length = bytes.write(topic, at + 2);
    bytes.writeUInt16LE(length, at);
    at += 2 + length;
    at = bytes.writeUInt32LE(body.length, at);
    bytes.set(body, at);
    this.at = at + body.length;
    this.count++;
  }

  private short(text: string, at: number): number {
    const length = this.bytes.write(text, at + 1);
    this.bytes[at] = length;
    return at + 1 + length;
  }

  private room(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.at + size, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

/** Reads what a `RecordPack` took, by partition, in order of offsets. Bodies are views into the memory. */
export const unpackRecords = (memory: ArrayBuffer): Map<Partition, JournalRecord[]> => {
  const bytes = Buffer.from(memory);
  const found = new Map<Partition, JournalRecord[]>();
  const mixed = new Set<JournalRecord[]>();
  const put = (p: Partition, record: JournalRecord): void => {
    const records = found.get(p);
    if (!records) found.set(p, [record]);
    else {
      // What is for every partition comes last.
      if (records[records.length - 1]!.offset > record.offset) mixed.add(records);
      records.push(record);
    }
  };
  let at = 0;
  const text = (length: number): string => {
    const end = at + length;
    const read = bytes.toString('utf8', at, end);
    at = end;
    return read;
  };
  while (at < bytes.length) {
    const offset = bytes.readDoubleLE(at);
    const flags = bytes[at + 8]!;
    const received = bytes.readDoubleLE(at + 9);
    const count = bytes.readUInt16LE(at + 17);
    const partitions = at + 19;
    at = partitions + 2 * count;
    const key = text(bytes[at++]!);
    const device = text(bytes[at++]!);
    const format = text(bytes[at++]!);
    at += 2;
    const topic = text(bytes.readUInt16LE(at - 2));
    const size = bytes.readUInt32LE(at);
    at += 4 + size;
    const record: JournalRecord = {
      offset,
      key,
      header: { kind: flags & FACT ? 'fact' : 'message', received, format, device, topic, dup: (flags & DUP) !== 0 },
      body: bytes.subarray(at - size, at),
    };
    for (let i = 0; i < count; i++) put(bytes.readUInt16LE(partitions + 2 * i), record);
  }
  for (const records of mixed) records.sort((a, b) => a.offset - b.offset);
  return found;
};
