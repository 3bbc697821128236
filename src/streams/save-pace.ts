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
 * Partitions become due by ticks, several in the same moment: saved one after the other they would hold up alerts for as long as all of them take. What
 * was held up by one is made good before the next, also by a fold that has no more than a quarter of its time to spare.
 */
const PAUSES = 4;
const LONGEST_PAUSE = seconds(1);

/**
 * When partitions that are due for a snapshot by their ticks are saved by the clock. Whenever it begins to be far behind or has caught up, partitions
 * are spread over the period anew, the one that is saved least far first: so a fold that is killed again and again gets on
 * all the same, one partition after the other, and one that has caught up does not save all at the same moment.
 */
export class SavePace {
  private readonly savedAt = new Map<Partition, Millis>();
  /** Before this none is saved but who is due twice over. */
  private pauseUntil: Millis = 0;
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
    const last = this.savedAt.get(p);
    const since = now - (last ?? Number.NEGATIVE_INFINITY);
    const every = isFarBehind && !rowsPress() ? FAR_BEHIND_EVERY : AT_MOST_EVERY - seconds(1);
    // A clock that was set back must not put it off.
    if (since >= 0 && since < every) return false;
    if (this.isPause(now) && (last === undefined || since < 2 * AT_MOST_EVERY)) {
      // One that was never saved is due from here on.
      if (last === undefined) this.savedAt.set(p, now - every);
      return false;
    }
    this.savedAt.set(p, now);
    return true;
  }

  /**
   * The one that was said to be saved now is. What was held up meanwhile has its turn for four times as long as that took, or for its share of the
   * half minute in which all have to be saved; at the least for as long as it took.
   */
  saved(p: Partition): void {
    const { clock, positions } = this.options;
    if (!clock) return;
    const now = clock.now();
    const took = now - (this.savedAt.get(p) ?? now);
    const turn = (AT_MOST_EVERY - seconds(3)) / Math.max(1, positions().size);
    this.pauseUntil = now + Math.min(LONGEST_PAUSE, Math.max(took, Math.min(PAUSES * took, turn - took)));
  }

  /** A clock that was set back makes none longer. */
  private isPause(now: Millis): boolean {
    return now < this.pauseUntil && this.pauseUntil - now <= LONGEST_PAUSE;
  }

  private spread(now: Millis, period: Millis): void {
    const { positions, savedUpTo } = this.options;
    const all = [...positions().keys()].sort((a, b) => savedUpTo(a) - savedUpTo(b) || a - b);
    for (const [rank, p] of all.entries()) this.savedAt.set(p, now - Math.floor(period * (1 - (rank + 1) / all.length)));
  }
}
