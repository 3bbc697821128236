import type { JournalRecord, Partition } from '../../model/record.js';
import { PACKED, ROW } from './record-pack.js';

interface Texts {
  key: string;
  device: string;
  format: string;
  topic: string;
}

/** Reads what a `RecordPack` took, each of its pieces in turn: what has a number once may be named by it in any later one. */
export class RecordUnpacker {
  private numbered: Texts[] = [];

  /** @returns by partition, in order of offsets; bodies are views into the memory */
  unpack(memory: ArrayBuffer): Map<Partition, JournalRecord[]> {
    const count = new Float64Array(memory, 0, 1)[0]!;
    const rows = new Float64Array(memory, 8, count * ROW);
    const bytes = Buffer.from(memory);
    const found = new Map<Partition, JournalRecord[]>();
    const mixed = new Set<JournalRecord[]>();
    let at = 8 + rows.byteLength;
    const text = (length: number): string => {
      at += length;
      return bytes.toString('utf8', at - length, at);
    };
    const texts = (): Texts => {
      const key = text(bytes[at++]!);
      const device = text(bytes[at++]!);
      const format = text(bytes[at++]!);
      at += 2;
      return { key, device, format, topic: text(bytes.readUInt16LE(at - 2)) };
    };
    const put = (p: Partition, record: JournalRecord): void => {
      const records = found.get(p);
      if (!records) found.set(p, [record]);
      else {
        // What is for every partition comes last.
        if (records[records.length - 1]!.offset > record.offset) mixed.add(records);
        records.push(record);
      }
    };
    for (let row = 0; row < rows.length; row += ROW) {
      const flags = rows[row + 2]!;
      const several = flags & PACKED.several ? rows[row + 3]! : 0;
      const partitions = at;
      at += 2 * several;
      const { key, device, format, topic } =
        flags & PACKED.texts ? this.told(texts(), flags, rows[row + 4]!) : this.numbered[rows[row + 4]!]!;
      at += rows[row + 5]!;
      const record: JournalRecord = {
        offset: rows[row]!,
        key,
        header: {
          kind: flags & PACKED.fact ? 'fact' : 'message',
          received: rows[row + 1]!,
          format,
          device,
          topic,
          dup: (flags & PACKED.dup) !== 0,
        },
        body: bytes.subarray(at - rows[row + 5]!, at),
      };
      if (several === 0) put(rows[row + 3]!, record);
      for (let i = 0; i < several; i++) put(bytes.readUInt16LE(partitions + 2 * i), record);
    }
    for (const records of mixed) records.sort((a, b) => a.offset - b.offset);
    return found;
  }

  private told(texts: Texts, flags: number, no: number): Texts {
    if (flags & PACKED.numbered) {
      // All are told anew.
      if (no === 0) this.numbered = [];
      this.numbered[no] = texts;
    }
    return texts;
  }
}
