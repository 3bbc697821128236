import type { Instant } from '../../model/units.js';

/** Deadlines by time, the earliest first: a binary heap, so that a tick looks at what is due and at nothing else. */
export class DeadlineHeap<T> {
  private readonly entries: { due: Instant; what: T }[] = [];

  get size(): number {
    return this.entries.length;
  }

  push(due: Instant, what: T): void {
    const { entries } = this;
    entries.push({ due, what });
    let at = entries.length - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (entries[above]!.due <= entries[at]!.due) break;
      this.swap(at, above);
      at = above;
    }
  }

  /** Takes the earliest out if it is due. */
  popDue(now: Instant): T | undefined {
    const { entries } = this;
    const first = entries[0];
    if (!first || first.due > now) return undefined;
    const last = entries.pop()!;
    if (entries.length > 0) {
      entries[0] = last;
      this.sink();
    }
    return first.what;
  }

  private sink(): void {
    const { entries } = this;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < entries.length && entries[left]!.due < entries[least]!.due) least = left;
      if (right < entries.length && entries[right]!.due < entries[least]!.due) least = right;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    const kept = this.entries[a]!;
    this.entries[a] = this.entries[b]!;
    this.entries[b] = kept;
  }
}
