import type { Reading } from '../../../model/reading.js';
import type { Instant } from '../../../model/units.js';

const MARK_EVERY = 64;
const MARKS_KEPT = 12;
export const MARKS_KEPT_OF_MANY = 6;

/** A moment in the window to fold again from. */
export interface Mark {
  at: Instant;
  /** The memory after every reading up to `at`, as text. */
  memory: string;
}

/**
 * The newest readings of one vehicle, in order, while late data is about: so that each late one costs some steps, not the whole trip again.
 * Derived from the journal, complete from `after` on, and dropped whenever room is needed.
 */
export class Window {
  private marks: Mark[] = [];
  private sinceMark = 0;

  constructor(
    /** Every accepted reading later than this is here. */
    public after: Instant,
    public readings: Reading[],
  ) {}

  get size(): number {
    return this.readings.length;
  }

  /** A reading that came in order. @returns whether a mark is due after it was stepped */
  append(reading: Reading): boolean {
    this.readings.push(reading);
    return ++this.sinceMark >= MARK_EVERY;
  }

  mark(at: Instant, memory: string): void {
    this.sinceMark = 0;
    if (this.marks[this.marks.length - 1]?.at === at) this.marks.pop();
    this.marks.push({ at, memory });
    if (this.marks.length > MARKS_KEPT) {
      this.marks.shift();
      this.trimTo(this.marks[0]!.at);
    }
  }

  /** A further reading of the time of the newest mark: that one no longer says everything up to there. */
  spoil(at: Instant): void {
    if (this.marks[this.marks.length - 1]?.at === at) this.marks.pop();
  }

  /** The newest mark before `at`. */
  markBefore(at: Instant): Mark | undefined {
    for (let i = this.marks.length - 1; i >= 0; i--) if (this.marks[i]!.at < at) return this.marks[i];
    return undefined;
  }

  /** The readings later than `at`, in order. */
  since(at: Instant): Reading[] {
    let first = this.readings.length;
    while (first > 0 && this.readings[first - 1]!.at > at) first--;
    return this.readings.slice(first);
  }

  /** Forgets what is before its newest marks. */
  keepOnlyMarked(): void {
    this.marks = this.marks.slice(-MARKS_KEPT_OF_MANY);
    if (this.marks.length > 0) this.trimTo(this.marks[0]!.at);
  }

  private trimTo(at: Instant): void {
    this.readings = this.since(at);
    this.after = at;
  }
}
