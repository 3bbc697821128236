import type { JournalRecord, NewRecord, Offset, RecordBatch } from '../../model/record.js';

/** About what a record takes besides its body. */
const OVERHEAD = 200;

/**
 * The newest records in memory, as they were written, for owners that keep up. Bounded in bytes: the oldest go first,
 * and who wants them reads them from disk.
 */
export class Tail {
  private batches: { first: Offset; records: JournalRecord[]; bytes: number }[] = [];
  private bytes = 0;

  constructor(private readonly limit: number) {}

  push(records: readonly NewRecord[], first: Offset): void {
    if (records.length === 0) return;
    let bytes = 0;
    const stored = records.map(({ key, header, body, origin }, i) => {
      bytes += body.length + OVERHEAD;
      return { offset: first + i, key, header, body, origin };
    });
    this.batches.push({ first, records: stored, bytes });
    this.bytes += bytes;
    while (this.bytes > this.limit && this.batches.length > 1) this.bytes -= this.batches.shift()!.bytes;
  }

  /** Whoever reads has got past `offset`: what lies wholly before it need not be kept. */
  passed(offset: Offset): void {
    while (this.batches.length > 0 && this.batches[0]!.first + this.batches[0]!.records.length <= offset) {
      this.bytes -= this.batches.shift()!.bytes;
    }
  }

  /** The rest of the batch that holds `offset`; undefined when it is not here. */
  from(offset: Offset): RecordBatch | undefined {
    // From the newest back: who keeps up finds it at once.
    for (let i = this.batches.length - 1; i >= 0; i--) {
      const { first, records } = this.batches[i]!;
      if (offset < first) continue;
      return offset < first + records.length ? records.slice(offset - first) : undefined;
    }
    return undefined;
  }
}
