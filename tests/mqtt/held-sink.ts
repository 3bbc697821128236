import type { ArrivedMessage, MessageSink } from '../../src/ports/listener.js';

/** A sink that answers when the test says so, or at once. */
export class HeldSink implements MessageSink {
  full = false;
  /** Everything taken, in order. */
  readonly taken: ArrivedMessage[] = [];
  /** Answers that are still to be given, in order. */
  readonly waiting: ((error?: Error) => void)[] = [];
  #resume: () => void = () => {};

  constructor(public answersAtOnce = false) {}

  take(message: ArrivedMessage, done: (error?: Error) => void): void {
    this.taken.push(message);
    if (this.answersAtOnce) done();
    else this.waiting.push(done);
  }

  onDrained(resume: () => void): void {
    this.#resume = resume;
  }

  /** Answers the `at`th of those that wait. */
  answer(at = 0, error?: Error): void {
    this.waiting.splice(at, 1)[0]!(error);
  }

  drain(): void {
    this.full = false;
    this.#resume();
  }

  texts(): string[] {
    return this.taken.map(({ payload }) => Buffer.from(payload).toString());
  }
}
