import type { Reading } from '../../../model/reading.js';
import type { Instant } from '../../../model/units.js';
import type { GiveWay } from '../../../ports/give-way.js';
import type { Cause } from '../evaluate.js';
import { isAheadOfArrival } from '../history.js';
import { sortReadings, uniqueSorted } from '../reading-order.js';
import type { Vehicle } from '../vehicle.js';
import type { FoldingLong } from '../vehicle-state.js';
import { baseBehind, requestBehind, takenByRetention } from './cut-past.js';
import { type Base, type FoldedAgain, type FoldingAgain, foldPages } from './fold-again.js';
import { pastBounds, READINGS_AT_ONCE } from './past-bounds.js';
import type { PastPage } from './past-pages.js';
import { joined, type Past, readPast } from './past-readings.js';
import { takeReassigned } from './reassigned.js';
import { type Amended, judgedThen, type RefoldContext, takeOver, waitingOf } from './refold.js';
import { takeLate } from './refold-late.js';

/** It was given up: its vehicle's past is another, or nobody folds the vehicle here any more. */
class Stopped extends Error {}

/** Lets some work go on for so many readings at a time. */
class Slices {
  private left = 0;
  private go: (() => void) | undefined;
  private stop: ((error: Stopped) => void) | undefined;
  private stopped = false;

  /** @param readings that lie between two questions for a turn */
  constructor(
    private readonly others: GiveWay,
    private readonly readings: number,
  ) {}

  readonly giveWay: GiveWay = () => {
    if (this.stopped) throw new Stopped();
    this.left -= this.readings;
    if (this.left > 0) return this.others();
    return new Promise((resolve, reject) => {
      this.go = resolve;
      this.stop = reject;
    });
  };

  grant(readings: number): void {
    this.left = readings;
    this.go?.();
    this.go = undefined;
  }

  end(): void {
    this.stopped = true;
    this.stop?.(new Stopped());
  }
}

/** Both folds up to the newest reading there was when it began, but for those of its time. */
interface Prepared {
  before: FoldingAgain;
  after: FoldingAgain;
  /** What made them throw. */
  poisoned: { before: readonly Reading[]; after: readonly Reading[] };
  /** Readings of the newest time: more of that time may have come. */
  newest: readonly Reading[];
  /** What is late and in neither the past up to there nor the folds. */
  rest: readonly Reading[];
  /** How much of what is late was new, up to there. */
  fresh: number;
  held: boolean;
}

/**
 * A re-fold of a past so long that nobody can wait for it: what stood in the journal when it began is folded beside what comes, some readings at each tick; when its time is there, what
 * came since is added, and it takes effect, as one at that tick that began and ended there would. It changes nothing before that.
 */
export class LongRefold {
  private readonly slices: Slices;
  private readonly work: Promise<Prepared | 'nothing new' | 'in one go'>;
  private failure: unknown;
  /** Of what is late that which is behind the base. */
  private wanted: readonly Reading[];
  isDone = false;

  /**
   * @param base the newest checkpoint before `since`
   * @param late the first of those that wait
   * @param since the earliest of them, and of what the changes of assignments cover that are taken in
   */
  constructor(
    private readonly context: RefoldContext,
    private readonly vehicle: Vehicle,
    private readonly again: FoldingLong,
    private base: Base,
    private readonly late: readonly Reading[],
    private since: Instant,
  ) {
    this.wanted = late;
    this.slices = new Slices(context.giveWay, READINGS_AT_ONCE);
    this.work = this.prepare({ ...context, giveWay: this.slices.giveWay });
    this.work.then(
      () => {
        this.isDone = true;
      },
      error => {
        this.failure = error;
      },
    );
  }

  /** It goes on for so many readings. @throws what went wrong with it */
  grant(readings: number): void {
    if (this.failure !== undefined) throw this.failure;
    if (!this.isDone) this.slices.grant(readings);
  }

  /** It is not wanted any more. */
  stop(): void {
    this.slices.end();
  }

  /**
   * Takes effect. Where it is not ready it is waited for.
   * @param context as it was when it began, but for whom it gives way to
   * @returns undefined where it has to be folded in one go: too much is of the newest time, retention has taken all of the past, or what came since throws
   */
  async end(cause: Cause, now: number): Promise<Amended | undefined> {
    // Also for what is folded behind it here: nothing is granted any more.
    this.slices.grant(Number.POSITIVE_INFINITY);
    const prepared = await this.work;
    if (prepared === 'in one go') return undefined;
    const { context, vehicle, again } = this;
    if (prepared === 'nothing new') return this.nothing();
    const past = await this.sinceThen(prepared, cause);
    const fresh = prepared.fresh + past.fresh.length;
    if (fresh === 0 && again.reassigned === 0) return this.nothing();
    const before = await endOf(
      prepared.before,
      joined({ pages: past.pages, fresh: prepared.newest }),
      cause,
      vehicle.state.lapsedTo,
    );
    const all = sortReadings([...prepared.newest, ...past.fresh]);
    const after = before && (await endOf(prepared.after, joined({ pages: past.pages, fresh: all }), cause, now));
    if (!before || !after) return undefined;
    this.takeAll(fresh);
    takeReassigned(vehicle.state, again.reassigned);
    const { poisoned, held } = prepared;
    return takeOver(context, vehicle, {
      base: this.base,
      since: this.since,
      before: { ...before, poisoned: [...poisoned.before] },
      after: { ...after, poisoned: [...poisoned.after] },
      fresh,
      held,
      cause,
    });
  }

  private nothing(): Amended {
    this.takeAll(0);
    return { alerts: [], rows: [], poisoned: [] };
  }

  /** What is late waits no longer. @param fresh how much of it was new */
  private takeAll(fresh: number): void {
    const { context, vehicle, late, wanted } = this;
    context.counters.add('events_too_late_total', late.length - wanted.length);
    context.counters.add('events_duplicate_total', wanted.length - fresh);
    takeLate(vehicle, late.length);
  }

  private async prepare(context: RefoldContext): Promise<Prepared | 'nothing new' | 'in one go'> {
    const { vehicle, again } = this;
    for (;;) {
      const prepared = await this.prepareFrom(context);
      if (typeof prepared !== 'number') return prepared;
      const behind = await baseBehind(context, vehicle, this.base, prepared);
      if (behind === undefined || behind.at >= again.newestAt) return 'in one go';
      this.base = behind;
      ({ since: this.since, late: this.wanted } = requestBehind({ since: this.since, late: this.wanted }, behind.at));
    }
  }

  /** @returns how many readings retention has taken of the past behind the base, where it has */
  private async prepareFrom(context: RefoldContext): Promise<Prepared | 'nothing new' | number | 'in one go'> {
    const { vehicle, again, base, late, wanted, since } = this;
    const range = {
      vehicle: vehicle.id,
      from: base.next,
      to: again.offset,
      after: base.at,
      lateness: context.lateness,
      aheadTo: again.aheadTo,
      waiting: waitingOf(vehicle, late),
    };
    const past = await readPast(context, range, wanted);
    if (past.fresh.length === 0 && again.reassigned === 0) return 'nothing new';
    const first = past.fresh.filter(({ at }) => at < again.newestAt);
    const rest = past.fresh.filter(({ at }) => at >= again.newestAt);
    const newest: Reading[] = [];
    const upTo = (pages: ReturnType<Past['pages']>, keep: boolean) => pagesBefore(pages, again, rest, keep ? newest : undefined);
    const before = await foldPages(
      context,
      vehicle,
      base,
      () => {
        newest.length = 0;
        return upTo(past.pages(), true);
      },
      [],
      undefined,
    );
    if (newest.length > (context.pastBounds ?? pastBounds).held) return 'in one go';
    const found = before.folding.folded + newest.length + before.poisoned.length;
    const taken = await takenByRetention(
      context.journal,
      base.folded === undefined ? base : { ...base, folded: again.folded },
      found,
    );
    if (taken > 0) return taken;
    const keep = { since, folded: again.folded - before.folding.folded - newest.length };
    const after = await foldPages(
      judgedThen(context, again.reassigned),
      vehicle,
      base,
      () => upTo(joined({ pages: past.pages, fresh: first }), false),
      before.poisoned,
      keep,
    );
    return {
      before: before.folding,
      after: after.folding,
      poisoned: { before: before.poisoned, after: after.poisoned },
      newest: uniqueSorted(newest),
      rest,
      fresh: first.length,
      held: past.held !== undefined,
    };
  }

  /** What the vehicle has taken in since it began, and what of the rest is new beside it. */
  private async sinceThen({ rest }: Prepared, { offset: to }: Cause): Promise<Past> {
    const { context, vehicle, again, late } = this;
    const { state } = vehicle;
    const isWaiting = waitingOf(vehicle, late);
    const range = {
      vehicle: vehicle.id,
      from: again.next,
      to,
      // Whatever was taken in since is of the newest time or later.
      after: again.newestAt - 1,
      lateness: context.lateness,
      aheadTo: state.aheadTo,
      // Of what stood there already only that has come since which was ahead of its time.
      waiting: (reading: Reading) =>
        isWaiting(reading) || (reading.offset <= again.offset && !(isAheadOfArrival(reading) && reading.at > again.aheadTo)),
    };
    return readPast(context, range, rest);
  }
}

/** Pages without what is of the newest time or later. @param newest takes that */
async function* pagesBefore(
  pages: ReturnType<Past['pages']>,
  { newestAt, next }: FoldingLong,
  rest: readonly Reading[],
  newest: Reading[] | undefined,
): AsyncGenerator<PastPage, void> {
  const behindRest = rest.reduce((least, { offset }) => Math.min(least, offset), next);
  for await (const page of pages) {
    const readings = page.readings.filter(({ at }) => at < newestAt);
    let behind = Math.min(page.behind, behindRest);
    for (let i = readings.length; i < page.readings.length; i++) {
      behind = Math.min(behind, page.readings[i]!.offset);
      newest?.push(page.readings[i]!);
    }
    // What is of the newest time comes then.
    yield { readings, nextAt: Math.min(page.nextAt ?? newestAt, newestAt), behind };
  }
}

const endOf = async (
  folding: FoldingAgain,
  pages: AsyncIterable<PastPage>,
  cause: Cause,
  lapseTo: number,
): Promise<Omit<FoldedAgain, 'poisoned'> | undefined> => {
  if (await folding.addAll(pages)) return undefined;
  return folding.end(cause, lapseTo);
};
