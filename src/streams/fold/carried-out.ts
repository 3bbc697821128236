import type { Offset, Partition } from '../../model/record.js';

/** How far the effects of each partition have been carried out, and who waits for one to get somewhere. */
export class CarriedOut {
  private readonly newest = new Map<Partition, Offset>();
  private readonly waiting = new Map<Partition, { offset: Offset; resolve: () => void }[]>();

  /** Everything before `next` is in the state that was loaded. */
  assigned(p: Partition, next: Offset): void {
    this.newest.set(p, next - 1);
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

  reached(p: Partition, offset: Offset): Promise<void> {
    if ((this.newest.get(p) ?? -1) >= offset) return Promise.resolve();
    return new Promise(resolve => {
      const waiting = this.waiting.get(p);
      if (waiting) waiting.push({ offset, resolve });
      else this.waiting.set(p, [{ offset, resolve }]);
    });
  }
}
