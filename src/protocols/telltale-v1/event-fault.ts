import type { Wanted } from '../../model/wanted.js';
import { type FaultWords, mustBe } from '../fault-words.js';
import type { FaultReason } from '../protocol.js';

/** A value of the wrong kind or range; told to the device. */
export class EventFault {
  constructor(
    readonly reason: FaultReason,
    readonly words: FaultWords,
  ) {}
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export const wrong = (name: string, wanted: Wanted, got: unknown): EventFault =>
  new EventFault('wrong_type', mustBe(name, wanted, got));
