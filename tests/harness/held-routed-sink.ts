import type { FaultReason, Routed } from '../../src/protocols/protocol.js';
import type { RoutedContext, RoutedSink } from '../../src/streams/intake/routed-sink.js';

type Done = (error?: Error) => void;

/** Takes what was routed, and says that it is on disk when the test does, or at once. */
export class HeldRoutedSink implements RoutedSink {
  full = false;
  /** Everything recorded, in order. */
  readonly taken: { format: string; routed: readonly Routed[]; context: RoutedContext }[] = [];
  readonly unreadable: { bytes: Uint8Array; reason: FaultReason; detail: string; context: RoutedContext }[] = [];
  readonly waiting: Done[] = [];
  #resume: () => void = () => {};

  constructor(public answersAtOnce = true) {}

  takeRouted(format: string, routed: readonly Routed[], context: RoutedContext, done: Done): void {
    this.taken.push({ format, routed, context });
    if (this.answersAtOnce) done();
    else this.waiting.push(done);
  }

  takeUnreadable(bytes: Uint8Array, why: { reason: FaultReason; detail: string }, context: RoutedContext, done: Done): void {
    this.unreadable.push({ bytes, ...why, context });
    done();
  }

  onDrained(resume: () => void): void {
    this.#resume = resume;
  }

  answer(at = 0, error?: Error): void {
    this.waiting.splice(at, 1)[0]!(error);
  }

  drain(): void {
    this.full = false;
    this.#resume();
  }
}
