import type { Instant, Millis } from '../../model/units.js';

/**
 * The newest samples of one quantity, oldest first, in a stretch of a list of numbers that others stand in too: what is known of the quantity at the places
 * below, then time and value of each sample in turn. A vehicle has several of these, each touched at nearly every reading, and V8 keeps nothing
 * but doubles as they are, side by side. Survives JSON. `window` is where the stretch begins.
 */
export type SampleNumbers = number[];

/* First, four small numbers as one. Samples refused in a row because no vehicle changes that fast: */
const REFUSED = 0b11;
/** How often a value was held, jumped and was held again. */
const HOLD = 0b100;
const HOLDS = 0b1100;
/** Whether the newest value came by a jump from one that was held too. */
const JUMPED = 0b1_0000;
/** From this bit on: how many samples. */
const SAMPLE_AT = 5;
const SAMPLE = 1 << SAMPLE_AT;
/** Since when the newest value has been told unchanged. */
const HELD_SINCE = 1;
/** When a value was held, jumped and was held again last. */
const HELD_AT = 2;
/** The sample before the oldest one; its time is 0 where there is none. */
const DROPPED_AT = 3;
const DROPPED = 4;
/** Here the samples begin. What stands behind them is left over. */
const FIRST = 5;

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
const DISTRUSTED = 2 * HOLD;
const DISTRUSTED_FOR: Millis = 30 * 60_000;
/**
 * A peak lasts about a second, a window two. What the whole window says counts as far as its calmer half bears it out, so many times: a wrong
 * sample is in one half only. Where both halves are steep, they count themselves.
 */
const FITTED_OVER_CALMER_HALF = 1.5;

/** With room for the three samples that one a second needs; more make it longer. */
export const newSampleWindow = (): number[] => Array<number>(FIRST + 2 * MIN_SAMPLES).fill(0);

/** A window as earlier versions kept it: an object with two lists; or a list of its own, at other places. */
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

/** As it stands now. */
export const readSampleWindow = (read: number[] | LooseSampleWindow): number[] => {
  const {
    ts,
    values,
    heldSince,
    jumped,
    holds,
    heldAt,
    refused,
    droppedAt = 0,
    dropped = 0,
  } = Array.isArray(read) ? readListed(read) : read;
  const state = ts.length * SAMPLE + (jumped ? JUMPED : 0) + holds * HOLD + refused;
  const numbers = [state, heldSince, heldAt, droppedAt, dropped, ...ts.flatMap((at, i) => [at, values[i]!])];
  while (numbers.length < FIRST + 2 * MIN_SAMPLES) numbers.push(0);
  return numbers;
};

const readListed = (read: number[]): LooseSampleWindow => {
  const [count, heldSince, jumped, holds, heldAt, refused, droppedAt, dropped, ...samples] = read as [number, ...number[]];
  const newest = samples.slice(0, 2 * count);
  const told = { heldSince: heldSince!, jumped: jumped === 1, holds: holds!, heldAt: heldAt!, refused: refused! };
  return {
    ...{ ts: newest.filter((_, i) => i % 2 === 0), values: newest.filter((_, i) => i % 2 === 1) },
    ...{ ...told, droppedAt: droppedAt!, dropped: dropped! },
  };
};

export const samplesIn = (numbers: SampleNumbers, window: number): number => numbers[window]! >> SAMPLE_AT;
/** Time and value of the `i`th sample, of `samplesIn`. */
export const sampleTime = (numbers: SampleNumbers, window: number, i: number): Instant => numbers[window + FIRST + 2 * i]!;
export const sampleValue = (numbers: SampleNumbers, window: number, i: number): number => numbers[window + FIRST + 2 * i + 1]!;

/** When the newest sample was taken; 0 where there is none. */
export const newestSample = (numbers: SampleNumbers, window: number): Instant => {
  const count = samplesIn(numbers, window);
  return count === 0 ? 0 : sampleTime(numbers, window, count - 1);
};

/** Forgets the samples, and nothing else. */
export const dropSamples = (numbers: SampleNumbers, window: number): void => {
  numbers[window] = numbers[window]! & (SAMPLE - 1);
};

/**
 * Adds a sample and drops what the window no longer covers. Where it has no room for one more, all that stands behind it in the list moves on.
 * @param room so many numbers the window has
 * @returns false where the sample was not taken
 */
export const addSample = (
  numbers: SampleNumbers,
  window: number,
  room: number,
  at: Instant,
  value: number,
  quantity: Quantity,
): boolean => {
  let state = numbers[window]! | 0;
  let count = state >> SAMPLE_AT;
  if (count > 0) {
    const spacing = at - sampleTime(numbers, window, count - 1);
    if (spacing < MIN_SPACING) return false;
    const change = Math.abs(value - sampleValue(numbers, window, count - 1));
    const tooFast = change > (quantity.fastest * spacing) / 1_000 + quantity.step;
    if (spacing <= MAX_SPACING && tooFast && (state & REFUSED) < MAX_REFUSED) {
      numbers[window]! += 1;
      return false;
    }
    if (spacing > MAX_SPACING || tooFast) count = 0;
    else state = watchHolds(numbers, window, state, at, change, quantity);
  }
  if (count === 0) {
    state &= HOLDS;
    numbers[window + HELD_SINCE] = at;
    numbers[window + DROPPED_AT] = 0;
  }
  let past = 0;
  // The one that is about to be added counts, and is never too old.
  while (count + 1 - past > MIN_SAMPLES && sampleTime(numbers, window, past) < at - quantity.window) past++;
  if (past > 0) {
    numbers[window + DROPPED_AT] = sampleTime(numbers, window, past - 1);
    numbers[window + DROPPED] = sampleValue(numbers, window, past - 1);
    count -= past;
    const end = window + FIRST + 2 * count;
    for (let place = window + FIRST; place < end; place++) numbers[place] = numbers[place + 2 * past]!;
  }
  const place = window + FIRST + 2 * count;
  if (place - window === room) numbers.splice(place, 0, at, value);
  else {
    numbers[place] = at;
    numbers[place + 1] = value;
  }
  numbers[window] = (state & (HOLDS | JUMPED)) + (count + 1) * SAMPLE;
  return true;
};

/** @returns the state after it */
const watchHolds = (
  numbers: SampleNumbers,
  window: number,
  state: number,
  at: Instant,
  change: number,
  { heldJump }: Quantity,
): number => {
  if (change !== 0) {
    const jumped = change > heldJump && newestSample(numbers, window) - numbers[window + HELD_SINCE]! >= HELD;
    numbers[window + HELD_SINCE] = at;
    return (state & ~JUMPED) | (jumped ? JUMPED : 0);
  }
  if ((state & JUMPED) === 0 || at - numbers[window + HELD_SINCE]! < HELD) return state;
  const before = state & HOLDS;
  const holds = at - numbers[window + HELD_AT]! > DISTRUSTED_FOR ? HOLD : Math.min(before + HOLD, DISTRUSTED);
  numbers[window + HELD_AT] = at;
  return (state & ~(HOLDS | JUMPED)) | holds;
};

/** Whether it covers enough time, with enough samples, of a device that can be believed. */
const isFull = (numbers: SampleNumbers, window: number, quantity: Quantity): boolean => {
  if (samplesIn(numbers, window) < MIN_SAMPLES) return false;
  const newest = newestSample(numbers, window);
  return !isHeldBack(numbers, window, newest) && newest - sampleTime(numbers, window, 0) >= 0.7 * quantity.window;
};

/** A device that holds this quantity back does so with its others too. */
export const isHeldBack = (numbers: SampleNumbers, window: number, at: Instant): boolean =>
  (numbers[window]! & HOLDS) === DISTRUSTED && at - numbers[window + HELD_AT]! <= DISTRUSTED_FOR;

/** The mean of its values; 0 where there are none. */
export const meanOf = (numbers: SampleNumbers, window: number): number => {
  const count = samplesIn(numbers, window);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sampleValue(numbers, window, i);
  return count === 0 ? 0 : sum / count;
};

/** The greatest of its values; 0 where there are none. */
export const greatestOf = (numbers: SampleNumbers, window: number): number => {
  const count = samplesIn(numbers, window);
  let greatest = 0;
  for (let i = 0; i < count; i++) if (sampleValue(numbers, window, i) > greatest) greatest = sampleValue(numbers, window, i);
  return greatest;
};

const fit: Fit = { at: 0, value: 0 };

/** What lies on both sides of a peak has to go the same way, together by so much of it: a value that was held back and jumps has nothing there. */
const BORNE_OUT = 0.3;

/**
 * A peak of a single step, of samples a second apart: the older half of a window of three, where the step before it and the one after it go
 * the same way. A wrong sample goes back after it. (Recorded drives: 33 of 125 one-second peaks of the reference were missed, mostly these.)
 */
const peakOf = (
  numbers: SampleNumbers,
  window: number,
  older: number,
  newer: number,
  scale: number,
  stepError: number,
): number => {
  const since = sampleTime(numbers, window, 0) - numbers[window + DROPPED_AT]!;
  if (samplesIn(numbers, window) !== MIN_SAMPLES || numbers[window + DROPPED_AT] === 0 || since > MAX_SPACING) return 0;
  const before = ((sampleValue(numbers, window, 0) - numbers[window + DROPPED]!) / since) * 1_000 * scale;
  const size = Math.abs(older);
  if (before * older < 0 || newer * older < 0 || Math.abs(before) + Math.abs(newer) < BORNE_OUT * size) return 0;
  return Math.sign(older) * Math.max(0, size - stepError);
};

/**
 * The change of the quantity a second, by least squares.
 * @param scale turns it into that which `quantity.error` is one of
 * @returns undefined where the window cannot carry it; else used again
 */
export const fitSlope = (numbers: SampleNumbers, window: number, quantity: Quantity, scale = 1): Fit | undefined => {
  if (!isFull(numbers, window, quantity)) return undefined;
  const last = samplesIn(numbers, window) - 1;
  smooth(numbers, window, last);
  const older = (last === 2 ? stepOf(numbers, window, 0) : slopeOf(numbers, window, 0, last >> 1)) * scale;
  const newer = (last === 2 ? stepOf(numbers, window, 1) : slopeOf(numbers, window, (last + 1) >> 1, last)) * scale;
  fit.at = centreOf(numbers, window, last);
  fit.value = older * newer <= 0 ? 0 : judged(slopeOf(numbers, window, 0, last) * scale, older, newer, quantity);
  if (!quantity.sharpened) return fit;
  const peak = peakOf(numbers, window, older, newer, scale, quantity.stepError);
  if (Math.abs(peak) > Math.abs(fit.value)) fit.value = peak;
  return fit;
};

/** The mean of the quantity. @returns undefined where the window cannot carry it; else used again */
export const fitMean = (numbers: SampleNumbers, window: number, quantity: Quantity): Fit | undefined => {
  if (!isFull(numbers, window, quantity)) return undefined;
  const last = samplesIn(numbers, window) - 1;
  smooth(numbers, window, last);
  const older = levelOf(0, last >> 1);
  const newer = levelOf((last + 1) >> 1, last);
  fit.at = centreOf(numbers, window, last);
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

const smooth = (numbers: SampleNumbers, window: number, last: number): void => {
  if (smoothed.length <= last) smoothed = new Float64Array(2 * last);
  // The first and the last one have a neighbour only.
  smoothed[0] = sampleValue(numbers, window, 0);
  for (let i = 1; i < last; i++) {
    const a = sampleValue(numbers, window, i - 1);
    const b = sampleValue(numbers, window, i);
    const c = sampleValue(numbers, window, i + 1);
    smoothed[i] = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
  smoothed[last] = sampleValue(numbers, window, last);
};

/** The middle of the times of all samples. */
const centreOf = (numbers: SampleNumbers, window: number, last: number): Instant => {
  const origin = sampleTime(numbers, window, 0);
  let sum = 0;
  for (let i = 0; i <= last; i++) sum += sampleTime(numbers, window, i) - origin;
  return Math.round(origin + sum / (last + 1));
};

/** The mean of the smoothed values from..to. */
const levelOf = (from: number, to: number): number => {
  let sum = 0;
  for (let i = from; i <= to; i++) sum += smoothed[i]!;
  return sum / (to - from + 1);
};

/** Slope a second of the line through the smoothed samples from..to. */
const slopeOf = (numbers: SampleNumbers, window: number, from: number, to: number): number => {
  const n = to - from + 1;
  const origin = sampleTime(numbers, window, from);
  let sumT = 0;
  for (let i = from; i <= to; i++) sumT += sampleTime(numbers, window, i) - origin;
  const meanT = sumT / n;
  const meanV = levelOf(from, to);
  let tt = 0;
  let tv = 0;
  for (let i = from; i <= to; i++) {
    const t = sampleTime(numbers, window, i) - origin - meanT;
    tt += t * t;
    tv += t * (smoothed[i]! - meanV);
  }
  return tt === 0 ? 0 : (1_000 * tv) / tt;
};

/** `slopeOf` two samples next to each other, to the last bit: at one a second both halves of a window are. */
const stepOf = (numbers: SampleNumbers, window: number, i: number): number => {
  const half = (sampleTime(numbers, window, i + 1) - sampleTime(numbers, window, i)) / 2;
  const older = smoothed[i]!;
  const newer = smoothed[i + 1]!;
  const mean = (older + newer) / 2;
  const tt = half * half + half * half;
  return tt === 0 ? 0 : (1_000 * (-half * (older - mean) + half * (newer - mean))) / tt;
};
