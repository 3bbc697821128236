import { Worker } from 'node:worker_threads';
import type { Alert, AlertKind } from '../../model/alert.js';
import { TelltaleError } from '../../model/errors.js';
import { BusyError, ExpiredError, TooMuchError } from '../../model/history-errors.js';
import type { VehicleId } from '../../model/ids.js';
import { type Instant, type Millis, minutes } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';
import type { History, Why, WhyNot } from '../../ports/history.js';
import type { Past } from '../../streams/history/past.js';
import type { EvidenceQuestion, FoldedEvidence, FoldsEvidence } from '../evidence/fold-evidence.js';
import type {
  AnyQuestion,
  FromHistoryThread,
  HistoryTask,
  QuestionName,
  Questions,
  ToHistoryThread,
} from './history-messages.js';
import { journalReads, memoryIn } from './journal-reads.js';

export interface HistoryLimits extends HistoryTask {
  /** Questions that are answered at once, by turns. */
  atOnce: number;
  /** A thread that nobody asks anything for this long ends. */
  idleFor: Millis;
  restAfterRead: number;
  memoryMb: number;
}

export const defaultHistoryLimits: HistoryLimits = {
  atOnce: 4,
  readings: 2_000_000,
  idleFor: minutes(5),
  restAfterRead: 0.5,
  memoryMb: 512,
};

export interface ThreadedHistoryParts {
  past: Past;
  /** Records that the live fold has not got to. */
  behind(): number;
  clock: Clock;
  count(counter: string): void;
}

/** The thread that answers questions about the past has ended; the next question starts another. */
export class HistoryThreadError extends TelltaleError {
  readonly code = 'HISTORY_THREAD';
  readonly fault = 'outage';
}

/** Something in it that should not happen, with the stack of there. */
class HistoryFailedError extends TelltaleError {
  readonly code = 'HISTORY_FAILED';
  readonly fault = 'bug';
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Folds the past in a thread of its own, so that no question about it holds up a live alert. The other end: history-thread.ts. */
export class ThreadedHistory implements History, FoldsEvidence {
  private thread: Worker | undefined;
  private told = 0;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private cancelIdle: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly parts: ThreadedHistoryParts,
    private readonly limits: HistoryLimits = defaultHistoryLimits,
    private readonly entry = new URL('./history-thread.js', import.meta.url),
  ) {}

  why(alert: Alert): Promise<Why> {
    return this.ask('why', { alert });
  }

  whyNot(vehicle: VehicleId, kind: AlertKind, at: Instant, within: Millis): Promise<WhyNot> {
    return this.ask('whyNot', { vehicle, kind, at, within });
  }

  evidence(question: EvidenceQuestion): Promise<FoldedEvidence> {
    return this.ask('evidence', question);
  }

  private async ask<Name extends QuestionName>(name: Name, asked: Questions[Name]['asked']): Promise<Questions[Name]['answer']> {
    const { past, clock, count } = this.parts;
    if (this.waiting.size >= this.limits.atOnce) {
      count('history_busy');
      throw new BusyError(`${this.limits.atOnce} questions about the past are being answered: ask again in a moment.`);
    }
    const id = ++this.asked;
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    // A thread that ends while facts are read has nobody to tell of it yet.
    answer.catch(() => {});
    this.cancelIdle?.();
    try {
      const facts = await past.facts();
      if (this.closed) throw new HistoryThreadError('The server is stopping.');
      this.thread ??= this.start();
      const message: ToHistoryThread = {
        type: 'question',
        id,
        question: { name, asked } as AnyQuestion,
        facts: facts.slice(this.told),
        now: clock.now(),
        oldest: past.journal.oldest(),
        head: Math.max(0, ...past.journal.head().values()),
      };
      this.told = facts.length;
      this.thread.postMessage(message);
      return (await answer) as Questions[Name]['answer'];
    } catch (error) {
      if (error instanceof TooMuchError) count('history_too_much');
      throw error;
    } finally {
      this.waiting.delete(id);
      if (this.waiting.size === 0) this.cancelIdle = clock.after(this.limits.idleFor, () => this.end('Nobody asked.'));
    }
  }

  private start(): Worker {
    const { readings, restAfterRead, memoryMb } = this.limits;
    const thread = new Worker(this.entry, {
      workerData: { readings } satisfies HistoryTask,
      name: 'history',
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.parts.count('history_threads');
    const answerRead = journalReads({ ...this.parts, restAfterRead });
    const say = (message: ToHistoryThread, memory: ArrayBuffer[] = []): void => thread.postMessage(message, memory);
    thread.on('message', (message: FromHistoryThread) => {
      if (message.type === 'read') {
        const { id, read } = message;
        answerRead(read).then(
          answer => say({ type: 'read', id, answer }, memoryIn(answer)),
          error => say({ type: 'unread', id, message: String(error) }),
        );
      } else if (message.type === 'answer') this.waiting.get(message.id)?.resolve(message.answer);
      else this.waiting.get(message.id)?.reject(errorOf(message));
    });
    const ended = (why: string): void => {
      if (this.thread === thread) this.end(why);
    };
    thread.on('error', error => ended(error.message));
    thread.on('exit', () => ended('It ended.'));
    return thread;
  }

  private end(why: string): void {
    const { thread } = this;
    this.thread = undefined;
    this.told = 0;
    for (const { reject } of this.waiting.values()) reject(new HistoryThreadError(`The thread of the past has ended: ${why}`));
    void thread?.terminate();
  }

  close(): void {
    this.closed = true;
    this.cancelIdle?.();
    this.end('The server is stopping.');
  }
}

const errorOf = ({ code, message, context }: Extract<FromHistoryThread, { type: 'refusal' }>): Error => {
  if (code === 'EXPIRED') return new ExpiredError(message, context);
  if (code === 'TOO_MUCH') return new TooMuchError(message, context);
  return new HistoryFailedError(message, context);
};
