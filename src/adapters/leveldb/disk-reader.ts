import type { Offset, RecordBatch } from '../../model/record.js';
import type { Segment } from './segment.js';

/**
 * Records of one hand-over, all of whose alerts are on disk before the next: an owner that is behind waits seldom for the disk, and takes the records of
 * a vehicle's partition in longer runs.
 */
const FOLDED_AT_ONCE = 2_048;

/** Reads on from where it stopped, over the borders of segments: one that is behind opens an iterator once, not for each batch. */
export class DiskReader {
  private reading: AsyncGenerator<RecordBatch, void> | undefined;
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
      this.reading = segment.read(Math.max(from, segment.first), FOLDED_AT_ONCE);
      const batch = await this.take(this.reading, end);
      if (batch) return batch;
      await this.stop();
    }
    return undefined;
  }

  private async take(reading: AsyncGenerator<RecordBatch, void>, end: Offset): Promise<RecordBatch | undefined> {
    const { value } = await reading.next();
    const batch = value?.filter(({ offset }) => offset < end);
    const last = batch?.[batch.length - 1];
    if (!last) return undefined;
    this.position = last.offset + 1;
    // The iterator is past what was cut off: the next one begins there again.
    if (batch.length < value!.length) await this.stop();
    return batch;
  }

  async stop(): Promise<void> {
    const { reading } = this;
    this.reading = undefined;
    await reading?.return();
  }
}
