import type { Reading } from '../../model/reading.js';
import type { JournalRecord, Offset } from '../../model/record.js';
import { type Instant, type Millis, minutes, seconds } from '../../model/units.js';
import type { Journal } from '../../ports/journal.js';
import { NEVER } from './fold-memory.js';
import { isAheadOfArrival, type NamesAt, readingsOf } from './history.js';
import { compareArrived } from './reading-order.js';

/**
 * Readings that came before their time, as a stretch of the journal and not one by one: a clock that is an hour ahead puts aside
 * thousands of a vehicle, and all of them count in the end.
 */
export interface AheadStretch {
  /** Of the first and the last record that has one of them. */
  offset: Offset;
  last: Offset;
  /** The earliest and the latest of their times. */
  at: Instant;
  to: Instant;
  count: number;
  /** They stand in the order of their times: who looks for the earliest ones need not read all. */
  ordered: boolean;
}

/** Shared: a list that gets one is made anew. */
export const NO_STRETCHES: readonly AheadStretch[] = [];

/** A device whose clock goes on, right or wrong, needs one. Beyond it two neighbours become one that is not in order. */
const MOST_STRETCHES = 16;
/** Several seconds are let go at once: each look into the journal costs as much as some readings. */
const HELD_FOR: Millis = seconds(20);
/** So much of a vehicle's time is let go at once: more would be held in memory. */
const MOST_AT_ONCE: Millis = minutes(20);
/** Records of stretches in order: not many more are needed. */
const READ_AT_ONCE = 32;
/** Of stretches that are not in order all is read each time, so the longer they are the more is let go at once: a second for so many. */
const READ_A_SECOND = 50;

/** Puts aside a reading that is ahead of its arrival. @returns the stretches with it: the newest may be changed in place */
export const withAhead = (
  stretches: readonly AheadStretch[],
  { offset, at }: Pick<Reading, 'offset' | 'at'>,
): readonly AheadStretch[] => {
  const newest = stretches[stretches.length - 1];
  if (newest !== undefined && at >= newest.to && newest.ordered) {
    newest.last = offset;
    newest.to = at;
    newest.count++;
    return stretches;
  }
  const more = [...stretches, { offset, last: offset, at, to: at, count: 1, ordered: true }];
  if (more.length > MOST_STRETCHES) joinSmallest(more);
  return more;
};

const joinSmallest = (stretches: AheadStretch[]): void => {
  let place = 1;
  const joined = (i: number): number => stretches[i - 1]!.count + stretches[i]!.count;
  for (let i = 2; i < stretches.length; i++) if (joined(i) < joined(place)) place = i;
  const [a, b] = [stretches[place - 1]!, stretches[place]!];
  stretches.splice(place - 1, 2, {
    offset: Math.min(a.offset, b.offset),
    last: Math.max(a.last, b.last),
    at: Math.min(a.at, b.at),
    to: Math.max(a.to, b.to),
    count: a.count + b.count,
    ordered: a.ordered && b.ordered && a.to <= b.at,
  });
};

/** When some of them are to be let go. */
export const aheadDue = (stretches: readonly AheadStretch[]): Instant => {
  let due = NEVER;
  for (const stretch of stretches) due = Math.min(due, dueOf(stretch));
  return due;
};

/** The time of the earliest of them. */
export const firstAhead = (stretches: readonly AheadStretch[]): Instant => {
  let first = NEVER;
  for (const { at } of stretches) first = Math.min(first, at);
  return first;
};

const dueOf = ({ at, count, ordered }: AheadStretch): Instant =>
  at + HELD_FOR + (ordered ? 0 : Math.floor(count / READ_A_SECOND) * 1_000);

/** A reading whose time has come, and where it stands. */
export interface Released {
  reading: Reading;
  record: JournalRecord;
  /** Of those behind it in the list none stands before this. */
  come: Offset;
}

/**
 * Takes those out of the stretches whose time has come, in the order in which they count; after an absence not all at once. Up to `aheadTo` readings
 * count from then on: that says it to whoever reads the journal again.
 */
export const releaseAhead = async (
  journal: Pick<Journal, 'ofVehicle'>,
  vehicle: string,
  state: { ahead: readonly AheadStretch[]; aheadTo: Instant },
  now: Instant,
  namesAt: NamesAt,
): Promise<Released[]> => {
  const released: Released[] = [];
  const left: AheadStretch[] = [];
  const upTo = state.ahead.reduce((least, { at }) => Math.min(least, at + MOST_AT_ONCE), now);
  for (const stretch of state.ahead) {
    const rest =
      stretch.at > upTo
        ? stretch
        : await readStretch(journal, vehicle, stretch, { after: state.aheadTo, upTo, namesAt }, released);
    if (rest) left.push(rest);
  }
  state.ahead = left.length === 0 ? NO_STRETCHES : left;
  state.aheadTo = Math.max(state.aheadTo, upTo);
  released.sort((a, b) => compareArrived(a.reading, b.reading));
  for (let i = released.length - 2; i >= 0; i--) {
    const { come, reading } = released[i + 1]!;
    released[i]!.come = Math.min(come, reading.offset);
  }
  return released;
};

/** @returns what is left of it */
const readStretch = async (
  journal: Pick<Journal, 'ofVehicle'>,
  vehicle: string,
  stretch: AheadStretch,
  { after, upTo, namesAt }: { after: Instant; upTo: Instant; namesAt: NamesAt },
  released: Released[],
): Promise<AheadStretch | undefined> => {
  const left: AheadStretch = { ...stretch, offset: stretch.last, at: NEVER, count: 0 };
  let taken = 0;
  for await (const batch of journal.ofVehicle(
    vehicle,
    stretch.offset,
    stretch.last,
    stretch.ordered ? READ_AT_ONCE : undefined,
  )) {
    for (const record of batch) {
      if (record.header.kind !== 'message') continue;
      for (const reading of readingsOf(record, namesAt)) {
        const { at, offset } = reading;
        if (reading.online !== undefined || !isAheadOfArrival(reading) || at <= after) continue;
        if (at <= upTo) {
          reading.received = at;
          released.push({ reading, record, come: Number.POSITIVE_INFINITY });
          taken++;
          continue;
        }
        left.count++;
        left.offset = Math.min(left.offset, offset);
        left.at = Math.min(left.at, at);
      }
      // Whatever comes now is later still, and how many there are is known.
      if (stretch.ordered && left.count > 0) return { ...left, count: Math.max(left.count, stretch.count - taken) };
    }
  }
  return left.count > 0 ? left : undefined;
};
