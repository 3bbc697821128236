import type { Instant } from '../../../model/units.js';

/*
 * A number in a packed state begins with a byte that says what it is:
 *
 * 00–3f  one that stood here before, by its place among 64
 * 40–9f  whole, from −2 to 93
 * a0–bf  whole, up to 8,191: five bits here, eight in the next byte
 * c0–df  whole milliseconds before the newest time, up to 35 minutes: five bits here, sixteen in the next two bytes
 * e0     the same either way, four bytes
 * e1     whole, four bytes
 * e2     thousandths, two bytes
 * e3     thousandths, four bytes
 * e4     millionths, four bytes
 * e5     whole and not below 0, six bytes
 * e6     its eight bytes as they are
 */
const SMALL = 0x40;
const LEAST_SMALL = -2;
const MOST_SMALL = 93;
const WHOLE_13 = 0xa0;
const BEFORE_21 = 0xc0;
const BEFORE_32 = 0xe0;
const WHOLE_32 = 0xe1;
const THOUSANDTHS_16 = 0xe2;
const THOUSANDTHS_32 = 0xe3;
const MILLIONTHS_32 = 0xe4;
const WHOLE_48 = 0xe5;
const RAW = 0xe6;
/** Whatever begins with this or more is no number. */
export const NO_NUMBER = 0xf0;
export const LONGEST_NUMBER = 9;

const SEEN = 64;
const HASH = 0x9e3779b1;
const TWO_48 = 2 ** 48;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const bytes8 = new Uint8Array(double.buffer);

/** Where a number has its place among those that stood here before: a later one of the same place pushes it out. */
const placeOf = (value: number): number => {
  double[0] = value;
  return Math.imul(halves[0]! ^ halves[1]!, HASH) >>> 26;
};

/** Bytes of one packed state, as they are written. There has to be room for what is written (`LONGEST_NUMBER`). */
export class NumberWriter {
  at = 0;
  private readonly seen = new Float64Array(SEEN);
  private newest: Instant = 0;

  constructor(public bytes: Buffer) {}

  /** @param newest time of the state, which others are told by */
  begin(newest: Instant): void {
    this.at = 0;
    this.seen.fill(Number.NaN);
    this.newest = 0;
    this.number(newest);
    this.newest = newest;
  }

  /** Of a number that is none of those that one byte tells. */
  number(value: number): void {
    const { bytes, seen, newest } = this;
    const whole = value | 0;
    const isWhole = whole === value && (whole !== 0 || 1 / value > 0);
    if (isWhole && whole >= LEAST_SMALL) {
      if (whole <= MOST_SMALL) {
        bytes[this.at++] = SMALL - LEAST_SMALL + whole;
        return;
      }
      if (whole < 8_192) {
        bytes[this.at++] = WHOLE_13 | (whole >> 8);
        bytes[this.at++] = whole;
        return;
      }
    }
    const place = placeOf(value);
    if (seen[place] === value) {
      bytes[this.at++] = place;
      return;
    }
    seen[place] = value;
    if (isWhole) {
      bytes[this.at++] = WHOLE_32;
      this.four(whole);
      return;
    }
    const before = newest - value;
    const before32 = before | 0;
    if (before32 === before) {
      if (before32 >= 0 && before32 < 1 << 21) {
        bytes[this.at++] = BEFORE_21 | (before32 >> 16);
        bytes[this.at++] = before32 >> 8;
        bytes[this.at++] = before32;
      } else {
        bytes[this.at++] = BEFORE_32;
        this.four(before32);
      }
      return;
    }
    const thousandths = Math.round(value * 1e3);
    if (thousandths === (thousandths | 0)) {
      if (thousandths / 1e3 === value && thousandths !== 0) {
        if (thousandths === (thousandths << 16) >> 16) {
          bytes[this.at++] = THOUSANDTHS_16;
          bytes[this.at++] = thousandths >> 8;
          bytes[this.at++] = thousandths;
        } else {
          bytes[this.at++] = THOUSANDTHS_32;
          this.four(thousandths);
        }
        return;
      }
      const millionths = Math.round(value * 1e6);
      if (millionths === (millionths | 0) && millionths / 1e6 === value && millionths !== 0) {
        bytes[this.at++] = MILLIONTHS_32;
        this.four(millionths);
        return;
      }
    } else if (value >= 0 && value < TWO_48 && Math.floor(value) === value) {
      bytes[this.at++] = WHOLE_48;
      const high = Math.floor(value / 2 ** 32);
      bytes[this.at++] = high >> 8;
      bytes[this.at++] = high;
      this.four(value | 0);
      return;
    }
    bytes[this.at++] = RAW;
    double[0] = value;
    for (let i = 0; i < 8; i++) bytes[this.at++] = bytes8[i]!;
  }

  numbers(list: readonly number[]): void {
    for (let i = 0; i < list.length; i++) this.number(list[i]!);
  }

  private four(value: number): void {
    const { bytes } = this;
    bytes[this.at++] = value >> 24;
    bytes[this.at++] = value >> 16;
    bytes[this.at++] = value >> 8;
    bytes[this.at++] = value;
  }
}

/** Reads what a writer wrote, in the same order. */
export class NumberReader {
  at = 0;
  private readonly seen = new Float64Array(SEEN);
  private newest: Instant = 0;

  constructor(public bytes: Buffer) {}

  begin(): void {
    this.at = 0;
    this.newest = 0;
    this.newest = this.number();
  }

  number(): number {
    const { bytes, seen } = this;
    const kind = bytes[this.at++]!;
    if (kind < SMALL) return seen[kind]!;
    if (kind < WHOLE_13) return kind - SMALL + LEAST_SMALL;
    if (kind < BEFORE_21) return ((kind & 31) << 8) | bytes[this.at++]!;
    const value = this.long(kind);
    seen[placeOf(value)] = value;
    return value;
  }

  /** Puts numbers into a list of as many. */
  numbers(list: number[]): void {
    for (let i = 0; i < list.length; i++) list[i] = this.number();
  }

  private long(kind: number): number {
    const { bytes, newest } = this;
    if (kind < BEFORE_32) return newest - (((kind & 31) << 16) | this.two());
    if (kind === RAW) {
      for (let i = 0; i < 8; i++) bytes8[i] = bytes[this.at++]!;
      return double[0]!;
    }
    if (kind === WHOLE_48) return this.two() * 2 ** 32 + (this.four() >>> 0);
    if (kind === THOUSANDTHS_16) return ((this.two() << 16) >> 16) / 1e3;
    const value = this.four();
    if (kind === BEFORE_32) return newest - value;
    if (kind === WHOLE_32) return value;
    return kind === THOUSANDTHS_32 ? value / 1e3 : value / 1e6;
  }

  private two(): number {
    const { bytes } = this;
    return (bytes[this.at++]! << 8) | bytes[this.at++]!;
  }

  private four(): number {
    return (this.two() << 16) | this.two();
  }
}
