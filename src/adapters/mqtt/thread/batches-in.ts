import type { MessageSink, Talker } from '../../../ports/listener.js';
import { PublishNotAllowedError } from '../mqtt-errors.js';
import { MessageUnpacker } from './message-batch.js';
import { ANSWER } from './thread-messages.js';

/**
 * What the sink has of these messages at a time: some writes of the journal. Ten thousand messages of devices that are answered together would each be some
 * objects that wait for half a second, instead of bytes in the block that they came in.
 */
const AT_THE_SINK = { messages: 8_192, bytes: 4 * 1024 * 1024 };

/**
 * The server's side: takes batches to the sink, as far as it has room, and answers in one block what was answered in one turn.
 * What waits here is bounded by what the broker lets be on its way (`ACROSS`).
 */
export class BatchesIn {
  #waiting: MessageUnpacker[] = [];
  /** By their numbers, as the newest batch knows them. */
  #talkers: Talker[] = [];
  /** First number, how many, `ANSWER`; again and again. */
  #runs: number[] = [];
  #closed = false;
  /** Messages that the sink has not answered yet, and their bytes. */
  #open = 0;
  #openBytes = 0;

  /**
   * @param sink refuses what a device may not say
   * @param answer sends the runs to the broker
   * @param forgot told when all talkers are told anew
   */
  constructor(
    private readonly sink: MessageSink,
    private readonly answer: (runs: Float64Array) => void,
    private readonly forgot: () => void = () => {},
  ) {
    sink.onDrained(() => this.#take());
  }

  take(batch: ArrayBuffer | SharedArrayBuffer): void {
    if (this.#closed) return;
    const messages = new MessageUnpacker(batch, this.#talkers);
    if (this.#talkers.length > 0 && messages.talkers !== this.#talkers) this.forgot();
    this.#talkers = messages.talkers;
    this.#waiting.push(messages);
    this.#take();
  }

  /** The broker is gone: nobody is to be answered, and what was not taken was never acknowledged. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#talkers = [];
  }

  #take(): void {
    const { sink } = this;
    for (let batch = this.#waiting[0]; batch !== undefined; batch = this.#waiting[0]) {
      while (!batch.done) {
        if (sink.full || this.#open >= AT_THE_SINK.messages || this.#openBytes >= AT_THE_SINK.bytes) return;
        const { number } = batch;
        const message = batch.next();
        const { length } = message.payload;
        this.#open += 1;
        this.#openBytes += length;
        sink.take(message, error => this.#answered(number, length, error));
      }
      this.#waiting.shift();
    }
  }

  #answered(number: number, bytes: number, error: Error | undefined): void {
    this.#open -= 1;
    this.#openBytes -= bytes;
    const answer =
      error === undefined ? ANSWER.taken : error instanceof PublishNotAllowedError ? ANSWER.notAllowed : ANSWER.notTaken;
    const runs = this.#runs;
    const last = runs.length - 3;
    if (last < 0) process.nextTick(this.#send);
    if (last >= 0 && runs[last + 2] === answer && runs[last]! + runs[last + 1]! === number) runs[last + 1]! += 1;
    else runs.push(number, 1, answer);
  }

  readonly #send = (): void => {
    const runs = Float64Array.from(this.#runs);
    this.#runs = [];
    if (this.#closed) return;
    this.answer(runs);
    this.#take();
  };
}
