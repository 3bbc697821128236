import type { Reading } from '../../../model/reading.js';
import type { Offset } from '../../../model/record.js';
import type { Instant } from '../../../model/units.js';
import { compareKeys, compareReadings, sortReadings, uniqueSorted } from '../reading-order.js';
import type { PastBlock } from './past-blocks.js';
import type { PastBounds } from './past-bounds.js';

/** Some of a past, in order. */
export interface PastPage {
  /** Each event once. */
  readings: readonly Reading[];
  /** Time of the reading that comes next; undefined behind the last. */
  nextAt: Instant | undefined;
  /** No reading that comes next stands before this offset. */
  behind: Offset;
}

/**
 * A past that is too long to be held, in order, page by page: for each page those blocks are read that may have something of it, and the earliest are kept.
 * Where readings came nearly in order each block is read once or twice; where they came in none at all, all of them for each page.
 */
export class PastPages {
  /** The most readings that were in memory at once, with the page before. */
  mostHeld = 0;
  /** Of the page that was given out last. */
  private given = 0;

  /**
   * @param blocks by the earliest that is in them
   * @param read calls `visit` with all that count in some records; `after`: the newest time before them
   * @param end behind all of it
   */
  constructor(
    private readonly blocks: readonly PastBlock[],
    readonly read: (some: { from: Offset; to: Offset; after: Instant }, visit: (reading: Reading) => void) => Promise<void>,
    private readonly end: Offset,
    private readonly bounds: PastBounds,
  ) {}

  async *all(): AsyncGenerator<PastPage, void> {
    let last: Reading | undefined;
    this.given = 0;
    for (;;) {
      const page = await this.pageAfter(last);
      last = page.readings[page.readings.length - 1];
      yield page;
      if (page.nextAt === undefined) return;
    }
  }

  private async pageAfter(last: Reading | undefined): Promise<PastPage> {
    const { blocks } = this;
    const earliest = new Earliest(this.bounds.page, last);
    let place = 0;
    while (place < blocks.length) {
      const first = blocks[place]!;
      if (isPast(first, last)) {
        place++;
        continue;
      }
      if (earliest.isLater(first)) break;
      // Neighbours in the journal are read in one go, as many as are still wanted.
      const wanted = earliest.wanted();
      let run = first;
      let count = first.count;
      for (place++; place < blocks.length && count < wanted; place++) {
        const next = blocks[place]!;
        if (next.no !== run.no + 1 || isPast(next, last) || earliest.isLater(next)) break;
        count += next.count;
        run = next;
      }
      await this.read({ from: first.from, to: run.to, after: first.newest }, earliest.add);
    }
    const page = earliest.page(this.end, blocks.slice(place));
    this.mostHeld = Math.max(this.mostHeld, this.given + earliest.most);
    this.given = page.readings.length;
    return page;
  }
}

/** All that is in it is folded. Of one place in the order there may be more in it, which only their content tells apart. */
const isPast = ({ most }: PastBlock, last: Reading | undefined): boolean => last !== undefined && compareKeys(most, last) < 0;

/** The earliest readings after one, of many that come in any order. One more than are on a page, for what comes behind it. */
class Earliest {
  /** The most that were held. */
  most = 0;
  private readings: Reading[] = [];
  /** What is after this is on a later page. */
  private cut: Reading | undefined;
  /** The smallest offset of what is. */
  private behind: Offset = Number.POSITIVE_INFINITY;

  constructor(
    private readonly size: number,
    private readonly last: Reading | undefined,
  ) {}

  readonly add = (reading: Reading): void => {
    const { last, cut, readings } = this;
    if (last !== undefined && compareReadings(reading, last) <= 0) return;
    if (cut !== undefined && compareReadings(reading, cut) > 0) {
      this.behind = Math.min(this.behind, reading.offset);
      return;
    }
    readings.push(reading);
    if (readings.length > 2 * this.size) this.trim();
  };

  /** How many are lacking; 1 where there are enough and some of them may not be the earliest. */
  wanted(): number {
    return Math.max(1, this.size + 1 - this.readings.length);
  }

  /** Nothing that is in a block is on this page. */
  isLater({ least }: PastBlock): boolean {
    if (this.readings.length <= this.size) return false;
    if (this.readings.length > this.size + 1 || this.cut === undefined) this.trim();
    return this.cut !== undefined && compareKeys(least, this.cut) > 0;
  }

  /** @param unread blocks that nothing was read of */
  page(end: Offset, unread: readonly PastBlock[]): PastPage {
    this.trim();
    const next = this.readings[this.size];
    let behind = Math.min(end, this.behind, next?.offset ?? end);
    for (const { from } of unread) behind = Math.min(behind, from);
    return { readings: next ? this.readings.slice(0, this.size) : this.readings, nextAt: next?.at, behind };
  }

  private trim(): void {
    this.most = Math.max(this.most, this.readings.length);
    const sorted = uniqueSorted(sortReadings(this.readings));
    for (let i = this.size + 1; i < sorted.length; i++) this.behind = Math.min(this.behind, sorted[i]!.offset);
    if (sorted.length > this.size + 1) sorted.length = this.size + 1;
    this.readings = sorted;
    if (sorted.length > this.size) this.cut = sorted[this.size];
  }
}
