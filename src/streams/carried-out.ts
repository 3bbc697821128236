import type { Offset, Partition } from '../model/record.js';

/** How far the effects of each partition have been carried out, and who waits for one to get somewhere; over the starts of the fold. */
export class CarriedOut {
  private readonly newest = new Map<Partition, Offset>();
  private readonly waiting = new Map<Partition, { offset: Offset; resolve: () => void }[]>();

  /** Partition `p` is folded from `next` on: what came of everything before it was carried out before its state was saved. */
  assigned(p: Partition, next: Offset): void {
    this.settled(p, next - 1);
  }

  /** The effects up to `offset` have been carried out: who waited for it goes on. */
  settled(p: Partition, offset: Offset): void {
    this.newest.set(p, offset);
    const waiting = this.waiting.get(p);
    if (!waiting) return;
    const left = waiting.filter(wait => wait.offset > offset);
    if (left.length > 0) this.waiting.set(p, left);
    else this.waiting.delete(p);
    for (const wait of waiting) if (wait.offset <= offset) wait.resolve();
  }

  /** Nobody folds partition `p`, and what is known of it may be older than what was carried out. Who waits goes on waiting. */
  released(p: Partition): void {
    this.newest.delete(p);
  }

  /** Resolves when partition `p` has folded `offset` and carried out what came of it. */
  reached(p: Partition, offset: Offset): Promise<void> {
    if ((this.newest.get(p) ?? -1) >= offset) return Promise.resolve();
    return new Promise(resolve => {
      const waiting = this.waiting.get(p);
      if (waiting) waiting.push({ offset, resolve });
      else this.waiting.set(p, [{ offset, resolve }]);
    });
  }
}
