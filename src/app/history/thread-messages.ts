import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { BacktestResult } from '../../ports/history.js';
import type { SharedFact } from '../../streams/fold/conditions.js';
import type { BacktestPlan } from '../../streams/history/backtest.js';
import type { JournalAnswer, JournalRead } from './journal-reads.js';

/** What the thread is started with. */
export interface ThreadTask {
  plan: BacktestPlan;
  facts: readonly { offset: Offset; fact: SharedFact }[];
  now: Instant;
  /** Events it may decode. */
  events: number;
  /** The part of its time that it works; the rest it sleeps. */
  duty: number;
}

/** The thread asks; there is one question at a time. */
export type FromThread =
  | JournalRead
  | { type: 'progress'; progress: number; events: number }
  | { type: 'done'; result: Omit<BacktestResult, 'took_ms'> }
  | { type: 'failed'; message: string };

export type ToThread = JournalAnswer;
