import type { ArrivedMessage } from '../../../ports/listener.js';

/**
 * Many messages in one block of memory that changes threads: no object, string or promise of a message crosses.
 *
 *     f64 number of the first message · f64 when the first came, ms · i32 how many · i32 unused
 *     for each message 5 × i32: bytes of device, topic and payload · QoS and 4 for DUP · ms after the first
 *     for each message: device, topic (UTF-8), payload
 */
const HEAD_BYTES = 24;
const ROW = 5;
const DUP = 4;

/** Collects messages by reference until they are packed into exactly the memory that they need. */
export class MessagePacker {
  #messages: ArrivedMessage[] = [];
  #payloadBytes = 0;

  get size(): number {
    return this.#messages.length;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  add(message: ArrivedMessage): void {
    this.#messages.push(message);
    this.#payloadBytes += message.payload.length;
  }

  /** @param first number of the first message @returns what was added since the last time */
  pack(first: number): ArrayBuffer {
    const messages = this.#messages;
    const count = messages.length;
    const rows = new Int32Array(count * ROW);
    const start = messages[0]?.received ?? 0;
    let bytes = HEAD_BYTES + rows.byteLength;
    for (let i = 0, at = 0; i < count; i++, at += ROW) {
      const { device, topic, payload, qos, dup, received } = messages[i]!;
      rows[at] = Buffer.byteLength(device ?? '');
      rows[at + 1] = Buffer.byteLength(topic);
      rows[at + 2] = payload.length;
      rows[at + 3] = qos | (dup ? DUP : 0);
      rows[at + 4] = received - start;
      bytes += rows[at]! + rows[at + 1]! + payload.length;
    }
    // Not from the pool: it is to be given away.
    const packed = Buffer.allocUnsafeSlow(bytes);
    const head = new DataView(packed.buffer);
    head.setFloat64(0, first, true);
    head.setFloat64(8, start, true);
    head.setInt32(16, count, true);
    new Int32Array(packed.buffer, HEAD_BYTES, rows.length).set(rows);
    let at = HEAD_BYTES + rows.byteLength;
    for (let i = 0; i < count; i++) {
      const { device, topic, payload } = messages[i]!;
      at += packed.write(device ?? '', at);
      at += packed.write(topic, at);
      packed.set(payload, at);
      at += payload.length;
    }
    this.#messages = [];
    this.#payloadBytes = 0;
    return packed.buffer as ArrayBuffer;
  }
}

/** Reads a batch one message at a time; may be left off and gone on with. */
export class MessageUnpacker {
  readonly #bytes: Buffer;
  readonly #rows: Int32Array;
  readonly #first: number;
  readonly #start: number;
  readonly #count: number;
  #next = 0;
  #at: number;

  constructor(batch: ArrayBuffer) {
    const head = new DataView(batch);
    this.#first = head.getFloat64(0, true);
    this.#start = head.getFloat64(8, true);
    this.#count = head.getInt32(16, true);
    this.#rows = new Int32Array(batch, HEAD_BYTES, this.#count * ROW);
    this.#bytes = Buffer.from(batch);
    this.#at = HEAD_BYTES + this.#rows.byteLength;
  }

  get done(): boolean {
    return this.#next === this.#count;
  }

  /** Number of the message that `next()` will give. */
  get number(): number {
    return this.#first + this.#next;
  }

  /** The payload is a view on the batch. */
  next(): ArrivedMessage {
    const row = this.#next++ * ROW;
    const rows = this.#rows;
    const topicAt = this.#at + rows[row]!;
    const payloadAt = topicAt + rows[row + 1]!;
    const device = this.#bytes.toString('utf8', this.#at, topicAt);
    const topic = this.#bytes.toString('utf8', topicAt, payloadAt);
    this.#at = payloadAt + rows[row + 2]!;
    const flags = rows[row + 3]!;
    return {
      device,
      topic,
      payload: this.#bytes.subarray(payloadAt, this.#at),
      qos: (flags & 3) as 0 | 1 | 2,
      dup: (flags & DUP) !== 0,
      stored: false,
      received: this.#start + rows[row + 4]!,
    };
  }
}
