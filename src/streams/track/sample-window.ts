import type { Instant, Millis } from '../../model/units.js';

/**
 * The newest samples of one quantity, oldest first, in one array of numbers: what is known of the quantity at the places below, then time and
 * value of each sample in turn. A vehicle has several of these, each touched at nearly every reading, and V8 keeps nothing but doubles as they
 * are, side by side: as an object with its lists it took five times the memory, and as many waits for it. Survives JSON.
 */
export type SampleWindow = number[];

/** How many samples there are. What stands behind them is left over. */
const COUNT = 0;
/** Since when the newest value has been told unchanged, and whether (1, 0) it came by a jump from one that was held too. */
const HELD_SINCE = 1;
const JUMPED = 2;
/** How often a value was held, jumped and was held again, and when last. */
const HOLDS = 3;
const HELD_AT = 4;
/** Samples refused in a row because no vehicle changes that fast. */
const REFUSED = 5;
/** The sample before the oldest one; its time is 0 where there is none. */
const DROPPED_AT = 6;
const DROPPED = 7;
/** Here the samples begin. */
const FIRST = 8;

/** What is known of a quantity before its first sample comes. */
export interface Quantity {
  /** A window covers so much time, or three samples where they are further apart. */
  window: Millis;
  /** The fastest true change a second, and the step it is told in; a sample beyond both is wrong. */
  fastest: number;
  step: number;
  /** By how much half a window may be too steep (slope a second) or too high (mean) from the error of its samples. */
  error: number;
  /** The same of a single step from one sample to the next. */
  stepError: number;
  /** A jump this large between two values that are held is no change of one step: the device holds its values back. */
  heldJump: number;
  /** False where single samples are too often wrong for the steeper half of a window to count: what all of it says, then. */
  sharpened: boolean;
}

/** What a window says: its value, or its change a second, and when: at its centre. One object, used again at each fit: copy what is kept. */
export interface Fit {
  at: Instant;
  value: number;
}

const MIN_SAMPLES = 3;
/** Data further apart than this cannot carry an acceleration: not measurable, instead of guessed (obd-facts: 0.4–2.5 s). */
const MAX_SPACING: Millis = 2_500;
/** Closer samples say nothing new, and fill the memory. */
const MIN_SPACING: Millis = 90;
/** So many refused in a row are no outliers: the quantity is somewhere else now. */
const MAX_REFUSED = 2;
/**
 * A device that holds its values back: unchanged for `HELD`, a jump, unchanged for `HELD` again, twice. Its changes have no time, so that it
 * is not measurable until it has not done so for a while. (Recordings that hold do so every minute or two; all others, never in 13 hours.)
 */
const HELD: Millis = 1_900;
const HOLDS_TO_DISTRUST = 2;
const DISTRUSTED_FOR: Millis = 30 * 60_000;
/**
 * A peak lasts about a second, a window two. What the whole window says counts as far as its calmer half bears it out, so many times: a wrong
 * sample is in one half only. Where both halves are steep, they count themselves.
 */
const FITTED_OVER_CALMER_HALF = 1.5;

/** With room for the three samples that one a second needs; more make it longer. */
export const newSampleWindow = (): SampleWindow => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** A window as it was kept before, as an object with two lists. */
export interface LooseSampleWindow {
  ts: Instant[];
  values: number[];
  heldSince: Instant;
  jumped: boolean;
  holds: number;
  heldAt: Instant;
  refused: number;
  droppedAt?: Instant;
  dropped?: number;
}

export const packSampleWindow = (loose: LooseSampleWindow): SampleWindow => {
  const window = newSampleWindow();
  window[COUNT] = loose.ts.length;
  window[HELD_SINCE] = loose.heldSince;
  window[JUMPED] = loose.jumped ? 1 : 0;
  window[HOLDS] = loose.holds;
  window[HELD_AT] = loose.heldAt;
  window[REFUSED] = loose.refused;
  window[DROPPED_AT] = loose.droppedAt ?? 0;
  window[DROPPED] = loose.dropped ?? 0;
  for (let i = 0; i < loose.ts.length; i++) {
    window[FIRST + 2 * i] = loose.ts[i]!;
    window[FIRST + 2 * i + 1] = loose.values[i]!;
  }
  return window;
};

/** What was read from JSON, also of an earlier version, which had room for one sample more. */
export const readSampleWindow = (read: SampleWindow | LooseSampleWindow): SampleWindow => {
  if (!Array.isArray(read)) return packSampleWindow(read);
  const window = newSampleWindow();
  for (let place = 0; place < FIRST + 2 * read[COUNT]!; place++) window[place] = read[place]!;
  return window;
};

export const samplesIn = (window: SampleWindow): number => window[COUNT]!;
/** Time and value of the `i`th sample, of `samplesIn`. */
export const sampleTime = (window: SampleWindow, i: number): Instant => window[FIRST + 2 * i]!;
export const sampleValue = (window: SampleWindow, i: number): number => window[FIRST + 2 * i + 1]!;

/** When the newest sample was taken; 0 where there is none. */
export const newestSample = (window: SampleWindow): Instant => (window[COUNT] === 0 ? 0 : sampleTime(window, window[COUNT]! - 1));

/** Forgets the samples, and nothing else. */
export const dropSamples = (window: SampleWindow): void => {
  window[COUNT] = 0;
};

/** Adds a sample and drops what the window no longer covers. @returns false where the sample was not taken */
export const addSample = (window: SampleWindow, at: Instant, value: number, quantity: Quantity): boolean => {
  const newest = window[COUNT]! - 1;
  if (newest >= 0) {
    const spacing = at - sampleTime(window, newest);
    if (spacing < MIN_SPACING) return false;
    const change = Math.abs(value - sampleValue(window, newest));
    if (spacing > MAX_SPACING) restart(window, at);
    else if (change > (quantity.fastest * spacing) / 1_000 + quantity.step) {
      if (++window[REFUSED]! <= MAX_REFUSED) return false;
      restart(window, at);
    } else watchHolds(window, at, change, quantity);
  } else restart(window, at);
  window[REFUSED] = 0;
  let count = window[COUNT]!;
  let past = 0;
  // The one that is about to be added counts, and is never too old.
  while (count + 1 - past > MIN_SAMPLES && sampleTime(window, past) < at - quantity.window) past++;
  if (past > 0) {
    window[DROPPED_AT] = sampleTime(window, past - 1);
    window[DROPPED] = sampleValue(window, past - 1);
    count -= past;
    for (let place = FIRST; place < FIRST + 2 * count; place++) window[place] = window[place + 2 * past]!;
  }
  window[FIRST + 2 * count] = at;
  window[FIRST + 2 * count + 1] = value;
  window[COUNT] = count + 1;
  return true;
};

const restart = (window: SampleWindow, at: Instant): void => {
  window[COUNT] = 0;
  window[DROPPED_AT] = 0;
  window[HELD_SINCE] = at;
  window[JUMPED] = 0;
};

const watchHolds = (window: SampleWindow, at: Instant, change: number, { heldJump }: Quantity): void => {
  if (change !== 0) {
    window[JUMPED] = change > heldJump && newestSample(window) - window[HELD_SINCE]! >= HELD ? 1 : 0;
    window[HELD_SINCE] = at;
    return;
  }
  if (window[JUMPED] === 0 || at - window[HELD_SINCE]! < HELD) return;
  window[HOLDS] = at - window[HELD_AT]! > DISTRUSTED_FOR ? 1 : Math.min(window[HOLDS]! + 1, HOLDS_TO_DISTRUST);
  window[HELD_AT] = at;
  window[JUMPED] = 0;
};

/** Whether it covers enough time, with enough samples, of a device that can be believed. */
const isFull = (window: SampleWindow, quantity: Quantity): boolean => {
  if (window[COUNT]! < MIN_SAMPLES) return false;
  const newest = newestSample(window);
  return !isHeldBack(window, newest) && newest - sampleTime(window, 0) >= 0.7 * quantity.window;
};

/** A device that holds this quantity back does so with its others too. */
export const isHeldBack = (window: SampleWindow, at: Instant): boolean =>
  window[HOLDS] === HOLDS_TO_DISTRUST && at - window[HELD_AT]! <= DISTRUSTED_FOR;

/** The mean of its values; 0 where there are none. */
export const meanOf = (window: SampleWindow): number => {
  const count = window[COUNT]!;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sampleValue(window, i);
  return count === 0 ? 0 : sum / count;
};

/** The greatest of its values; 0 where there are none. */
export const greatestOf = (window: SampleWindow): number => {
  const count = window[COUNT]!;
  let greatest = 0;
  for (let i = 0; i < count; i++) if (sampleValue(window, i) > greatest) greatest = sampleValue(window, i);
  return greatest;
};

const fit: Fit = { at: 0, value: 0 };

/** What lies on both sides of a peak has to go the same way, together by so much of it: a value that was held back and jumps has nothing there. */
const BORNE_OUT = 0.3;

/**
 * A peak of a single step, of samples a second apart: the older half of a window of three, where the step before it and the one after it go
 * the same way. A wrong sample goes back after it. (Recorded drives: 33 of 125 one-second peaks of the reference were missed, mostly these.)
 */
const peakOf = (window: SampleWindow, older: number, newer: number, scale: number, stepError: number): number => {
  const since = sampleTime(window, 0) - window[DROPPED_AT]!;
  if (window[COUNT] !== MIN_SAMPLES || window[DROPPED_AT] === 0 || since > MAX_SPACING) return 0;
  const before = ((sampleValue(window, 0) - window[DROPPED]!) / since) * 1_000 * scale;
  const size = Math.abs(older);
  if (before * older < 0 || newer * older < 0 || Math.abs(before) + Math.abs(newer) < BORNE_OUT * size) return 0;
  return Math.sign(older) * Math.max(0, size - stepError);
};

/**
 * The change of the quantity a second, by least squares.
 * @param scale turns it into that which `quantity.error` is one of
 * @returns undefined where the window cannot carry it; else used again
 */
export const fitSlope = (window: SampleWindow, quantity: Quantity, scale = 1): Fit | undefined => {
  if (!isFull(window, quantity)) return undefined;
  const last = window[COUNT]! - 1;
  smooth(window, last);
  const older = (last === 2 ? stepOf(window, 0) : slopeOf(window, 0, last >> 1)) * scale;
  const newer = (last === 2 ? stepOf(window, 1) : slopeOf(window, (last + 1) >> 1, last)) * scale;
  fit.at = centreOf(window, last);
  fit.value = older * newer <= 0 ? 0 : judged(slopeOf(window, 0, last) * scale, older, newer, quantity);
  if (!quantity.sharpened) return fit;
  const peak = peakOf(window, older, newer, scale, quantity.stepError);
  if (Math.abs(peak) > Math.abs(fit.value)) fit.value = peak;
  return fit;
};

/** The mean of the quantity. @returns undefined where the window cannot carry it; else used again */
export const fitMean = (window: SampleWindow, quantity: Quantity): Fit | undefined => {
  if (!isFull(window, quantity)) return undefined;
  const last = window[COUNT]! - 1;
  smooth(window, last);
  const older = levelOf(0, last >> 1);
  const newer = levelOf((last + 1) >> 1, last);
  fit.at = centreOf(window, last);
  fit.value = older * newer <= 0 ? 0 : judged(levelOf(0, last), older, newer, quantity);
  return fit;
};

/**
 * What the whole window says, sharpened by its steeper half and held down by its calmer one. Where its halves disagree about the sign, it is
 * not asked: then there is nothing.
 */
const judged = (whole: number, older: number, newer: number, { error, sharpened }: Quantity): number => {
  const calmer = Math.min(Math.abs(older), Math.abs(newer));
  const steeper = Math.max(Math.abs(older), Math.abs(newer));
  const fitted = Math.min(Math.abs(whole), FITTED_OVER_CALMER_HALF * calmer);
  return Math.sign(older) * (sharpened ? Math.max(fitted, Math.min(steeper - error, calmer)) : fitted);
};

/** The values of the window that is fitted, a single wild one inside replaced by the median of it and its neighbours; used again at each fit. */
let smoothed = new Float64Array(32);

const smooth = (window: SampleWindow, last: number): void => {
  if (smoothed.length <= last) smoothed = new Float64Array(2 * last);
  // The first and the last one have a neighbour only.
  smoothed[0] = sampleValue(window, 0);
  for (let i = 1; i < last; i++) {
    const a = sampleValue(window, i - 1);
    const b = sampleValue(window, i);
    const c = sampleValue(window, i + 1);
    smoothed[i] = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
  smoothed[last] = sampleValue(window, last);
};

/** The middle of the times of all samples. */
const centreOf = (window: SampleWindow, last: number): Instant => {
  const origin = sampleTime(window, 0);
  let sum = 0;
  for (let i = 0; i <= last; i++) sum += sampleTime(window, i) - origin;
  return Math.round(origin + sum / (last + 1));
};

/** The mean of the smoothed values from..to. */
const levelOf = (from: number, to: number): number => {
  let sum = 0;
  for (let i = from; i <= to; i++) sum += smoothed[i]!;
  return sum / (to - from + 1);
};

/** Slope a second of the line through the smoothed samples from..to. */
const slopeOf = (window: SampleWindow, from: number, to: number): number => {
  const n = to - from + 1;
  const origin = sampleTime(window, from);
  let sumT = 0;
  for (let i = from; i <= to; i++) sumT += sampleTime(window, i) - origin;
  const meanT = sumT / n;
  const meanV = levelOf(from, to);
  let tt = 0;
  let tv = 0;
  for (let i = from; i <= to; i++) {
    const t = sampleTime(window, i) - origin - meanT;
    tt += t * t;
    tv += t * (smoothed[i]! - meanV);
  }
  return tt === 0 ? 0 : (1_000 * tv) / tt;
};

/** `slopeOf` two samples next to each other, to the last bit: at one a second both halves of a window are. */
const stepOf = (window: SampleWindow, i: number): number => {
  const half = (sampleTime(window, i + 1) - sampleTime(window, i)) / 2;
  const older = smoothed[i]!;
  const newer = smoothed[i + 1]!;
  const mean = (older + newer) / 2;
  const tt = half * half + half * half;
  return tt === 0 ? 0 : (1_000 * (-half * (older - mean) + half * (newer - mean))) / tt;
};
