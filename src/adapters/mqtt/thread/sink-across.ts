import type { ArrivedMessage, MessageSink } from '../../../ports/listener.js';
import { MqttThreadError, PublishNotAllowedError } from '../mqtt-errors.js';
import { MessagePacker } from './message-batch.js';
import { ANSWER, type FromBroker, type Line } from './thread-messages.js';

type Done = (error?: Error) => void;

/** Messages that are on their way to the server and back, and their bytes: with either of these the broker stops reading its sockets. */
export const ACROSS = { messages: 32_768, bytes: 32 * 1024 * 1024 };
/** More of one turn goes in several batches, so that the server can begin. */
const BATCH_BYTES = 512 * 1024;

const NOT_TAKEN = new MqttThreadError('the server did not take the message');
const NOT_ALLOWED = new PublishNotAllowedError('not allowed to publish there');

/** The broker's side of a sink that is on another thread: what came in one turn of the loop crosses as one block of memory. */
export class SinkAcross implements MessageSink {
  readonly #packer = new MessagePacker();
  /** By number, modulo their length. */
  readonly #dones: (Done | undefined)[];
  readonly #sizes: Uint32Array;
  readonly #mask: number;
  #next = 0;
  /** No message before it waits for its answer. */
  #oldest = 0;
  #bytes = 0;
  #resume: () => void = () => {};

  /** @param limits `messages` is a power of two */
  constructor(
    private readonly line: Line<FromBroker>,
    private readonly limits = ACROSS,
  ) {
    this.#dones = new Array(limits.messages).fill(undefined);
    this.#sizes = new Uint32Array(limits.messages);
    this.#mask = limits.messages - 1;
  }

  get full(): boolean {
    return this.#next - this.#oldest >= this.limits.messages || this.#bytes >= this.limits.bytes;
  }

  onDrained(resume: () => void): void {
    this.#resume = resume;
  }

  take(message: ArrivedMessage, done: Done): void {
    // Who asked `full` first does not get here.
    if (this.#next - this.#oldest >= this.limits.messages) {
      done(NOT_TAKEN);
      return;
    }
    const at = this.#next++ & this.#mask;
    this.#dones[at] = done;
    this.#sizes[at] = message.payload.length;
    this.#bytes += message.payload.length;
    this.#packer.add(message);
    if (this.#packer.size === 1) setImmediate(this.#send);
    else if (this.#packer.payloadBytes >= BATCH_BYTES) this.#send();
  }

  /** @param runs first number, how many, `ANSWER`; again and again */
  answered(runs: Float64Array): void {
    const wasFull = this.full;
    for (let i = 0; i < runs.length; i += 3) {
      const end = runs[i]! + runs[i + 1]!;
      const answer = runs[i + 2]!;
      const error = answer === ANSWER.taken ? undefined : answer === ANSWER.notAllowed ? NOT_ALLOWED : NOT_TAKEN;
      for (let number = runs[i]!; number < end; number++) this.#settle(number & this.#mask, error);
    }
    while (this.#oldest < this.#next && this.#dones[this.#oldest & this.#mask] === undefined) this.#oldest++;
    if (wasFull && !this.full) this.#resume();
  }

  #settle(at: number, error: Error | undefined): void {
    const done = this.#dones[at];
    this.#dones[at] = undefined;
    this.#bytes -= this.#sizes[at]!;
    done?.(error);
  }

  readonly #send = (): void => {
    const { size } = this.#packer;
    if (size === 0) return;
    const batch = this.#packer.pack(this.#next - size);
    this.line.postMessage({ type: 'messages', batch }, batch instanceof ArrayBuffer ? [batch] : []);
  };
}
