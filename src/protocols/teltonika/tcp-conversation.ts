import type { ForeignId } from '../../model/foreign-id.js';
import { ByteQueue } from '../byte-queue.js';
import type { Conversation, StreamStep } from '../stream-protocol.js';
import { unreadable } from '../unreadable.js';
import { COMMAND_CODECS, readAvlPacket } from './avl-packet.js';
import { crc16 } from './crc16.js';
import { readImei, toTeltonika } from './imei.js';

/** Devices send 1,280 bytes at most, and some 4 KiB; what claims more has lost its place in the stream. */
export const MOST_PACKET_BYTES = 16_384;
const HEADER = 8;
const CRC = 4;
const PREAMBLE = 4;
const MOST_IMEI = 17;
const ACCEPT = Uint8Array.of(1);
/** Between packets, from devices that keep their connection open: it wants no answer. Neither a login nor a packet begins with it. */
const PING = 0xff;
const REFUSE = Uint8Array.of(0);

/**
 * One connection: the device says its IMEI and hears 01; then packets, each answered with the number of its records. What is not answered so
 * is sent again, so a damaged packet is not answered at all.
 */
export class TcpConversation implements Conversation {
  readonly #queue = new ByteQueue();
  #over = false;

  constructor(private identity: ForeignId | undefined) {}

  hear(bytes: Uint8Array): StreamStep[] {
    const steps: StreamStep[] = [];
    if (this.#over) return steps;
    this.#queue.push(bytes);
    while (!this.#over && this.#next(steps));
    this.#queue.settle();
    return steps;
  }

  end(): StreamStep[] {
    const left = this.#queue.length;
    if (left === 0 || this.#over) return [];
    return [unreadable('length', `the connection ended within a packet, after ${left} bytes of it`, this.#queue.take(left))];
  }

  /** @returns false until more bytes come */
  #next(steps: StreamStep[]): boolean {
    if (this.#queue.length > 0 && this.#queue.peek(1)[0] === PING) {
      this.#queue.take(1);
      return true;
    }
    if (this.#queue.length < 2) return false;
    const start = this.#queue.peek(2);
    const length = start[0]! * 256 + start[1]!;
    // A packet begins with four zeros, a login with its own length, which is never zero.
    return length === 0 ? this.#packet(steps) : this.#login(length, steps);
  }

  #login(length: number, steps: StreamStep[]): boolean {
    if (length > MOST_IMEI) return this.#lost('login', 'neither a login nor a packet', steps);
    if (this.#queue.length < 2 + length) return false;
    const frame = this.#queue.take(2 + length);
    const foreign = readImei(frame.subarray(2));
    if (foreign === undefined) {
      steps.push(unreadable('login', 'no IMEI', frame), { kind: 'answer', bytes: REFUSE });
      return this.#close('no IMEI', steps);
    }
    this.identity = foreign;
    steps.push({ kind: 'identify', foreign, accept: ACCEPT, refuse: REFUSE });
    return true;
  }

  #packet(steps: StreamStep[]): boolean {
    if (this.#queue.length < HEADER) return false;
    const header = Buffer.from(this.#queue.peek(HEADER));
    const length = header.readUInt32BE(PREAMBLE);
    if (header.readUInt32BE(0) !== 0 || length < 3 || length > MOST_PACKET_BYTES - HEADER - CRC)
      return this.#lost('length', 'no packet begins here', steps);
    if (this.#queue.length < HEADER + length + CRC) return false;
    const frame = this.#queue.take(HEADER + length + CRC);
    if (this.identity === undefined) {
      steps.push(unreadable('login', 'data before the login', frame));
      return this.#close('data before the login', steps);
    }
    steps.push(this.#read(frame, frame.subarray(HEADER, HEADER + length), this.identity));
    return true;
  }

  #read(frame: Uint8Array, body: Uint8Array, identity: ForeignId): StreamStep {
    const sent = Buffer.from(frame).readUInt32BE(frame.length - CRC);
    if (crc16(body) !== sent) return unreadable('crc', 'the CRC is another one', frame);
    if (COMMAND_CODECS.has(body[0]!)) return { kind: 'record', routed: [toTeltonika(identity, body)], answer: undefined };
    const records = readAvlPacket(body);
    if (records === undefined) return unreadable('records', `codec ${body[0]}: the records do not fit their packet`, frame);
    return { kind: 'record', routed: [toTeltonika(identity, body)], answer: Uint8Array.of(0, 0, 0, records.length) };
  }

  #lost(code: string, detail: string, steps: StreamStep[]): false {
    steps.push(unreadable(code, detail, this.#queue.take(this.#queue.length)));
    return this.#close(detail, steps);
  }

  #close(why: string, steps: StreamStep[]): false {
    steps.push({ kind: 'close', why });
    this.#queue.clear();
    this.#over = true;
    return false;
  }
}
