import { NUMBERS_PER_POINT, type PointCodes, readPoint, writePoint } from './pack-point.js';

/**
 * Points that no longer change, as text: a block of them at a time, each code as its difference from the newest one told before it, in as many bits
 * as the block needs for that code. Text, since that is what V8 keeps in one byte a sign without room to spare, and survives JSON as it is.
 * A drive at 1 Hz takes 8.6 bytes a point, where three doubles take 24.
 *
 * Time and place go on as they went: of them the difference between this step and the one before is told. Where all that is told of a code are whole tens
 * (speeds and headings in whole units, places of six decimals), they are told as such.
 */
export const BLOCK = 4;
/** Of versions before, whose text is still read: told as differences from the least step of the block. */
const BLOCK_BEFORE = 8;
const STEADY = 3;

/** Place, speed and heading are told in whole tens often, the others hardly ever. */
const LAST_IN_TENS = 4;
const FIELDS = ['elapsed', 'lat', 'lon', 'speed', 'heading', 'rpm', 'throttle', 'acceleration'] as const;

/** What `packBlock` knows of the points before, in numbers: the newest codes that were told, and the newest steps of time and place. */
export const KNOWN_NUMBERS = NUMBERS_PER_POINT + 1;
/** Steps that are larger are not expected to go on: the next one is told whole. */
const LONGEST_TIME_STEP = 2 ** 16;
const LONGEST_STEP = 2 ** 17;

/** Six bits a sign, without those that JSON writes as two. */
const BITS = 6;
const FIRST_SIGN = 0x23;
const BACKSLASH = 0x5c;
/** Bits of the width of a field: up to 34 are needed for a longitude that goes round the earth. */
const WIDTH_BITS = 6;
const WIDEST = 34;
/** Added to a width: the field is in tens; and in the first field, which is not, that the block is none of before. */
const TENS = WIDEST + 1;
/** What jumps so far is told as it is, in tens or not: the width of less has room for the mark in its six bits. */
const LARGE = 2 ** 26;
/** More is written in two parts, so that no part leaves the 31 bits that V8 computes with whole numbers in. */
const PART_BITS = 24;
const PART = 2 ** PART_BITS;

const newPoint = (): PointCodes => ({ elapsed: 0, speed: 0, acceleration: 0, lat: 0, heading: 0, throttle: 0, lon: 0, rpm: 0 });
/** Used again at each block, as is all below. */
const told = newPoint();
const point = newPoint();
/** Field by field: what is written of each point. */
const steps = new Float64Array(FIELDS.length * BLOCK_BEFORE);
/** Those of a field. */
const codes = new Int32Array(BLOCK);
/** The newest steps of time and place, 0 where the next one is told whole. */
const way = { elapsed: 0, lat: 0, lon: 0 };

const folded = (step: number): number => (step >= 0 ? 2 * step : -2 * step - 1);
const unfolded = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);
const widthOf = (most: number): number => (most < 2 ** 32 ? 32 - Math.clz32(most) : 64 - Math.clz32(most / 2 ** 32));

/** Longest text of a block, at 34 bits for each code. */
const LONGEST_BLOCK = Math.ceil((FIELDS.length * (WIDEST * BLOCK + WIDTH_BITS)) / BITS) + 1;
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

const timeGoesOn = (step: number): number => (step >= 0 && step < LONGEST_TIME_STEP ? step : 0);
const goesOn = (step: number): number => (step < LONGEST_STEP && step > -LONGEST_STEP ? step : 0);

const STEP_CODES = 2 * LONGEST_STEP;

const readWay = (number: number): void => {
  const places = Math.floor(number / LONGEST_TIME_STEP);
  way.elapsed = number - places * LONGEST_TIME_STEP;
  const lat = Math.floor(places / STEP_CODES);
  way.lat = unfolded(lat);
  way.lon = unfolded(places - lat * STEP_CODES);
};

const wayAsNumber = (): number => (folded(way.lat) * STEP_CODES + folded(way.lon)) * LONGEST_TIME_STEP + way.elapsed;

/**
 * Packs the `BLOCK` points of `points` from `place` on, whose time does not go back.
 * @param closed the text of the blocks before, which is given back with this one behind it
 * @param known begins with what is known of those before, `KNOWN_NUMBERS`, all 0 before the first; what is known after this block is put in
 */
export const packBlock = (closed: string, known: number[], points: readonly number[], place: number): string => {
  readPoint(known, 0, told);
  readWay(known[NUMBERS_PER_POINT]!);
  if (closed.length + LONGEST_BLOCK > text.length) text = Buffer.alloc(2 * (closed.length + LONGEST_BLOCK));
  // Written out whole: strings that are put together would stay a tree of their parts.
  end = text.write(closed, 0, 'latin1');
  open = 0;
  openBits = 0;
  for (let i = 0; i < BLOCK; i++) {
    readPoint(points, place + i * NUMBERS_PER_POINT, point);
    const step = point.elapsed - told.elapsed;
    steps[i] = step - way.elapsed;
    way.elapsed = timeGoesOn(step);
    told.elapsed = point.elapsed;
    takeStep(i, 1, point.lat, told.lat + way.lat);
    if (point.lat !== 0) {
      way.lat = goesOn(point.lat - told.lat);
      told.lat = point.lat;
    }
    takeStep(i, 2, point.lon, told.lon + way.lon);
    if (point.lon !== 0) {
      way.lon = goesOn(point.lon - told.lon);
      told.lon = point.lon;
    }
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
  known[NUMBERS_PER_POINT] = wayAsNumber();
  putTimes();
  for (let field = 1; field < FIELDS.length; field++) putField(field * BLOCK, field <= LAST_IN_TENS);
  if (openBits > 0) sign(open & 63);
  return text.toString('latin1', 0, end);
};

/** Of a code that is not told: it has no step. */
const UNTOLD = Number.NaN;

const takeStep = (i: number, field: number, code: number, expected: number): void => {
  steps[field * BLOCK + i] = code === 0 ? UNTOLD : code - expected;
};

/** Times are always told. */
const putTimes = (): void => {
  let all = 0;
  for (let i = 0; i < BLOCK; i++) {
    // Below 2^28, as a chunk is no longer than that.
    const step = steps[i]! | 0;
    const code = (step << 1) ^ (step >> 31);
    codes[i] = code;
    all |= code;
  }
  const width = 32 - Math.clz32(all);
  putBits(TENS + width, WIDTH_BITS);
  putCodes(width);
};

/** 0 stands for a code that is not told, what is told comes above. @param tens they may be whole tens */
const putField = (first: number, tens: boolean): void => {
  let inTens = tens;
  for (let i = 0; i < BLOCK; i++) {
    const step = steps[first + i]!;
    // Whole numbers of 32 bits are what is fast; what is not told is 0 here.
    const whole = step | 0;
    codes[i] = whole;
    if (whole >= LARGE || whole <= -LARGE || (whole !== step && !Number.isNaN(step))) {
      putLarge(first);
      return;
    }
    if (whole % 10 !== 0) inTens = false;
  }
  let all = 0;
  for (let i = 0; i < BLOCK; i++) {
    const step = inTens ? (codes[i]! / 10) | 0 : codes[i]!;
    const code = Number.isNaN(steps[first + i]!) ? 0 : 1 + ((step << 1) ^ (step >> 31));
    codes[i] = code;
    all |= code;
  }
  const width = 32 - Math.clz32(all);
  putBits(inTens ? TENS + width : width, WIDTH_BITS);
  putCodes(width);
};

/** Where something jumped: the first point of a chunk, or a device that was elsewhere. */
const putLarge = (first: number): void => {
  let most = 0;
  for (let i = first; i < first + BLOCK; i++) {
    const code = Number.isNaN(steps[i]!) ? 0 : 1 + folded(steps[i]!);
    steps[i] = code;
    if (code > most) most = code;
  }
  const width = widthOf(most);
  putBits(width, WIDTH_BITS);
  for (let i = first; i < first + BLOCK; i++) put(steps[i]!, width);
};

/** As `putBits` for each of `codes`: written out, since half of the time of a block goes into it. */
const putCodes = (width: number): void => {
  if (width > PART_BITS) {
    for (let i = 0; i < BLOCK; i++) put(codes[i]!, width);
    return;
  }
  let bits = open;
  let count = openBits;
  let to = end;
  for (let i = 0; i < BLOCK; i++) {
    bits |= codes[i]! << count;
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
  newestStep.fill(0);
  while (next < closed.length) {
    open = 0;
    openBits = 0;
    const width = take(WIDTH_BITS);
    const count = width < TENS ? BLOCK_BEFORE : BLOCK;
    if (count === BLOCK) takeBlock(width - TENS);
    else takeBlockBefore(width);
    for (let i = 0; i < count; i++) {
      point.elapsed = timeAt(count, i);
      point.lat = placeAt(1, count, i);
      point.lon = placeAt(2, count, i);
      point.speed = codeAt(3, count, i);
      point.heading = codeAt(4, count, i);
      point.rpm = codeAt(5, count, i);
      point.throttle = codeAt(6, count, i);
      point.acceleration = codeAt(7, count, i);
      visit(point);
    }
    if (count !== BLOCK) newestStep.fill(0);
  }
};

/** Field by field: the newest code that was told. */
const newest = new Float64Array(FIELDS.length);
/** Of time and place: what the next step is expected to be. */
const newestStep = new Float64Array(STEADY);

const timeAt = (count: number, i: number): number => {
  const step = steps[i]! + (count === BLOCK ? newestStep[0]! : 0);
  newestStep[0] = timeGoesOn(step);
  newest[0]! += step;
  return newest[0]!;
};

const placeAt = (field: number, count: number, i: number): number => {
  const told = steps[field * count + i]!;
  if (Number.isNaN(told)) return 0;
  const step = told + (count === BLOCK ? newestStep[field]! : 0);
  newestStep[field] = goesOn(step);
  newest[field]! += step;
  return newest[field]!;
};

/** What follows of a step that is told; 0 for one that is not. */
const codeAt = (field: number, count: number, i: number): number => {
  const step = steps[field * count + i]!;
  if (Number.isNaN(step)) return 0;
  newest[field]! += step;
  return newest[field]!;
};

/** @param timeWidth of its first field */
const takeBlock = (timeWidth: number): void => {
  for (let i = 0; i < BLOCK; i++) steps[i] = unfolded(take(timeWidth));
  for (let first = BLOCK; first < FIELDS.length * BLOCK; first += BLOCK) {
    const told = take(WIDTH_BITS);
    const unit = told < TENS ? 1 : 10;
    const width = told < TENS ? told : told - TENS;
    for (let i = first; i < first + BLOCK; i++) {
      const code = take(width);
      steps[i] = code === 0 ? UNTOLD : unit * unfolded(code - 1);
    }
  }
};

/** As versions before wrote it. @param width of its first field */
const takeBlockBefore = (width: number): void => {
  for (let field = 0; field < FIELDS.length; field++) takeFieldBefore(field, field === 0 ? width : take(WIDTH_BITS));
};

const takeFieldBefore = (field: number, width: number): void => {
  const least = field < STEADY && width > 0 ? unfolded(take(take(WIDTH_BITS))) : 0;
  for (let i = field * BLOCK_BEFORE; i < (field + 1) * BLOCK_BEFORE; i++) {
    const code = take(width);
    steps[i] = code === 0 ? UNTOLD : field < STEADY ? least + code - 1 : unfolded(code - 1);
  }
};
