import { Buffer } from 'node:buffer';

/** Lengths of packets that are remembered: those of device ids and of templates, which are few. */
const LENGTHS = 64;

/**
 * One buffer for packets of each length, which all connections write from in turn: nearly always the kernel has taken a packet whole before `write`
 * comes back, and then the memory is free again.
 */
export class WrittenAgain {
  readonly #ofLength = new Map<number, Buffer>();

  /** @returns a buffer of exactly that length, with anything in it */
  take(length: number): Buffer {
    const found = this.#ofLength.get(length);
    if (found !== undefined) return found;
    if (this.#ofLength.size >= LENGTHS) this.#ofLength.clear();
    const made = Buffer.allocUnsafeSlow(length);
    this.#ofLength.set(length, made);
    return made;
  }

  /** The socket keeps it until it is written: it is not to be touched any more. */
  keep(buffer: Buffer): void {
    if (this.#ofLength.get(buffer.length) === buffer) this.#ofLength.delete(buffer.length);
  }
}
