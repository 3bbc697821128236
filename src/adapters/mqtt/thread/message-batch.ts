import type { ArrivedMessage, Talker } from '../../../ports/listener.js';

/**
 * Many messages in one block of memory that changes threads: no object, string or promise of a message crosses. Who talks on a topic has a number from the
 * first message on; texts go with that one alone.
 *
 *     f64 number of the first message · f64 when the first came, ms · i32 how many
 *     i32 how many talkers are new · i32 number of the first of them; 0 where there are some: all that were told before are forgotten · i32 unused
 *     for each message 4 × i32: number of the talker · bytes of the payload · QoS and 4 for DUP · ms after the first
 *     for each new talker 2 × i32: bytes of device and topic
 *     for each new talker: device, topic (UTF-8); then the payloads
 */
const HEAD_BYTES = 32;
const ROW = 4;
const DUP = 4;

/**
 * One block in so many is memory that V8 knows of: it marks the whole heap whenever 64 MB of such outlive young collections, which at some
 * ten MB a second is all the time. The others are shared memory, which it frees like any other and does not count; that it comes to a few times 64 MB is
 * what those it counts are for.
 */
const COUNTED_OF = 4;

/** Beyond either of these all talkers are forgotten, and told again as they speak. */
const TALKERS = { most: 65_536, textBytes: 8 * 1024 * 1024 };

/** Collects messages by reference until they are packed into exactly the memory that they need. */
export class MessagePacker {
  #messages: ArrivedMessage[] = [];
  /** Of their talkers. */
  #numbers: number[] = [];
  #payloadBytes = 0;
  readonly #talkers = new Map<string, { device: string; no: number }>();
  #nextNo = 0;
  #textBytes = 0;
  /** Lengths and texts of talkers that the other side does not know yet. */
  #newLengths: number[] = [];
  #newTexts: Buffer[] = [];
  #packed = 0;

  constructor(private readonly bound = TALKERS) {}

  get size(): number {
    return this.#messages.length;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  add(message: ArrivedMessage): void {
    const { device = '', topic, payload } = message;
    const talker = this.#talkers.get(topic);
    // Nearly always one device alone speaks on a topic.
    this.#numbers.push(talker !== undefined && talker.device === device ? talker.no : this.#newTalker(device, topic));
    this.#messages.push(message);
    this.#payloadBytes += payload.length;
  }

  #newTalker(device: string, topic: string): number {
    const no = this.#nextNo++;
    const texts = [Buffer.from(device), Buffer.from(topic)] as const;
    this.#newLengths.push(texts[0].length, texts[1].length);
    this.#newTexts.push(...texts);
    this.#textBytes += texts[0].length + texts[1].length;
    this.#talkers.set(topic, { device, no });
    return no;
  }

  /** @param first number of the first message @returns what was added since the last time */
  pack(first: number): ArrayBuffer | SharedArrayBuffer {
    const messages = this.#messages;
    const count = messages.length;
    const newLengths = this.#newLengths;
    const table = new Int32Array(count * ROW + newLengths.length);
    const start = messages[0]?.received ?? 0;
    for (let i = 0, at = 0; i < count; i++, at += ROW) {
      const { payload, qos, dup, received } = messages[i]!;
      table[at] = this.#numbers[i]!;
      table[at + 1] = payload.length;
      table[at + 2] = qos | (dup ? DUP : 0);
      table[at + 3] = received - start;
    }
    table.set(newLengths, count * ROW);
    let at = HEAD_BYTES + table.byteLength;
    let textBytes = 0;
    for (const { length } of this.#newTexts) textBytes += length;
    const size = at + textBytes + this.#payloadBytes;
    // Not from the pool: it is to be given away.
    const memory = this.#packed++ % COUNTED_OF === 0 ? new ArrayBuffer(size) : new SharedArrayBuffer(size);
    const packed = new Uint8Array(memory);
    const head = new DataView(memory);
    head.setFloat64(0, first, true);
    head.setFloat64(8, start, true);
    head.setInt32(16, count, true);
    head.setInt32(20, newLengths.length / 2, true);
    head.setInt32(24, this.#nextNo - newLengths.length / 2, true);
    new Int32Array(memory, HEAD_BYTES, table.length).set(table);
    for (const text of this.#newTexts) {
      packed.set(text, at);
      at += text.length;
    }
    for (let i = 0; i < count; i++) {
      const { payload } = messages[i]!;
      packed.set(payload, at);
      at += payload.length;
    }
    this.#messages = [];
    this.#numbers = [];
    this.#payloadBytes = 0;
    if (newLengths.length > 0) this.#told();
    return memory;
  }

  #told(): void {
    this.#newLengths = [];
    this.#newTexts = [];
    if (this.#nextNo < this.bound.most && this.#textBytes < this.bound.textBytes) return;
    this.#talkers.clear();
    this.#nextNo = 0;
    this.#textBytes = 0;
  }
}

/** Reads a batch one message at a time; may be left off and gone on with. */
export class MessageUnpacker {
  /** By number, with those whom this batch tells of: for the next one. */
  readonly talkers: Talker[];
  readonly #bytes: Buffer;
  readonly #table: Int32Array;
  readonly #first: number;
  readonly #start: number;
  readonly #count: number;
  #next = 0;
  #at: number;

  /** @param talkers of the batch before; it is added to */
  constructor(batch: ArrayBuffer | SharedArrayBuffer, talkers: Talker[]) {
    const head = new DataView(batch);
    this.#first = head.getFloat64(0, true);
    this.#start = head.getFloat64(8, true);
    this.#count = head.getInt32(16, true);
    const newTalkers = head.getInt32(20, true);
    this.#table = new Int32Array(batch, HEAD_BYTES, this.#count * ROW + newTalkers * 2);
    this.#bytes = Buffer.from(batch);
    this.#at = HEAD_BYTES + this.#table.byteLength;
    // A list of its own: messages of batches before this one may wait still.
    this.talkers = newTalkers > 0 && head.getInt32(24, true) === 0 ? [] : talkers;
    for (let i = 0; i < newTalkers; i++) {
      const lengths = this.#count * ROW + 2 * i;
      const device = this.#text(this.#table[lengths]!);
      const topic = this.#text(this.#table[lengths + 1]!);
      this.talkers.push({ device, topic, speaker: undefined });
    }
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
    const table = this.#table;
    const talker = this.talkers[table[row]!]!;
    const { device, topic } = talker;
    const payloadAt = this.#at;
    this.#at += table[row + 1]!;
    const flags = table[row + 2]!;
    return {
      device,
      topic,
      payload: this.#bytes.subarray(payloadAt, this.#at),
      qos: (flags & 3) as 0 | 1 | 2,
      dup: (flags & DUP) !== 0,
      stored: false,
      received: this.#start + table[row + 3]!,
      talker,
    };
  }

  #text(length: number): string {
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}
