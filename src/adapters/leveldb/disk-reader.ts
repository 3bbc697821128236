import type { JournalRecord, Offset, RecordBatch } from '../../model/record.js';
import type { Segment } from './segment.js';

/**
 * Records of one hand-over, all of whose alerts are on disk before the next. An owner that is far behind takes more at once: it waits seldomer for the disk,
 * and threads that fold them seldomer for each other; but never more than a quarter of what there is, so that one that has nearly caught up
 * hears soon of what is new.
 */
const LEAST_AT_ONCE = 2_048;
const MOST_AT_ONCE = 16_384;
/**
 * One fetch. What is still here when young objects are collected a second time becomes old, and is freed only with all that is old: larger hand-overs
 * filled the memory outside of the heap with bodies that had long been folded, and V8 marked the whole heap because of them.
 */
const MOST_BYTES = 2 * 1024 * 1024;

type Reading = AsyncGenerator<RecordBatch, void>;

/**
 * Reads on from where it stopped, over the borders of segments: one that is behind opens an iterator once, not for each batch. What comes next is read and
 * decoded while the owner has what came last.
 */
export class DiskReader {
  private reading: Reading | undefined;
  private ahead: Promise<RecordBatch> | undefined;
  private position: Offset = 0;

  constructor(private readonly segments: () => readonly Segment[]) {}

  /** The next records from `from` on, none of them at or after `end`; undefined when there are none. */
  async next(from: Offset, end: Offset): Promise<RecordBatch | undefined> {
    if (from !== this.position) await this.stop();
    if (this.reading) {
      const batch = await this.take(this.reading, end);
      if (batch) return batch;
      await this.stop();
    }
    for (const segment of this.segments()) {
      if (segment.next <= from) continue;
      this.reading = segment.read(Math.max(from, segment.first), LEAST_AT_ONCE);
      const batch = await this.take(this.reading, end);
      if (batch) return batch;
      await this.stop();
    }
    return undefined;
  }

  /** Begins to read what `next` will be asked for. */
  lookAhead(end: Offset): void {
    if (!this.reading || this.ahead) return;
    this.ahead = gather(this.reading, Math.min(MOST_AT_ONCE, (end - this.position) / 4));
    this.ahead.catch(() => {}); // heard when it is asked for, if it still is
  }

  private async take(reading: Reading, end: Offset): Promise<RecordBatch | undefined> {
    const found = await (this.ahead ?? gather(reading, LEAST_AT_ONCE));
    this.ahead = undefined;
    const batch = found.length > 0 && found[found.length - 1]!.offset >= end ? found.filter(({ offset }) => offset < end) : found;
    const last = batch[batch.length - 1];
    if (!last) return undefined;
    this.position = last.offset + 1;
    // The iterator is past what was cut off: the next one begins there again.
    if (batch.length < found.length) await this.stop();
    return batch;
  }

  async stop(): Promise<void> {
    const { reading, ahead } = this;
    this.reading = undefined;
    this.ahead = undefined;
    await ahead?.catch(() => {});
    await reading?.return();
  }
}

/** Some thousand records at a time, each in a turn of its own. @returns none where there are no more */
const gather = async (reading: Reading, atLeast: number): Promise<RecordBatch> => {
  const records: JournalRecord[] = [];
  let bytes = 0;
  do {
    const { value } = await reading.next();
    if (!value) break;
    for (const record of value) {
      records.push(record);
      bytes += record.body.length;
    }
  } while (records.length < atLeast && bytes < MOST_BYTES);
  return records;
};
