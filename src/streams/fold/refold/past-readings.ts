import type { VehicleId } from '../../../model/ids.js';
import type { Reading } from '../../../model/reading.js';
import type { Offset } from '../../../model/record.js';
import type { Instant, Millis } from '../../../model/units.js';
import type { GiveWay } from '../../../ports/give-way.js';
import type { Journal } from '../../../ports/journal.js';
import { comesInItsTime, type NamesAt, readingsOf } from '../history.js';
import { compareReadings, isSameEvent, placeOf, sortReadings, uniqueSorted } from '../reading-order.js';
import { PastBlocks } from './past-blocks.js';
import { type PastBounds, pastBounds, READINGS_AT_ONCE } from './past-bounds.js';
import { type PastPage, PastPages } from './past-pages.js';

/** Which readings of a vehicle count, and where they stand. */
export interface PastRange {
  vehicle: VehicleId;
  from: Offset;
  to: Offset;
  /** Event time; earlier and equal ones are not of it. */
  after: Instant;
  lateness: Millis;
  /** See `comesInItsTime`. */
  aheadTo: Instant;
  /** Those that are not to be in it yet. */
  waiting: (reading: Reading) => boolean;
}

export interface PastContext {
  journal: Pick<Journal, 'ofVehicle'>;
  namesAt: NamesAt;
  giveWay: GiveWay;
  bounds?: PastBounds | undefined;
}

/** What happened to a vehicle since some moment, to be folded as often as is asked, and what is new beside it. */
export interface Past {
  pages(): AsyncIterable<PastPage> | Iterable<PastPage>;
  /** All of it, where that is little enough. */
  held: Reading[] | undefined;
  /** Of what comes late those that are not in it yet, each event once, in order. */
  fresh: readonly Reading[];
}

/** Records of 256 KiB at most. */
const RECORDS_AT_ONCE = 128;

/** The past from what is at hand. @param known in order, each event once */
export const pastOf = (known: Reading[], late: readonly Reading[], end: Offset): Past => ({
  pages: () => [{ readings: known, nextAt: undefined, behind: end }],
  held: known,
  fresh: eachOnce(late).filter(reading => !isAmong(known, reading)),
});

/** The past from the journal: decoded once where it is little, else once to look what there is, and once more for each fold. */
export const readPast = async (context: PastContext, range: PastRange, late: readonly Reading[]): Promise<Past> => {
  const { bounds = pastBounds } = context;
  const candidates = eachOnce(late);
  const repeated = new Set<Reading>();
  const blocks = new PastBlocks(bounds);
  let held: Reading[] | undefined = [];
  const compare = (reading: Reading): void => {
    const place = placeOf(candidates, reading);
    if (isAt(candidates, place, reading)) repeated.add(candidates[place]!);
  };
  await eachReading(context, range, range, (reading, newest) => {
    blocks.add(reading, newest);
    if (held === undefined) {
      compare(reading);
      return;
    }
    held.push(reading);
    if (held.length <= bounds.held) return;
    for (const one of held) compare(one);
    held = undefined;
  });
  if (held) return pastOf(uniqueSorted(sortReadings(held)), late, range.to);
  const read: PastPages['read'] = (some, visit) => eachReading(context, range, some, visit);
  const pages = new PastPages(blocks.inOrder(), read, range.to, bounds);
  return { pages: () => pages.all(), held, fresh: candidates.filter(reading => !repeated.has(reading)) };
};

/** Pages with what is new put where it belongs. */
export async function* joined({ pages, fresh }: Pick<Past, 'pages' | 'fresh'>): AsyncGenerator<PastPage, void> {
  let place = 0;
  const smallest = smallestOffsetsFrom(fresh, Number.POSITIVE_INFINITY);
  for await (const page of pages()) {
    const begin = place;
    const last = page.nextAt === undefined ? undefined : page.readings[page.readings.length - 1];
    while (place < fresh.length && (last === undefined || compareReadings(fresh[place]!, last) < 0)) place++;
    const readings = place === begin ? page.readings : sortReadings([...page.readings, ...fresh.slice(begin, place)]);
    const nextAt = place < fresh.length ? Math.min(fresh[place]!.at, page.nextAt ?? Number.POSITIVE_INFINITY) : page.nextAt;
    yield { readings, nextAt, behind: Math.min(page.behind, smallest[place]!) };
  }
}

/** For each place the smallest offset from there on; `end` behind the last. */
export const smallestOffsetsFrom = (readings: readonly Reading[], end: Offset): Offset[] => {
  const smallest: Offset[] = new Array(readings.length + 1).fill(end);
  for (let i = readings.length - 1; i >= 0; i--) smallest[i] = Math.min(smallest[i + 1]!, readings[i]!.offset);
  return smallest;
};

/**
 * Calls `visit` with each reading of some records that counts, in order of arrival, and with the newest time before it.
 * @param some `after`: the newest time of the past before these records
 */
const eachReading = async (
  { journal, namesAt, giveWay }: PastContext,
  { vehicle, after, lateness, aheadTo, waiting }: PastRange,
  some: Pick<PastRange, 'from' | 'to' | 'after'>,
  visit: (reading: Reading, newest: Instant) => void,
): Promise<void> => {
  let newest = some.after;
  let sinceAsked = 0;
  for await (const batch of journal.ofVehicle(vehicle, some.from, some.to, RECORDS_AT_ONCE)) {
    for (const record of batch) {
      if (record.header.kind !== 'message') continue;
      const readings = readingsOf(record, namesAt);
      for (const reading of readings) {
        // A status says something of the connection; it is no reading of the vehicle's.
        if (reading.online !== undefined) continue;
        if (reading.at <= after || reading.at < newest - lateness || waiting(reading)) continue;
        if (!comesInItsTime(reading, aheadTo)) continue;
        visit(reading, newest);
        newest = Math.max(newest, reading.at);
      }
      sinceAsked += readings.length;
      if (sinceAsked < READINGS_AT_ONCE) continue;
      sinceAsked = 0;
      const pause = giveWay();
      if (pause) await pause;
    }
  }
};

const eachOnce = (late: readonly Reading[]): Reading[] => uniqueSorted(sortReadings([...late]));

const isAmong = (known: readonly Reading[], reading: Reading): boolean => isAt(known, placeOf(known, reading), reading);

const isAt = (readings: readonly Reading[], place: number, reading: Reading): boolean => {
  const found = readings[place];
  return found !== undefined && isSameEvent(found, reading);
};
