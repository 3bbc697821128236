const TWO_TO_31 = 2 ** 31;

/** Writes numbers into bytes that grow. Varints carry integers up to 2^53: what shifts cannot carry is divided. */
export class NumberWriter {
  private buffer: Uint8Array;
  private view: DataView;
  private used = 0;

  constructor(expected: number) {
    this.buffer = new Uint8Array(expected);
    this.view = new DataView(this.buffer.buffer);
  }

  byte(value: number): void {
    this.room();
    this.buffer[this.used++] = value;
  }

  double(value: number): void {
    this.room();
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  /** @param value an integer, 0 to 2^53 − 1 */
  varint(value: number): void {
    this.room();
    let rest = value;
    while (rest >= TWO_TO_31) {
      this.buffer[this.used++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    // From here on shifts do, and are quicker.
    rest |= 0;
    while (rest >= 128) {
      this.buffer[this.used++] = (rest & 127) | 128;
      rest >>= 7;
    }
    this.buffer[this.used++] = rest;
  }

  /** Zigzag: small numbers of either sign are short. @param value an integer within ± 2^52 */
  signedVarint(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  /** For the longest of the numbers. */
  private room(): void {
    if (this.used + 8 <= this.buffer.length) return;
    const grown = new Uint8Array(this.buffer.length * 2 + 8);
    grown.set(this.buffer);
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what a {@link NumberWriter} wrote. Past the end it reads zeros: lengths are checked by who knows them. */
export class NumberReader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly buffer: Uint8Array) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  byte(): number {
    return this.buffer[this.at++] ?? 0;
  }

  double(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  take(length: number): Uint8Array {
    const taken = this.buffer.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
}
