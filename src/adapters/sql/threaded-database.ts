import { Worker } from 'node:worker_threads';
import { uncarry } from './carried-error.js';
import { DatabaseUnavailableError } from './errors.js';
import { type DatabaseCounters, noCounts } from './guarded.js';
import type { PackedDatabase } from './packed-database.js';
import type { DatabasePlace } from './sql-database.js';
import { type CallName, callNames, type FromThread, memoryOf, type ToThread } from './thread-messages.js';

export interface ThreadLimits {
  /** Calls that wait for an answer; one more is refused. */
  outstanding: number;
  /** Before a thread that ended is replaced, ms: doubled from `first` to `longest` while it keeps ending. */
  restartAfter: { first: number; longest: number };
  /** For a thread to close what it has open, ms. */
  closeWithin: number;
}

export const defaultThreadLimits: ThreadLimits = {
  outstanding: 1_000,
  restartAfter: { first: 100, longest: 30_000 },
  closeWithin: 10_000,
};

interface Waiting {
  name: CallName;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** This side of the thread that owns SQL: calls go over by name and number, and a thread that dies is replaced. */
export class ThreadedDatabase {
  readonly counters: DatabaseCounters = noCounts();
  private readonly waiting = new Map<number, Waiting>();
  private thread: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private nextId = 0;
  private endsInARow = 0;
  private retriesBefore = 0;
  private drained: (() => void) | undefined;
  private closing = false;

  private constructor(
    private readonly place: DatabasePlace,
    private readonly entry: URL,
    private readonly limits: ThreadLimits,
  ) {}

  /**
   * Resolves when the thread is up.
   * @param entry the compiled database-thread.js
   * @throws {DatabaseAddressError} the URL or the file cannot be used
   */
  static async start(place: DatabasePlace, entry: URL, limits: ThreadLimits = defaultThreadLimits): Promise<ThreadedDatabase> {
    const database = new ThreadedDatabase(place, entry, limits);
    await database.startThread();
    return database;
  }

  asDatabase(): PackedDatabase {
    const calls = callNames.map(name => [name, (...args: unknown[]) => this.call(name, args)] as const);
    return { ...Object.fromEntries(calls), close: () => this.close() } as unknown as PackedDatabase;
  }

  private startThread(): Promise<void> {
    return new Promise((resolve, reject) => {
      const thread = new Worker(this.entry, { workerData: this.place, name: 'database' });
      let cause: unknown;
      thread.on('message', (message: FromThread) => {
        if (message.type === 'ready') {
          // Closed while it was being replaced.
          if (this.closing) void thread.terminate();
          else this.thread = thread;
          resolve();
        } else if (message.type === 'failed') {
          cause = uncarry(message.error);
        } else this.settle(message);
      });
      thread.on('error', error => {
        cause = error;
      });
      // Always the last event of a thread, however it ended.
      thread.on('exit', () => {
        const served = this.thread === thread;
        if (served) this.lose(cause);
        else reject(cause ?? new DatabaseUnavailableError('the database thread ended before it was up'));
      });
    });
  }

  private lose(cause: unknown): void {
    this.thread = undefined;
    this.retriesBefore = this.counters.retries;
    const reason = (cause as { message?: string } | undefined)?.message ?? 'no reason given';
    for (const { name, reject } of this.waiting.values())
      reject(new DatabaseUnavailableError(`the database thread ended during ${name}: ${reason}`, { call: name }, { cause }));
    this.waiting.clear();
    this.drained?.();
    if (!this.closing) this.restartLater();
  }

  private restartLater(): void {
    const { first, longest } = this.limits.restartAfter;
    const pause = Math.min(longest, first * 2 ** this.endsInARow++) * (0.5 + Math.random() / 2);
    this.restart = setTimeout(() => {
      this.counters.restarts++;
      this.startThread().catch(() => {
        if (!this.closing) this.restartLater();
      });
    }, pause);
  }

  private call(name: CallName, args: readonly unknown[]): Promise<unknown> {
    const { thread } = this;
    if (this.closing) return Promise.reject(new DatabaseUnavailableError('the database is closed', { call: name }));
    if (!thread) return Promise.reject(new DatabaseUnavailableError('the database thread is being restarted', { call: name }));
    if (this.waiting.size >= this.limits.outstanding) {
      this.counters.refused++;
      const { size } = this.waiting;
      return Promise.reject(new DatabaseUnavailableError(`${size} calls of the database are outstanding`, { call: name }));
    }
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const message: ToThread = { type: 'call', id, name, args };
      thread.postMessage(message, memoryOf(args[0]));
      this.waiting.set(id, { name, resolve, reject });
    });
  }

  private settle(message: Extract<FromThread, { id: number }>): void {
    this.counters.retries = this.retriesBefore + message.retries;
    this.endsInARow = 0;
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.result);
    else waiting?.reject(uncarry(message.error));
    if (this.waiting.size === 0) this.drained?.();
  }

  /** What is outstanding is answered first, as far as the time goes. */
  private async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    clearTimeout(this.restart);
    const { thread } = this;
    if (!thread) return;
    const deadline = setTimeout(() => void thread.terminate(), this.limits.closeWithin);
    const ended = new Promise(resolve => thread.once('exit', resolve));
    if (this.waiting.size > 0)
      await new Promise<void>(resolve => {
        this.drained = resolve;
      });
    thread.postMessage({ type: 'close' } satisfies ToThread);
    await ended;
    clearTimeout(deadline);
  }
}
