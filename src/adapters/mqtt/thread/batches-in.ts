import type { MessageSink, Talker } from '../../../ports/listener.js';
import { PublishNotAllowedError } from '../mqtt-errors.js';
import { MessageUnpacker } from './message-batch.js';
import { ANSWER } from './thread-messages.js';

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
        if (sink.full) return;
        const { number } = batch;
        sink.take(batch.next(), error => this.#answered(number, error));
      }
      this.#waiting.shift();
    }
  }

  #answered(number: number, error: Error | undefined): void {
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
    if (!this.#closed) this.answer(runs);
  };
}
