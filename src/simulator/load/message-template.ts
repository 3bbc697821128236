import { Buffer } from 'node:buffer';
import type { Instant, Millis } from '../../model/units.js';
import { eventText, FIRST_SEQ, type LapPoint, SEQ_DIGITS, TS_DIGITS } from './load-script.js';

const ZERO = 48;
const SOME_TS = 1_000_000_000_000;

/** The payload of one message: written once as text, then only its digits change. */
export class MessageTemplate {
  readonly bytes: Buffer;
  readonly #tsAt: readonly number[];

  /** @param points one event each; a single one is sent as an object, more as an array */
  constructor(points: readonly LapPoint[]) {
    const texts = points.map(point => eventText(point, SOME_TS, FIRST_SEQ));
    const text = texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`;
    this.bytes = Buffer.from(text, 'latin1');
    const found: number[] = [];
    for (let at = text.indexOf('"ts":'); at !== -1; at = text.indexOf('"ts":', at + 1)) found.push(at + 5);
    this.#tsAt = found;
  }

  /** Copies the payload to `target` and writes the times and numbers of its events, each `step` and 1 after the one before. */
  write(target: Buffer, offset: number, ts: Instant, step: Millis, seq: number): void {
    target.set(this.bytes, offset);
    for (let i = 0; i < this.#tsAt.length; i++) {
      const at = offset + this.#tsAt[i]!;
      writeDigits(target, at, TS_DIGITS, ts + i * step);
      // `,"seq":` stands between them.
      writeDigits(target, at + TS_DIGITS + 7, SEQ_DIGITS, seq + i);
    }
  }
}

/** The digits of 0 … 999, three bytes each. */
const THREE_DIGITS = Buffer.from(Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0')).join(''), 'latin1');

const writeThree = (target: Buffer, at: number, value: number): void => {
  const from = value * 3;
  target[at] = THREE_DIGITS[from]!;
  target[at + 1] = THREE_DIGITS[from + 1]!;
  target[at + 2] = THREE_DIGITS[from + 2]!;
};

const writeDigits = (target: Buffer, at: number, digits: number, value: number): void => {
  // Two halves of small integers: remainders of numbers beyond 32 bits are slow.
  let high = Math.floor(value / 1_000_000);
  const low = value - high * 1_000_000;
  let end = at + digits;
  writeThree(target, end - 3, low % 1_000);
  writeThree(target, end - 6, (low / 1_000) | 0);
  for (end -= 6; end - at >= 3; end -= 3) {
    writeThree(target, end - 3, high % 1_000);
    high = (high / 1_000) | 0;
  }
  for (; end > at; end--) {
    target[end - 1] = ZERO + (high % 10);
    high = (high / 10) | 0;
  }
};
