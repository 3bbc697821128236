import type { Instant } from '../../model/units.js';

/**
 * Deadlines by time, the earliest first: a binary heap, so that a tick looks at what is due and at nothing else. In two lists: an object for each of them would live
 * for some seconds, which is what V8's old heap fills with.
 */
export class DeadlineHeap<T> {
  private readonly dues: Instant[] = [];
  private readonly whats: T[] = [];

  get size(): number {
    return this.dues.length;
  }

  push(due: Instant, what: T): void {
    const { dues, whats } = this;
    let at = dues.length;
    dues.push(due);
    whats.push(what);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (dues[above]! <= due) break;
      this.move(above, at);
      at = above;
    }
    dues[at] = due;
    whats[at] = what;
  }

  /** Takes the earliest out if it is due. */
  popDue(now: Instant): T | undefined {
    const { dues, whats } = this;
    if (dues.length === 0 || dues[0]! > now) return undefined;
    const first = whats[0]!;
    const due = dues.pop()!;
    const what = whats.pop()!;
    if (dues.length > 0) this.sink(due, what);
    return first;
  }

  /** Puts it where the first one was, and then as far down as it belongs. */
  private sink(due: Instant, what: T): void {
    const { dues, whats } = this;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= dues.length) break;
      const right = left + 1;
      const least = right < dues.length && dues[right]! < dues[left]! ? right : left;
      if (dues[least]! >= due) break;
      this.move(least, at);
      at = least;
    }
    dues[at] = due;
    whats[at] = what;
  }

  private move(from: number, to: number): void {
    this.dues[to] = this.dues[from]!;
    this.whats[to] = this.whats[from]!;
  }
}
