import { parentPort, workerData } from 'node:worker_threads';
import { standBack } from '../system/stand-back.js';
import { carry } from './carried-error.js';
import { noCounts } from './guarded.js';
import { type DatabasePlace, openSqlDatabase } from './sql-database.js';
import { type FromThread, memoryOf, type ToThread } from './thread-messages.js';

/** The thread that owns SQL: it answers calls by name until it is told to close. The other end is threaded-database.ts. */
const port = parentPort;
if (!port) throw new Error('database-thread is a worker thread, not a program');

/** Rows can wait, and are fewer for it; an alert and an acknowledgement cannot. Where a processor is free it makes no difference. */
const STEPS_BACK = 5;

const say = (message: FromThread, memory: ArrayBuffer[] = []): void => port.postMessage(message, memory);

const serve = (place: DatabasePlace): void => {
  const counters = noCounts();
  const database = openSqlDatabase(place, counters);

  const answer = async ({ id, name, args }: Extract<ToThread, { type: 'call' }>): Promise<void> => {
    try {
      const result = await (database[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
      say({ type: 'answer', id, retries: counters.retries, result }, memoryOf(result));
    } catch (error) {
      say({ type: 'refusal', id, retries: counters.retries, error: carry(error) });
    }
  };

  port.on('message', (message: ToThread) => {
    if (message.type === 'call') void answer(message);
    // Closing the port lets the thread end by itself once nothing is open.
    else void database.close().finally(() => port.close());
  });
  say({ type: 'ready' });
};

standBack(STEPS_BACK);
try {
  serve(workerData as DatabasePlace);
} catch (error) {
  say({ type: 'failed', error: carry(error) });
  port.close();
}
