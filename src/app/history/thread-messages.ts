import type { VehicleId } from '../../model/ids.js';
import type { JournalRecord, Offset, RecordHeader } from '../../model/record.js';
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

/** Records of one vehicle, their bodies end to end in memory that changes hands instead of being copied. */
export interface PackedRecords {
  headers: { offset: Offset; header: RecordHeader; size: number }[];
  bodies: ArrayBuffer;
}

export const packRecords = (records: readonly JournalRecord[]): PackedRecords => {
  const bodies = new Uint8Array(records.reduce((sum, { body }) => sum + body.length, 0));
  let at = 0;
  const headers = records.map(({ offset, header, body }) => {
    bodies.set(body, at);
    at += body.length;
    return { offset, header, size: body.length };
  });
  return { headers, bodies: bodies.buffer };
};

export const unpackRecords = (key: VehicleId, { headers, bodies }: PackedRecords): JournalRecord[] => {
  let at = 0;
  return headers.map(({ offset, header, size }) => {
    const body = new Uint8Array(bodies, at, size);
    at += size;
    return { key, offset, header, body };
  });
};
