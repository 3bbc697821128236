/** Reads big-endian numbers one behind the other. Beyond the end everything is 0 and `short` is set: whoever reads looks at it once. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;
  short = false;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  u8(): number {
    return this.#has(1) ? this.#view.getUint8(this.#at - 1) : 0;
  }

  u16(): number {
    return this.#has(2) ? this.#view.getUint16(this.#at - 2) : 0;
  }

  i16(): number {
    return this.#has(2) ? this.#view.getInt16(this.#at - 2) : 0;
  }

  i32(): number {
    return this.#has(4) ? this.#view.getInt32(this.#at - 4) : 0;
  }

  u64(): bigint {
    return this.#has(8) ? this.#view.getBigUint64(this.#at - 8) : 0n;
  }

  take(length: number): Uint8Array {
    return this.#has(length) ? this.bytes.subarray(this.#at - length, this.#at) : EMPTY;
  }

  #has(length: number): boolean {
    if (this.left < length) {
      this.short = true;
      this.#at = this.bytes.length;
      return false;
    }
    this.#at += length;
    return true;
  }
}

const EMPTY = new Uint8Array();
