import type { Offset, Partition } from '../model/record.js';
import { type Millis, minutes, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';

export interface SavePaceOptions {
  /** Without it the ticks alone say when. */
  clock?: Pick<Clock, 'now'> | undefined;
  /** Whether the fold has much to make good, as after a start. */
  farBehind(): boolean;
  /** Rows that wait for SQL are so many that a snapshot should take them to disk. */
  rowsPress(): boolean;
  /** The partitions, and up to where each is folded. */
  positions(): ReadonlyMap<Partition, Offset>;
  savedUpTo(p: Partition): Offset;
}

/**
 * Where a long tail is folded after a start, minutes of ticks go by in seconds. Saving at each half minute of theirs would take longer than the fold,
 * and spare little of it after another crash.
 */
const AT_MOST_EVERY = seconds(30);
/** Far behind every snapshot puts off what is waited for; another crash costs so much folding again. */
const FAR_BEHIND_EVERY = minutes(2);

/**
 * When partitions that are due for a snapshot by their ticks are saved by the clock. Whenever it begins to be far behind or has caught up, partitions
 * are spread over the period anew, the one that is saved least far first: so a fold that is killed again and again gets on
 * all the same, one partition after the other, and one that has caught up does not save all at the same moment.
 */
export class SavePace {
  private readonly savedAt = new Map<Partition, Millis>();
  private wasFarBehind = false;

  constructor(private readonly options: SavePaceOptions) {}

  /** Asked of a partition that is due. @returns whether it is to be saved now, which is noted */
  isTime(p: Partition): boolean {
    const { clock, farBehind, rowsPress } = this.options;
    if (!clock) return true;
    const now = clock.now();
    const isFarBehind = farBehind();
    if (isFarBehind !== this.wasFarBehind) {
      this.wasFarBehind = isFarBehind;
      this.spread(now, isFarBehind ? FAR_BEHIND_EVERY : AT_MOST_EVERY);
    }
    const since = now - (this.savedAt.get(p) ?? Number.NEGATIVE_INFINITY);
    const every = isFarBehind && !rowsPress() ? FAR_BEHIND_EVERY : AT_MOST_EVERY - seconds(1);
    // A clock that was set back must not put it off.
    if (since >= 0 && since < every) return false;
    this.savedAt.set(p, now);
    return true;
  }

  private spread(now: Millis, period: Millis): void {
    const { positions, savedUpTo } = this.options;
    const all = [...positions().keys()].sort((a, b) => savedUpTo(a) - savedUpTo(b) || a - b);
    for (const [rank, p] of all.entries()) this.savedAt.set(p, now - Math.floor(period * (1 - (rank + 1) / all.length)));
  }
}
