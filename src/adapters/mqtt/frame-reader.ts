import { MqttProtocolError } from './mqtt-errors.js';
import { REASON } from './reason-codes.js';

const EMPTY = Buffer.alloc(0);

/**
 * Cuts a byte stream into MQTT packets without copying what came whole. After `next()` has answered true, the packet is
 * `bytes[start…end)` behind its first byte `header`, until `consume()`.
 *
 * Views on `bytes` may outlive the reader: bytes that were handed out are never written again.
 */
export class FrameReader {
  bytes: Buffer = EMPTY;
  /** Type and flags: the first byte of the packet. */
  header = 0;
  start = 0;
  end = 0;
  /** Where its first byte stands. */
  from = 0;
  /** Where what was read ends. */
  #to = 0;

  /** @param maxFrameBytes packets above it are an error as soon as their header is seen, before they are stored */
  constructor(public maxFrameBytes: number) {}

  /** Bytes that are read and not yet consumed. */
  get heldBytes(): number {
    return this.#to - this.from;
  }

  /** Type and flags of the packet that stands or begins there; undefined where nothing does. */
  get firstByte(): number | undefined {
    return this.heldBytes > 0 ? this.bytes[this.from] : undefined;
  }

  push(chunk: Buffer): void {
    const held = this.#to - this.from;
    if (held === 0) {
      this.bytes = chunk;
      this.from = 0;
      this.#to = chunk.length;
      return;
    }
    const needed = held + chunk.length;
    // A buffer that came from the socket is full to its end; only one of ours has room behind `#to`.
    if (this.#to + chunk.length > this.bytes.length) {
      // Doubling keeps a packet that trickles in at linear cost, and memory at twice what was really received.
      const grown = Buffer.allocUnsafeSlow(held * 2 > needed ? held * 2 : needed);
      this.bytes.copy(grown, 0, this.from, this.#to);
      this.bytes = grown;
      this.from = 0;
      this.#to = held;
    }
    chunk.copy(this.bytes, this.#to);
    this.#to += chunk.length;
  }

  /**
   * @returns whether a whole packet stands there
   * @throws {MqttProtocolError} its length is no variable byte integer, or above the bound
   */
  next(): boolean {
    const { bytes } = this;
    let position = this.from + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= this.#to) return false;
      const byte = bytes[position++]!;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
      if (shift === 21) throw new MqttProtocolError('the remaining length has more than four bytes', REASON.malformedPacket);
    }
    if (length > this.maxFrameBytes) {
      throw new MqttProtocolError(`a packet of ${length} bytes is above ${this.maxFrameBytes}`, REASON.packetTooLarge);
    }
    if (position + length > this.#to) return false;
    this.header = bytes[this.from]!;
    this.start = position;
    this.end = position + length;
    return true;
  }

  /** Where the body begins in `frame()`. */
  get bodyOffset(): number {
    return this.start - this.from;
  }

  /** The whole packet, header and all. */
  frame(): Buffer {
    return this.bytes.subarray(this.from, this.end);
  }

  /** Done with this packet. */
  consume(): void {
    this.from = this.end;
    // Lets go of the chunk: a quiet connection shall not hold the last thing it said.
    if (this.from === this.#to) {
      this.bytes = EMPTY;
      this.from = 0;
      this.#to = 0;
    }
  }
}
