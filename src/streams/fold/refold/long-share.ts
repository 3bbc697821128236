import type { Instant } from '../../../model/units.js';

/** A long re-fold of one partition. */
interface UnderWay {
  /** The tick that ends it. */
  readonly until: Instant;
  /** What it found waits for that tick. */
  readonly isDone: boolean;
}

/** What both folds of a long past have found is held until it takes effect: of so many of them. */
const HELD = 2;

/**
 * Whose long re-fold of a shard's partitions goes on: one at a time, the one that is to end first. It is kept until it is done; the next one then need not wait for its end.
 * It decides how fast each goes, and nothing of when it takes effect.
 */
export class LongShare {
  private readonly underWay = new Set<UnderWay>();
  private readonly begun = new Set<UnderWay>();

  add(one: UnderWay): void {
    this.underWay.add(one);
  }

  /** It has ended, or nobody wants it any more. */
  delete(one: UnderWay): void {
    this.underWay.delete(one);
    this.begun.delete(one);
  }

  mayGoOn(one: UnderWay): boolean {
    for (const begun of this.begun) if (!begun.isDone) return begun === one;
    if (this.begun.has(one) || this.begun.size >= HELD || this.first() !== one) return false;
    this.begun.add(one);
    return true;
  }

  private first(): UnderWay | undefined {
    let first: UnderWay | undefined;
    for (const one of this.underWay)
      if (!this.begun.has(one) && one.until < (first?.until ?? Number.POSITIVE_INFINITY)) first = one;
    return first;
  }
}
