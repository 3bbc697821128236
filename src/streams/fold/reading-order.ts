import type { Reading } from '../../model/reading.js';

/**
 * The order in which a vehicle's readings count: (ts, device, seq), and without seq content. Equal ones are the same event, sent twice:
 * offsets decide nothing but which of them stays. Content is written out only where everything before it is equal.
 */
export const compareReadings = (a: Reading, b: Reading): number =>
  compareKeys(a, b) || (a.seq === undefined ? compareText(contentOf(a), contentOf(b)) : 0);

/** What of that order needs no content; 0 where it alone decides. */
export const compareKeys = (a: ReadingKey, b: ReadingKey): number =>
  a.at - b.at || compareText(a.device, b.device) || compareSequence(a.seq, b.seq);

export type ReadingKey = Pick<Reading, 'at' | 'device' | 'seq'>;

/** The same event, sent twice: device, ts and seq; without seq, device, ts and content (contract §3). */
export const isSameEvent = (a: Reading, b: Reading): boolean => {
  if (a.at !== b.at || a.device !== b.device) return false;
  if (a.seq !== undefined && b.seq !== undefined) return a.seq === b.seq;
  return a.seq === b.seq && contentOf(a) === contentOf(b);
};

/** By order, then offset, so that of equal events the first to arrive comes first. */
export const compareArrived = (a: Reading, b: Reading): number => compareReadings(a, b) || a.offset - b.offset || a.n - b.n;

/** In place. */
export const sortReadings = (readings: Reading[]): Reading[] => readings.sort(compareArrived);

/** Of each event the first to arrive. */
export const uniqueSorted = (sorted: Reading[]): Reading[] =>
  sorted.filter((reading, i) => i === 0 || !isSameEvent(sorted[i - 1]!, reading));

/** The first place in sorted `readings` that is not before `reading`. */
export const placeOf = (readings: readonly Reading[], reading: Reading): number => {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareReadings(readings[middle]!, reading) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const contents = new WeakMap<Reading, string>();

const contentOf = (reading: Reading): string => {
  let content = contents.get(reading);
  if (content === undefined) {
    content = typeof reading.source === 'string' ? reading.source : canonical(reading.source);
    contents.set(reading, content);
  }
  return content;
};

/** JSON with sorted keys: how a device orders its keys makes no new event. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner as Record<string, unknown>);
    return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
  }) ?? '';

/** Without seq comes before any. */
const compareSequence = (a: number | undefined, b: number | undefined): number => {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a - b;
};
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
