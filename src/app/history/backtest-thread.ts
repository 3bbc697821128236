import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { TooMuchError } from '../../model/history-errors.js';
import type { RecordBatch } from '../../model/record.js';
import { Conditions } from '../../streams/fold/conditions.js';
import { backtest } from '../../streams/history/backtest.js';
import { unpackRecords } from './packed-records.js';
import type { FromThread, ThreadTask, ToThread } from './thread-messages.js';

/** The thread of one backtest: it folds; the journal stays with the main thread and is asked for records. The other end: run-backtests.ts. */
const port = parentPort;
if (!port) throw new Error('backtest-thread is a worker thread, not a program');

const say = (message: FromThread): void => port.postMessage(message);

const ask = (question: FromThread): Promise<ToThread> =>
  new Promise(resolve => {
    port.once('message', resolve);
    say(question);
  });

async function* ofVehicle(vehicle: string, from: number, to: number): AsyncIterable<RecordBatch> {
  for (let next = from; next <= to; ) {
    const answer = await ask({ type: 'records', vehicle, from: next, to });
    if (answer.type !== 'records' || !answer.packed) return;
    const records = unpackRecords(vehicle, answer.packed);
    yield records;
    next = records[records.length - 1]!.offset + 1;
  }
}

const run = async ({ plan, facts, now, events: most, duty }: ThreadTask): Promise<void> => {
  const conditions = new Conditions();
  for (const { offset, fact } of facts) conditions.apply(offset, fact);
  let events = 0;
  let done = 0;
  let workedSince = performance.now();
  const tell = () => say({ type: 'progress', progress: done, events });
  const result = await backtest(plan, {
    now,
    journal: { ofVehicle },
    conditions,
    async slice(vehicle, since, until) {
      const answer = await ask({ type: 'slice', vehicle, since, until });
      return answer.type === 'slice' ? answer.slice : undefined;
    },
    spend(readings) {
      events += readings;
      if (events > most)
        throw new TooMuchError(`It would take more than ${most} events: choose a shorter time or fewer vehicles.`);
    },
    progress(part) {
      done = part;
      tell();
    },
    async breathe() {
      const worked = performance.now() - workedSince;
      if (worked > 20) await sleep(worked * (1 / duty - 1));
      workedSince = performance.now();
      tell();
    },
  });
  say({ type: 'done', result: { ...result, events } });
};

run(workerData as ThreadTask)
  .catch((error: unknown) => say({ type: 'failed', message: error instanceof Error ? error.message : String(error) }))
  .finally(() => port.close());
