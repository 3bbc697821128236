import type { Offset } from '../model/record.js';
import type { Instant } from '../model/units.js';

/** Writes that are remembered: some seconds under load, and all that an alert may still come of. */
const WRITES = 4_096;

/** When the newest records were on disk, by write: nothing is kept of a single record. */
export class RecordedTimes {
  private readonly first = new Float64Array(WRITES);
  private readonly last = new Float64Array(WRITES);
  private readonly times = new Float64Array(WRITES);
  private next = 0;

  /** The records from `first` to `last` are on disk since `at`. */
  note(first: Offset, last: Offset, at: Instant): void {
    const slot = this.next++ % WRITES;
    this.first[slot] = first;
    this.last[slot] = last;
    this.times[slot] = at;
  }

  /** @returns undefined where that is not known any more, or was a record of another writer */
  of(offset: Offset): Instant | undefined {
    // From the newest on: what alerts come of is nearly always there.
    for (let i = this.next - 1; i >= Math.max(0, this.next - WRITES); i--) {
      const slot = i % WRITES;
      if (this.last[slot]! < offset) return undefined;
      if (this.first[slot]! <= offset) return this.times[slot];
    }
    return undefined;
  }
}
