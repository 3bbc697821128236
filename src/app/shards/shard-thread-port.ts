import { Worker } from 'node:worker_threads';
import { TelltaleError } from '../../model/errors.js';
import { type LineEnd, lineOf } from './line-calls.js';
import type { ShardTask } from './shard-messages.js';

/** A thread that folds, as the main thread has it in hand. */
export interface ShardThread {
  line: LineEnd;
  /** Told once, when the thread has ended, however. */
  onEnd(ended: (error: Error) => void): void;
  /** The part of its time that it worked, 0 to 1. */
  busy(): number;
  close(): Promise<void>;
}

/** A shard's thread ended, by itself or by an error in it. */
export class ShardEndedError extends TelltaleError {
  readonly code = 'SHARD_ENDED';
  readonly fault = 'bug';
}

/** @param entry the compiled shard-thread.js */
export const startShardThread = (task: ShardTask, entry = new URL('./shard-thread.js', import.meta.url)): ShardThread => {
  const { shard } = task;
  const worker = new Worker(entry, { workerData: task, name: `shard-${shard}` });
  let cause: Error | undefined;
  worker.on('error', error => {
    cause = error;
  });
  return {
    line: lineOf(worker),
    // Always the last event of a thread, however it ended.
    onEnd: ended =>
      worker.on('exit', code =>
        ended(
          new ShardEndedError(`the thread of shard ${shard} ended: ${cause?.message ?? `code ${code}`}`, { shard }, { cause }),
        ),
      ),
    busy: () => worker.performance.eventLoopUtilization().utilization,
    close: async () => void (await worker.terminate()),
  };
};
