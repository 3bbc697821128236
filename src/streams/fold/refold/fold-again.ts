import type { Reading } from '../../../model/reading.js';
import type { Offset } from '../../../model/record.js';
import type { Instant } from '../../../model/units.js';
import type { GiveWay } from '../../../ports/give-way.js';
import { AT } from '../../track/track-motion.js';
import { openTripId } from '../../track/track-vehicle.js';
import type { Checkpoint } from '../checkpoints.js';
import type { Cause } from '../evaluate.js';
import { BEFORE_ALL, type FoldMemory, lastOffset, newFoldMemory } from '../fold-memory.js';
import { readMemory } from '../read-memory.js';
import type { Vehicle } from '../vehicle.js';
import { MOST_CHECKPOINTS } from '../vehicle-checkpoints.js';
import type { Judging, VehicleFold } from '../vehicle-fold.js';
import { type PastBounds, pastBounds, READINGS_AT_ONCE } from './past-bounds.js';
import type { PastPage } from './past-pages.js';
import { smallestOffsetsFrom } from './past-readings.js';
import type { RefoldPace } from './refold-pace.js';
import { MARKS_KEPT_OF_MANY, type Mark } from './window.js';
import { type Outcome, WindowOutput } from './window-output.js';

/** What stepping a past again needs to know. */
export interface AgainContext {
  fold: VehicleFold;
  judgingAt(vehicle: Vehicle, offset: Offset): Judging;
  giveWay: GiveWay;
  /** Of how much is held at once; left out but in tests. */
  pastBounds?: PastBounds | undefined;
  pace: RefoldPace;
}

/** A moment to begin from, and its memory; undefined at the beginning of all. */
export interface Base extends Pick<Checkpoint, 'at' | 'next'> {
  memory: string | undefined;
  /** Readings that were folded behind it; undefined: it is not known, or all of them are at hand. */
  folded?: number;
}

/** Where checkpoints are to be taken: from a time on, with so many readings folded between the newest one before it and the base. */
export interface Checkpointing {
  since: Instant;
  folded: number;
}

const MARK_EVERY = 64;
const MARKS_KEPT = 8;

/** What came of folding a past. */
export interface FoldedAgain {
  memory: FoldMemory;
  /** Readings that were stepped. */
  folded: number;
  /** The last of them: all, or those since one of the newest moments, where they came in pages. None where nothing was to be kept. */
  tail: Tail;
  /** Those that are newer than what the vehicle shows, as folded. */
  newest: Reading[];
  poisoned: Reading[];
  outcomes: Map<string, Outcome>;
  checkpoints: (Omit<Checkpoint, 'last'> & { memory: string })[];
  /** Readings after the last of those, or after the newest checkpoint before. */
  foldedSince: number;
  /** To come back to. */
  moments: Mark[];
  lapsedTo: Instant;
}

type Pages = () => AsyncIterable<PastPage> | Iterable<PastPage>;

/**
 * Folds pages over the base, then lets pass what is due up to `lapseTo`. A reading that throws is left out, and the fold begun again.
 * @param keep which moments are kept to fold again from; undefined: none, it is done for what it says alone
 */
export const foldAgain = async (
  context: AgainContext,
  vehicle: Vehicle,
  base: Base,
  pages: Pages,
  left: readonly Reading[],
  cause: Cause,
  lapseTo: Instant,
  keep: Checkpointing | undefined,
): Promise<FoldedAgain> => {
  const { folding, poisoned } = await foldPages(context, vehicle, base, pages, left, keep);
  return { ...folding.end(cause, lapseTo), poisoned };
};

/** Folds pages over the base, and may go on. A reading that throws is left out, and the fold begun again. */
export const foldPages = async (
  context: AgainContext,
  vehicle: Vehicle,
  base: Base,
  pages: Pages,
  left: readonly Reading[],
  keep: Checkpointing | undefined,
): Promise<{ folding: FoldingAgain; poisoned: Reading[] }> => {
  const poisoned: Reading[] = [];
  for (;;) {
    const folding = new FoldingAgain(context, vehicle, base, [...left, ...poisoned], keep);
    const poison = await folding.addAll(pages());
    if (!poison) return { folding, poisoned };
    poisoned.push(poison);
  }
};

/** A fold over the base that takes page after page. */
export class FoldingAgain {
  /** Readings that were stepped. */
  folded = 0;
  private readonly memory: FoldMemory;
  private readonly output: WindowOutput;
  private readonly checkpoints: FoldedAgain['checkpoints'] = [];
  private readonly marks: Mark[] = [];
  private readonly newest: Reading[] = [];
  private tail: Tail;
  private foldedSince: number;
  private readonly baseAt: Instant;
  private marked = -MARK_EVERY;

  /**
   * @param left readings that are left out
   * @param keep see `foldAgain`
   */
  constructor(
    private readonly context: AgainContext,
    private readonly vehicle: Vehicle,
    base: Base,
    private readonly left: readonly Reading[],
    private readonly keep: Checkpointing | undefined,
  ) {
    this.baseAt = base.at;
    this.memory = base.memory === undefined ? newFoldMemory() : readMemory(base.memory);
    this.output = new WindowOutput(vehicle.id, this.memory);
    this.tail = { after: base.at, readings: [], givenUp: false };
    this.foldedSince = keep?.folded ?? 0;
  }

  /** @returns the reading that made it throw: what it has come to is of no use then */
  async addAll(pages: ReturnType<Pages>): Promise<Reading | undefined> {
    for await (const page of pages) {
      const poison = await this.add(page);
      if (poison) return poison;
    }
    return undefined;
  }

  private async add(page: PastPage): Promise<Reading | undefined> {
    const { context, memory, output, checkpoints, marks, newest, keep, vehicle } = this;
    const { fold, giveWay, pastBounds: bounds = pastBounds, pace } = context;
    const judging = (offset: Offset): Judging => context.judgingAt(vehicle, offset);
    const readings = without(page.readings, this.left);
    const nextOffsets = smallestOffsetsFrom(readings, page.behind);
    for (let i = 0; i < readings.length; i++) {
      const reading = readings[i]!;
      const no = this.folded++;
      // A flood of one device is folded again in many turns of the loop: its neighbours want theirs.
      if (no % READINGS_AT_ONCE === READINGS_AT_ONCE - 1) {
        const pause = giveWay();
        if (pause) await pause;
      }
      let told: Reading;
      try {
        told = fold.step(memory, reading, judging(reading.offset), judging, output);
      } catch {
        return reading;
      }
      if (told.at > vehicle.state.newestAt) newest.push(told);
      if (keep === undefined) continue;
      this.foldedSince++;
      // Between two readings of one time there is no moment to come back to.
      if ((i + 1 < readings.length ? readings[i + 1]!.at : page.nextAt) === reading.at) continue;
      // Those before are there, whatever the base was.
      if (reading.at >= keep.since && (output.atBorder || this.foldedSince >= pace.checkpoint)) {
        checkpoints.push({ at: reading.at, next: nextOffsets[i + 1]!, folded: this.foldedSince, memory: JSON.stringify(memory) });
        this.foldedSince = 0;
        if (checkpoints.length > MOST_CHECKPOINTS) checkpoints[1]!.folded += checkpoints.shift()!.folded;
      } else if (no - this.marked >= MARK_EVERY) {
        this.marked = no;
        marks.push({ at: reading.at, memory: JSON.stringify(memory) });
        if (marks.length > MARKS_KEPT) marks.shift();
      }
      output.atBorder = false;
    }
    if (keep === undefined) return undefined;
    const { tail } = this;
    this.tail = { ...tail, readings: tail.readings.length === 0 ? readings : tail.readings.concat(readings) };
    if (page.nextAt !== undefined) this.tail = tailOf(this.tail, this.moments(), bounds.held);
    return undefined;
  }

  private moments(): Mark[] {
    return [...this.marks, ...this.checkpoints].sort((a, b) => a.at - b.at).slice(-MARKS_KEPT);
  }

  /** Lets pass what is due up to `lapseTo`; no more pages come. */
  end(cause: Cause, lapseTo: Instant): Omit<FoldedAgain, 'poisoned'> {
    const { memory, output, keep, checkpoints, folded, tail, newest, context, vehicle } = this;
    // Of a base in which something had happened without a reading, and with no reading behind it: it comes to what any earlier base comes to.
    let lapsedTo = this.baseAt > memory.track.numbers[AT]! ? lapseTo : BEFORE_ALL;
    if (memory.due <= lapseTo) {
      const at = memory.track.numbers[AT]!;
      // As when all comes in order.
      if (keep !== undefined && at >= keep.since && this.foldedSince > 0 && openTripId(memory.track) !== null) {
        checkpoints.push({ at, next: cause.offset, folded: this.foldedSince, memory: JSON.stringify(memory) });
        this.foldedSince = 0;
      }
      context.fold.advance(memory, lapseTo, context.judgingAt(vehicle, lastOffset(memory)), cause, output);
      lapsedTo = lapseTo;
    }
    output.addOpen(memory);
    const { outcomes } = output;
    return {
      memory,
      folded,
      tail,
      newest,
      outcomes,
      checkpoints,
      foldedSince: this.foldedSince,
      moments: this.moments(),
      lapsedTo,
    };
  }
}

/** Readings, complete from a time on. */
interface Tail {
  after: Instant;
  readings: readonly Reading[];
  /** There were too many of one time, in which there is no moment to come back to: what comes late to it is read from the journal again. */
  givenUp: boolean;
}

/** What of a tail is still wanted when more comes: the readings since one of the newest moments. */
const tailOf = (tail: Tail, moments: readonly Mark[], most: number): Tail => {
  const after = Math.max(tail.after, moments.at(-MARKS_KEPT_OF_MANY)?.at ?? BEFORE_ALL);
  const readings = after > tail.after ? tail.readings.filter(({ at }) => at > after) : tail.readings;
  const last = readings.at(-1);
  if (last === undefined || readings.length <= most) return { ...tail, after, readings };
  return { after: last.at, readings: [], givenUp: true };
};

const without = (readings: readonly Reading[], left: readonly Reading[]): readonly Reading[] =>
  left.length === 0
    ? readings
    : readings.filter(reading => !left.some(bad => bad.offset === reading.offset && bad.n === reading.n));
