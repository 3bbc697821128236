import { NUMBERS_PER_POINT, type PointCodes, readPoint, writePoint } from './pack-point.js';

/**
 * Points that no longer change, as text: a block of them at a time, each code as its difference from the newest one told before it, in as many bits
 * as the block needs for that code. Text, since that is what V8 keeps in one byte a sign without room to spare, and survives JSON as it is.
 * A drive at 1 Hz takes 12 bytes a point, where three doubles take 24.
 */
export const BLOCK = 8;

/** Time and place go on as they went: told as differences from the least step of the block. The others jump to and fro. */
const FIELDS = ['elapsed', 'lat', 'lon', 'speed', 'heading', 'rpm', 'throttle', 'acceleration'] as const;
const STEADY = 3;

/** Six bits a sign, without those that JSON writes as two. */
const BITS = 6;
const FIRST_SIGN = 0x23;
const BACKSLASH = 0x5c;
/** Bits of the width of a field: up to 34 are needed for a longitude that goes round the earth. */
const WIDTH_BITS = 6;
/** More is written in two parts, so that no part leaves the 31 bits that V8 computes with whole numbers in. */
const PART_BITS = 24;
const PART = 2 ** PART_BITS;

const newPoint = (): PointCodes => ({ elapsed: 0, speed: 0, acceleration: 0, lat: 0, heading: 0, throttle: 0, lon: 0, rpm: 0 });
/** Used again at each block, as is all below. */
const told = newPoint();
const point = newPoint();
/** Field by field: what is written of each point. */
const steps = new Float64Array(FIELDS.length * BLOCK);

const folded = (step: number): number => (step >= 0 ? 2 * step : -2 * step - 1);
const unfolded = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);
const widthOf = (most: number): number => (most < 2 ** 32 ? 32 - Math.clz32(most) : 64 - Math.clz32(most / 2 ** 32));

/** Longest text of a block, at 34 bits for each code. */
const LONGEST_BLOCK = Math.ceil((FIELDS.length * (34 * (BLOCK + 1) + 2 * WIDTH_BITS)) / BITS) + 1;
let text = Buffer.alloc(16_384);
let end = 0;
let open = 0;
let openBits = 0;

const sign = (six: number): void => {
  const code = FIRST_SIGN + six;
  text[end++] = code < BACKSLASH ? code : code + 1;
};

const putBits = (value: number, width: number): void => {
  open |= value << openBits;
  openBits += width;
  while (openBits >= BITS) {
    sign(open & 63);
    open >>>= BITS;
    openBits -= BITS;
  }
};

const put = (value: number, width: number): void => {
  if (width <= PART_BITS) putBits(value, width);
  else {
    putBits(value % PART, PART_BITS);
    putBits(Math.floor(value / PART), width - PART_BITS);
  }
};

/**
 * Packs the `BLOCK` points of `points` from `place` on.
 * @param closed the text of the blocks before, which is given back with this one behind it
 * @param known three numbers: the newest codes told in `closed`; those of this block are put in
 */
export const packBlock = (closed: string, known: number[], points: readonly number[], place: number): string => {
  readPoint(known, 0, told);
  if (closed.length + LONGEST_BLOCK > text.length) text = Buffer.alloc(2 * (closed.length + LONGEST_BLOCK));
  // Written out whole: strings that are put together would stay a tree of their parts.
  end = text.write(closed, 0, 'latin1');
  open = 0;
  openBits = 0;
  for (let i = 0; i < BLOCK; i++) {
    readPoint(points, place + i * NUMBERS_PER_POINT, point);
    // A time is always told, and may be 0.
    steps[i] = point.elapsed - told.elapsed;
    told.elapsed = point.elapsed;
    takeStep(i, 1, point.lat, told.lat);
    if (point.lat !== 0) told.lat = point.lat;
    takeStep(i, 2, point.lon, told.lon);
    if (point.lon !== 0) told.lon = point.lon;
    takeStep(i, 3, point.speed, told.speed);
    if (point.speed !== 0) told.speed = point.speed;
    takeStep(i, 4, point.heading, told.heading);
    if (point.heading !== 0) told.heading = point.heading;
    takeStep(i, 5, point.rpm, told.rpm);
    if (point.rpm !== 0) told.rpm = point.rpm;
    takeStep(i, 6, point.throttle, told.throttle);
    if (point.throttle !== 0) told.throttle = point.throttle;
    takeStep(i, 7, point.acceleration, told.acceleration);
    if (point.acceleration !== 0) told.acceleration = point.acceleration;
  }
  writePoint(known, 0, told);
  for (let field = 0; field < FIELDS.length; field++) putField(field);
  if (openBits > 0) sign(open & 63);
  return text.toString('latin1', 0, end);
};

/** Of a code that is not told: it has no step. */
const UNTOLD = Number.NaN;

const takeStep = (i: number, field: number, code: number, before: number): void => {
  steps[field * BLOCK + i] = code === 0 ? UNTOLD : code - before;
};

/** 0 stands for a code that is not told, what is told comes above. */
const putField = (field: number): void => {
  const first = field * BLOCK;
  let least = Infinity;
  if (field < STEADY) for (let i = first; i < first + BLOCK; i++) if (steps[i]! < least) least = steps[i]!;
  if (least === Infinity) least = 0;
  let most = 0;
  for (let i = first; i < first + BLOCK; i++) {
    const step = steps[i]!;
    const code = Number.isNaN(step) ? 0 : 1 + (field < STEADY ? step - least : folded(step));
    steps[i] = code;
    if (code > most) most = code;
  }
  const width = widthOf(most);
  put(width, WIDTH_BITS);
  if (field < STEADY && width > 0) {
    const base = folded(least);
    const baseWidth = widthOf(base);
    put(baseWidth, WIDTH_BITS);
    put(base, baseWidth);
  }
  if (width <= PART_BITS) putAll(first, width);
  else for (let i = first; i < first + BLOCK; i++) put(steps[i]!, width);
};

/** As `putBits` for each of the field: written out, since half of the time of a block goes into it. */
const putAll = (first: number, width: number): void => {
  if (width === 0) return;
  let bits = open;
  let count = openBits;
  let to = end;
  for (let i = first; i < first + BLOCK; i++) {
    bits |= steps[i]! << count;
    count += width;
    while (count >= BITS) {
      const code = FIRST_SIGN + (bits & 63);
      text[to++] = code < BACKSLASH ? code : code + 1;
      bits >>>= BITS;
      count -= BITS;
    }
  }
  open = bits;
  openBits = count;
  end = to;
};

let from = '';
let next = 0;

const takeBits = (width: number): number => {
  while (openBits < width) {
    const code = from.charCodeAt(next++);
    open |= (code - (code < BACKSLASH ? FIRST_SIGN : FIRST_SIGN + 1)) << openBits;
    openBits += BITS;
  }
  const value = open & ((1 << width) - 1);
  open >>>= width;
  openBits -= width;
  return value;
};

const take = (width: number): number =>
  width <= PART_BITS ? takeBits(width) : takeBits(PART_BITS) + takeBits(width - PART_BITS) * PART;

/** Calls `visit` with each point of a text, oldest first. @param visit is given the same object each time */
export const eachPacked = (closed: string, visit: (point: PointCodes) => void): void => {
  from = closed;
  next = 0;
  newest.fill(0);
  while (next < closed.length) {
    open = 0;
    openBits = 0;
    for (let field = 0; field < FIELDS.length; field++) takeField(field);
    for (let i = 0; i < BLOCK; i++) {
      point.elapsed = codeAt(0, i);
      point.lat = codeAt(1, i);
      point.lon = codeAt(2, i);
      point.speed = codeAt(3, i);
      point.heading = codeAt(4, i);
      point.rpm = codeAt(5, i);
      point.throttle = codeAt(6, i);
      point.acceleration = codeAt(7, i);
      visit(point);
    }
  }
};

/** Field by field: the newest code that was told. */
const newest = new Float64Array(FIELDS.length);

/** What follows of a step that is told; 0 for one that is not. */
const codeAt = (field: number, i: number): number => {
  const step = steps[field * BLOCK + i]!;
  if (Number.isNaN(step)) return 0;
  newest[field]! += step;
  return newest[field]!;
};

const takeField = (field: number): void => {
  const width = take(WIDTH_BITS);
  const least = field < STEADY && width > 0 ? unfolded(take(take(WIDTH_BITS))) : 0;
  for (let i = field * BLOCK; i < (field + 1) * BLOCK; i++) {
    const code = take(width);
    steps[i] = code === 0 ? UNTOLD : field < STEADY ? least + code - 1 : unfolded(code - 1);
  }
};
