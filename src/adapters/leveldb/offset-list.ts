import type { Offset } from '../../model/record.js';

/** Bytes that a difference takes at most. */
export const DIFFERENCE_BYTES = 8;

/** @returns where the next one is to stand */
export const putDifference = (bytes: Uint8Array, at: number, difference: number): number => {
  let rest = difference;
  while (rest > 127) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at] = rest;
  return at + 1;
};

/** Ascending offsets as variable-length differences: two or three bytes each, where an array takes eight. */
export class OffsetList {
  private bytes = new Uint8Array(16);
  private used = 0;
  private last = 0;
  length = 0;

  /** @param offset above all that are in it */
  push(offset: Offset): void {
    if (this.used + DIFFERENCE_BYTES > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.used = putDifference(this.bytes, this.used, offset - this.last);
    this.last = offset;
    this.length++;
  }

  /** Those with `from` ≤ offset ≤ `to`. */
  between(from: Offset, to: Offset): Offset[] {
    const found: Offset[] = [];
    let offset = 0;
    for (let at = 0; at < this.used; ) {
      let shift = 1;
      let difference = 0;
      for (;;) {
        const byte = this.bytes[at++] as number;
        difference += (byte & 127) * shift;
        if (byte < 128) break;
        shift *= 128;
      }
      offset += difference;
      if (offset > to) break;
      if (offset >= from) found.push(offset);
    }
    return found;
  }

  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  /** For reading only: a list made from bytes does not know its last offset. */
  static fromBytes(bytes: Uint8Array): Pick<OffsetList, 'between'> {
    const list = new OffsetList();
    list.bytes = Uint8Array.from(bytes);
    list.used = bytes.length;
    return list;
  }
}
