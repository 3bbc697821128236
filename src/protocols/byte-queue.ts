/** Bytes that came and were not read yet; grows only as far as its reader lets it. */
export class ByteQueue {
  #bytes: Uint8Array = EMPTY;

  get length(): number {
    return this.#bytes.length;
  }

  push(bytes: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
  }

  /** The next bytes, without taking them. */
  peek(length = this.#bytes.length): Uint8Array {
    return this.#bytes.subarray(0, length);
  }

  indexOf(byte: number): number {
    return this.#bytes.indexOf(byte);
  }

  /** @returns a copy: what a record holds must not stand in a buffer that the socket uses again */
  take(length: number): Uint8Array {
    const taken = this.#bytes.slice(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** Lets go of what the socket may use again. */
  settle(): void {
    this.#bytes = this.#bytes.slice();
  }

  clear(): void {
    this.#bytes = EMPTY;
  }
}

const EMPTY = new Uint8Array();
