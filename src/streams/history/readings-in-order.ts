import type { Reading } from '../../model/reading.js';
import type { Offset } from '../../model/record.js';
import type { Instant, Millis } from '../../model/units.js';
import type { Journal } from '../../ports/journal.js';
import { comesInItsTime, type NamesAt, readingsOf } from '../fold/history.js';
import { isSameEvent, sortReadings } from '../fold/reading-order.js';
import type { Slice } from './slice.js';

/** What was read on the way. */
export interface Tally {
  records: number;
  readings: number;
  duplicates: number;
}

export interface ReadingBounds {
  lateness: Millis;
  /** The server's time: what came before its time and is after this does not count yet. */
  now: Instant;
  /** @throws {TelltaleError} enough has been read */
  spend?: (readings: number) => void;
}

/** So many decoded readings of one slice are held; of a longer one only their places, and each is decoded a second time. */
const HELD = 20_000;
/** Readings handed over at once. */
const WINDOW = 2_048;
/** Records of the vehicle that are read along rather than begun anew after. */
const BRIDGED = 16;

/**
 * The readings of a slice in the order in which they count, however they came, each event once; some thousand at a time. Memory is bounded
 * by some numbers for each reading.
 */
export async function* readingsInOrder(
  journal: Pick<Journal, 'ofVehicle'>,
  slice: Slice,
  { lateness, now, spend }: ReadingBounds,
  namesAt: NamesAt,
  tally: Tally,
): AsyncGenerator<Reading[], void> {
  const { vehicle, base, until, to } = slice;
  const places = new Places();
  let held: Reading[] | undefined = [];
  let newest = base.at;
  scan: for await (const batch of journal.ofVehicle(vehicle, base.next, to)) {
    for (const record of batch) {
      if (record.header.kind !== 'message') continue;
      tally.records++;
      const readings = readingsOf(record, namesAt);
      spend?.(readings.length);
      for (const reading of readings) {
        const { at, online } = reading;
        if (online !== undefined || at <= base.at || at < newest - lateness || !comesInItsTime(reading, now)) continue;
        newest = Math.max(newest, at);
        if (at > until) continue;
        places.push(reading);
        held?.push(reading);
      }
      if (held && held.length > HELD) held = undefined;
      // Whatever comes now is too late to count, or after the slice.
      if (newest - lateness > until) break scan;
    }
  }
  let before: Reading | undefined;
  for await (const readings of held ? inWindows(sortReadings(held)) : decodedAgain(journal, slice, places, namesAt)) {
    const fresh: Reading[] = [];
    for (const reading of readings) {
      if (before && isSameEvent(before, reading)) tally.duplicates++;
      else fresh.push(reading);
      before = reading;
    }
    tally.readings += fresh.length;
    yield fresh;
  }
}

function* inWindows(readings: Reading[]): Iterable<Reading[]> {
  for (let at = 0; at < readings.length; at += WINDOW) yield readings.slice(at, at + WINDOW);
}

async function* decodedAgain(
  journal: Pick<Journal, 'ofVehicle'>,
  { vehicle }: Slice,
  places: Places,
  namesAt: NamesAt,
): AsyncIterable<Reading[]> {
  const records = places.records();
  for (const window of places.windows()) {
    const wanted = new Set(window.map(({ offset, n }) => `${offset}.${n}`));
    const readings: Reading[] = [];
    for (const [from, to] of runsOf(window, records)) {
      for await (const batch of journal.ofVehicle(vehicle, from, to)) {
        for (const record of batch) {
          if (record.header.kind !== 'message') continue;
          for (const reading of readingsOf(record, namesAt))
            if (wanted.has(`${reading.offset}.${reading.n}`) && comesInItsTime(reading, reading.at)) readings.push(reading);
        }
      }
    }
    yield sortReadings(readings);
  }
}

/** The offsets of a window as ranges: late readings stand far from the others, and what lies between is not read. */
const runsOf = (window: readonly Place[], records: readonly Offset[]): [Offset, Offset][] => {
  const offsets = [...new Set(window.map(({ offset }) => offset))].sort((a, b) => a - b);
  const runs: [Offset, Offset][] = [];
  let place = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (const offset of offsets) {
    while (records[place]! < offset) place++;
    if (place - before <= BRIDGED) runs[runs.length - 1]![1] = offset;
    else runs.push([offset, offset]);
    before = place;
  }
  return runs;
};

interface Place {
  offset: Offset;
  n: number;
}

/** Where readings stand, by their time: numbers in columns, since there may be millions. */
class Places {
  private readonly at: Instant[] = [];
  private readonly offset: Offset[] = [];
  private readonly n: number[] = [];

  push({ at, offset, n }: Reading): void {
    this.at.push(at);
    this.offset.push(offset);
    this.n.push(n);
  }

  /** Offsets, ascending, each once. */
  records(): Offset[] {
    return this.offset.filter((offset, i) => i === 0 || offset !== this.offset[i - 1]);
  }

  /** In order of time; readings of one time are never parted. */
  *windows(): Iterable<Place[]> {
    const { at, offset, n } = this;
    const order = Uint32Array.from(at, (_, i) => i);
    if (at.some((time, i) => i > 0 && time < at[i - 1]!)) order.sort((a, b) => at[a]! - at[b]! || a - b);
    let window: Place[] = [];
    for (let i = 0; i < order.length; i++) {
      const place = order[i]!;
      if (window.length >= WINDOW && at[place] !== at[order[i - 1]!]) {
        yield window;
        window = [];
      }
      window.push({ offset: offset[place]!, n: n[place]! });
    }
    if (window.length > 0) yield window;
  }
}
