import { parentPort, workerData } from 'node:worker_threads';
import { TelltaleError } from '../../model/errors.js';
import { TooMuchError } from '../../model/history-errors.js';
import type { RecordBatch } from '../../model/record.js';
import { Conditions } from '../../streams/fold/conditions.js';
import type { PastView } from '../../streams/history/past-view.js';
import { why } from '../../streams/history/why.js';
import { whyNot } from '../../streams/history/why-not.js';
import { foldEvidence } from '../evidence/fold-evidence.js';
import type { FromHistoryThread, HistoryTask, Questions, ToHistoryThread } from './history-messages.js';
import type { JournalAnswer, JournalRead } from './journal-reads.js';
import { unpackRecords } from './packed-records.js';

/** The thread in which why, why-not and evidence fold the past; the journal stays with the main thread. The other end: threaded-history.ts. */
const port = parentPort;
if (!port) throw new Error('history-thread is a worker thread, not a program');
const { readings: mostReadings } = workerData as HistoryTask;

type Asked = Extract<ToHistoryThread, { type: 'question' }>;

const conditions = new Conditions();
const waiting = new Map<number, { resolve(answer: JournalAnswer): void; reject(error: Error): void }>();
let reads = 0;

const say = (message: FromHistoryThread, memory: ArrayBuffer[] = []): void => port.postMessage(message, memory);

const read = (asked: JournalRead): Promise<JournalAnswer> =>
  new Promise((resolve, reject) => {
    const id = ++reads;
    waiting.set(id, { resolve, reject });
    say({ type: 'read', id, read: asked });
  });

async function* ofVehicle(vehicle: string, from: number, to: number): AsyncIterable<RecordBatch> {
  for (let next = from; next <= to; ) {
    const answer = await read({ type: 'records', vehicle, from: next, to });
    if (answer.type !== 'records' || !answer.packed) return;
    const records = unpackRecords(vehicle, answer.packed);
    yield records;
    next = records[records.length - 1]!.offset + 1;
  }
}

const pastOf = ({ oldest, head }: Asked): PastView => ({
  journal: { ofVehicle, oldest: () => oldest, head: () => new Map([[0, head]]) },
  conditions: async () => conditions,
  async outageAt(rule, vehicle, group, at) {
    const answer = await read({ type: 'outage', rule, vehicle, group, at });
    return answer.type === 'outage' ? answer.outage : undefined;
  },
  async slice(vehicle, since, until) {
    const answer = await read({ type: 'slice', vehicle, since, until });
    return answer.type === 'slice' ? answer.slice : undefined;
  },
});

/** Several are answered by turns: between some thousand readings each lets the others on. */
const breathe = () => new Promise<void>(resolve => setImmediate(resolve));

const answerTo = async (asked: Asked): Promise<Questions[keyof Questions]['answer']> => {
  const { question, now } = asked;
  const past = pastOf(asked);
  let left = mostReadings;
  const spend = (readings: number): void => {
    left -= readings;
    if (left < 0)
      throw new TooMuchError(`More than ${mostReadings} events would have to be folded again.`, { most: mostReadings });
  };
  switch (question.name) {
    case 'why':
      return why(past, question.asked.alert, { now, breathe, spend });
    case 'whyNot':
      return whyNot(past, question.asked, { now, breathe, spend });
    case 'evidence':
      return foldEvidence(past, question.asked, { now, breathe });
  }
};

const answer = async (asked: Asked): Promise<void> => {
  try {
    const found = await answerTo(asked);
    say({ type: 'answer', id: asked.id, answer: found }, 'csv' in found ? [found.csv.buffer as ArrayBuffer] : []);
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    const known = error instanceof TelltaleError ? error : undefined;
    say({
      ...{ type: 'refusal', id: asked.id, code: known?.code, message: known ? message : stack, context: known?.context ?? {} },
    });
  }
};

port.on('message', (message: ToHistoryThread) => {
  if (message.type === 'question') {
    for (const { offset, fact } of message.facts) conditions.apply(offset, fact);
    void answer(message);
    return;
  }
  const asker = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.type === 'read') asker?.resolve(message.answer);
  else asker?.reject(new Error(message.message));
});
