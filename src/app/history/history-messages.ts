import type { Alert, AlertKind } from '../../model/alert.js';
import type { VehicleId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import type { Instant, Millis } from '../../model/units.js';
import type { Why, WhyNot } from '../../ports/history.js';
import type { SharedFact } from '../../streams/fold/conditions.js';
import type { EvidenceQuestion, FoldedEvidence } from '../evidence/fold-evidence.js';
import type { JournalAnswer, JournalRead } from './journal-reads.js';

/** A question, and what its answer is. */
export interface Questions {
  why: { asked: { alert: Alert }; answer: Why };
  whyNot: { asked: { vehicle: VehicleId; kind: AlertKind; at: Instant; within: Millis }; answer: WhyNot };
  evidence: { asked: EvidenceQuestion; answer: FoldedEvidence };
}
export type QuestionName = keyof Questions;

export type AnyQuestion = { [Name in QuestionName]: { name: Name; asked: Questions[Name]['asked'] } }[QuestionName];

/** What the thread is started with. */
export interface HistoryTask {
  /** Readings that one question may decode. */
  readings: number;
}

export type ToHistoryThread =
  | {
      type: 'question';
      id: number;
      question: AnyQuestion;
      /** Those that the thread was not told before. */
      facts: readonly { offset: Offset; fact: SharedFact }[];
      now: Instant;
      oldest: Offset;
      head: Offset;
    }
  | { type: 'read'; id: number; answer: JournalAnswer }
  | { type: 'unread'; id: number; message: string };

export type FromHistoryThread =
  | { type: 'read'; id: number; read: JournalRead }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'refusal'; id: number; code: string | undefined; message: string; context: Readonly<Record<string, unknown>> };
