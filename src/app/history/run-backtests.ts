import { Worker } from 'node:worker_threads';
import { BusyError } from '../../model/history-errors.js';
import type { Millis } from '../../model/units.js';
import type { Clock, Random } from '../../ports/clock.js';
import type { BacktestJob, BacktestRequest, Backtests } from '../../ports/history.js';
import type { Past } from '../../streams/history/past.js';
import { journalReads, memoryIn } from './journal-reads.js';
import type { FromThread, ThreadTask } from './thread-messages.js';

export interface BacktestLimits {
  /** At the same time. */
  atOnce: number;
  within: Millis;
  /** Events one may decode. */
  events: number;
  /** Ended ones that are remembered; the oldest go. */
  remembered: number;
  /** The part of its time that the thread works. */
  duty: number;
  /** After a read the main thread has the next one wait this many times as long as it took. */
  restAfterRead: number;
  memoryMb: number;
}

export const defaultBacktestLimits: BacktestLimits = {
  atOnce: 1,
  within: 10 * 60_000,
  events: 20_000_000,
  remembered: 32,
  duty: 0.6,
  restAfterRead: 3,
  memoryMb: 768,
};

interface Running {
  owner: string;
  job: BacktestJob;
  thread: Worker | undefined;
  ended: Promise<void>;
  end: () => void;
}

export interface BacktestParts {
  past: Past;
  /** Records that the live fold has not got to. */
  behind(): number;
  clock: Clock;
  random: Random;
  count(counter: string): void;
}

/**
 * Runs backtests, each in a thread of its own. The thread reads the journal through here, since LevelDB lets nobody else in: a batch at a
 * time, when it asks, with pauses, and not while live data waits.
 */
export class RunBacktests implements Backtests {
  private readonly jobs = new Map<string, Running>();

  constructor(
    private readonly parts: BacktestParts,
    private readonly limits: BacktestLimits = defaultBacktestLimits,
    private readonly entry = new URL('./backtest-thread.js', import.meta.url),
  ) {}

  start(owner: string, request: BacktestRequest): BacktestJob {
    const { clock, random, count } = this.parts;
    const running = [...this.jobs.values()].filter(({ job }) => job.status === 'running').length;
    if (running >= this.limits.atOnce) {
      count('backtests_busy');
      throw new BusyError('A backtest is running already: wait for it, or cancel it.');
    }
    let end = () => {};
    const ended = new Promise<void>(resolve => {
      end = resolve;
    });
    const job: BacktestJob = {
      id: Buffer.from(random.secret(9)).toString('base64url'),
      status: 'running',
      progress: 0,
      events: 0,
      started_at: new Date(clock.now()).toISOString(),
      result: null,
      error: null,
    };
    const entry: Running = { owner, job, thread: undefined, ended, end };
    this.jobs.set(job.id, entry);
    count('backtests_started');
    void this.run(entry, request).catch(error => this.finish(entry, 'failed', String(error)));
    return job;
  }

  private async run(entry: Running, plan: BacktestRequest): Promise<void> {
    const { past, clock } = this.parts;
    const began = clock.now();
    const task: ThreadTask = {
      plan,
      facts: await past.facts(),
      now: began,
      events: this.limits.events,
      duty: this.limits.duty,
    };
    if (entry.job.status !== 'running') return;
    const thread = new Worker(this.entry, {
      workerData: task,
      name: 'backtest',
      resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb },
    });
    entry.thread = thread;
    const answerRead = journalReads({ ...this.parts, restAfterRead: this.limits.restAfterRead });
    const late = clock.after(this.limits.within, () => {
      this.finish(
        entry,
        'failed',
        `It took longer than ${this.limits.within / 60_000} min: choose a shorter time or fewer vehicles.`,
      );
    });
    void entry.ended.then(late);
    thread.on('message', (message: FromThread) => {
      if (message.type === 'progress') {
        entry.job.progress = Math.max(entry.job.progress, message.progress);
        entry.job.events = message.events;
      } else if (message.type === 'done') {
        entry.job.result = { ...message.result, took_ms: clock.now() - began };
        entry.job.events = message.result.events;
        entry.job.progress = 1;
        this.finish(entry, 'done', null);
      } else if (message.type === 'failed') this.finish(entry, 'failed', message.message);
      else
        answerRead(message).then(
          answer => thread.postMessage(answer, memoryIn(answer)),
          error => this.finish(entry, 'failed', String(error)),
        );
    });
    thread.on('error', error => this.finish(entry, 'failed', error.message));
    thread.on('exit', () => this.finish(entry, 'failed', 'The thread ended.'));
  }

  private finish(entry: Running, status: Exclude<BacktestJob['status'], 'running'>, error: string | null): void {
    const { job } = entry;
    if (job.status !== 'running') return;
    job.status = status;
    job.error = error;
    this.parts.count(`backtests_${status}`);
    void entry.thread?.terminate();
    entry.end();
    const over = [...this.jobs.values()].filter(other => other.job.status !== 'running');
    for (const old of over.slice(0, Math.max(0, over.length - this.limits.remembered))) this.jobs.delete(old.job.id);
  }

  job(owner: string, id: string): BacktestJob | undefined {
    const found = this.jobs.get(id);
    return found?.owner === owner ? found.job : undefined;
  }

  async ended(id: string): Promise<BacktestJob> {
    const found = this.jobs.get(id)!;
    await found.ended;
    return found.job;
  }

  cancel(owner: string, id: string): boolean {
    const found = this.jobs.get(id);
    if (found?.owner !== owner || found.job.status !== 'running') return false;
    this.finish(found, 'cancelled', null);
    return true;
  }

  close(): void {
    for (const entry of this.jobs.values()) this.finish(entry, 'cancelled', null);
  }
}
