export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
/** Whole numbers of so many digits, and powers of ten up to here, are exact; so one division of them rounds as JSON.parse does. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n);

/**
 * Reads along JSON bytes without making objects. It knows the plain part of the grammar only: whoever meets anything else gives up and leaves
 * the whole text to JSON.parse. So every answer is either what JSON.parse would have said, or "give up".
 */
export class JsonCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  private end = 0;
  /** The newest number. In an array, since a number that is returned would be an object each time. */
  readonly value = new Float64Array(1);
  /** Where the text of the newest `text()` stands. */
  from = 0;
  to = 0;

  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
  }

  /** Goes over white space. @returns the byte after it, not taken; 0 at the end */
  next(): number {
    const { bytes, end } = this;
    let { at } = this;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return 0;
  }

  /** Takes `wanted`, after white space. @returns false where something else stands there */
  take(wanted: number): boolean {
    if (this.next() !== wanted) return false;
    this.at++;
    return true;
  }

  /** Takes a key that is any text, and its colon. */
  anyKey(): boolean {
    return this.text() && this.take(COLON);
  }

  /** Takes a text of printable ASCII without escapes: `from` to `to`, without its quotes. */
  text(): boolean {
    if (!this.take(QUOTE)) return false;
    const { bytes, end } = this;
    let { at } = this;
    this.from = at;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.to = at;
        this.at = at + 1;
        return true;
      }
      if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return false;
      at++;
    }
    return false;
  }

  /** Takes the quote of a key. @returns its first byte, not taken; 0 where no key stands there */
  key(): number {
    if (this.next() !== QUOTE) return 0;
    const at = this.at + 1;
    this.at = at;
    return at < this.end ? this.bytes[at]! : 0;
  }

  /** Takes the rest of a key: all bytes of `rest`, which ends with quote and colon. */
  rest(rest: Uint8Array): boolean {
    const { bytes, at } = this;
    const { length } = rest;
    if (at + length > this.end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== rest[i]) return false;
    this.at = at + length;
    return true;
  }

  /** Takes `true`, `false` or `null`. */
  word(word: 'true' | 'false' | 'null'): boolean {
    this.next();
    if (this.end - this.at < word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    this.at += word.length;
    return true;
  }

  /** Goes to where the object that begins at `from` ends, whatever is in it. @returns the place behind it; 0 where it has no end */
  skipObject(from: number): number {
    const { bytes, end } = this;
    let depth = 0;
    let quoted = false;
    for (let at = from; at < end; at++) {
      const byte = bytes[at];
      if (quoted) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) quoted = false;
      } else if (byte === QUOTE) quoted = true;
      else if (byte === OPEN_OBJECT) depth++;
      else if (byte === CLOSE_OBJECT && --depth === 0) {
        this.at = at + 1;
        return this.at;
      }
    }
    return 0;
  }

  /** Takes a number into `value[0]`. */
  number(): boolean {
    const first = this.next();
    const { bytes, end } = this;
    const start = this.at;
    let at = first === MINUS ? start + 1 : start;
    const whole = at;
    let mantissa = 0;
    let byte = at < end ? bytes[at]! : 0;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      byte = ++at < end ? bytes[at]! : 0;
    }
    let digits = at - whole;
    if (digits === 0 || (digits > 1 && bytes[whole] === ZERO)) return false;
    let decimals = 0;
    if (byte === DOT) {
      const point = at;
      byte = ++at < end ? bytes[at]! : 0;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        byte = ++at < end ? bytes[at]! : 0;
      }
      decimals = at - point - 1;
      if (decimals === 0) return false;
      digits += decimals;
    }
    // An exponent, or more digits than are exact.
    if (byte === 0x65 || byte === 0x45 || digits > EXACT_DIGITS) return false;
    this.at = at;
    if (decimals > 0) mantissa /= POWERS[decimals]!;
    this.value[0] = first === MINUS ? -mantissa : mantissa;
    return true;
  }
}

/** The bytes of a key with what closes it, for `rest`. */
export const keyBytes = (name: string): Uint8Array => Buffer.from(`${name}":`);
