import { emptyReading, type Reading } from '../model/reading.js';
import type { Instant } from '../model/units.js';
import { readDeviceFix, type SentFix } from './device-fix.js';
import { cannotBeRead, type FaultWords, noTime, textOf, tooFarAhead } from './fault-words.js';
import type { DecodeContext, Decoded, DecodeFault, FaultReason } from './protocol.js';
import { FURTHEST_AHEAD } from './telltale-v1/read-event.js';
import { UnknownNames } from './unknown-names.js';

const fatalUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Gathers what one record says, for the formats of other makers: they share how times, faults and unknown names are dealt with. */
export class Decoding {
  readonly unknown = new UnknownNames();
  readonly #readings: Reading[] = [];
  readonly #faults: DecodeFault[] = [];
  #n = 0;

  constructor(private readonly context: DecodeContext) {}

  /**
   * Begins a reading, which counts at once.
   * @param at undefined = no time was sent, it is the arrival; NaN = what was sent is no time
   * @param source what tells this event from others
   * @param sent the time as it stood there
   * @returns undefined where the time cannot be: a fault says so
   */
  begin(at: Instant | undefined, source: unknown, sent?: unknown): Reading | undefined {
    const { received, device, offset } = this.context;
    const n = this.#n++;
    if (at !== undefined && Number.isNaN(at)) {
      this.#reject(n, 'wrong_type', noTime(sent), source);
      return undefined;
    }
    if (at !== undefined && at - received > FURTHEST_AHEAD) {
      this.#reject(n, 'too_far_ahead', tooFarAhead(at), source);
      return undefined;
    }
    const reading = emptyReading(at ?? received, received, device, offset, n);
    reading.ownTime = at !== undefined;
    reading.source = source;
    this.#readings.push(reading);
    return reading;
  }

  /** Puts a position into a reading; one that is nowhere on earth is a fault, and the rest of the reading stays. */
  fix(sent: SentFix, reading: Reading): void {
    const wrong = readDeviceFix(sent, reading);
    if (wrong !== undefined) this.fault('out_of_range', wrong, reading.n);
  }

  fault(reason: FaultReason, { detail, said }: FaultWords, n = this.#n): void {
    this.#faults.push({ n, reason, detail: detail.slice(0, 200), said, part: undefined });
  }

  /** Of a record with several events only the one that is wrong goes into quarantine. */
  #reject(n: number, reason: FaultReason, words: FaultWords, source: unknown): void {
    this.#faults.push({ n, reason, ...words, part: typeof source === 'string' ? source : textOf(source) });
  }

  /** @returns the JSON value of the bytes; undefined, and a fault, where they hold none */
  json(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(fatalUtf8.decode(bytes));
    } catch (error) {
      this.fault('unreadable', cannotBeRead('JSON', error));
      return undefined;
    }
  }

  done(): Decoded {
    const unknown = this.unknown.list();
    const decoded = { readings: this.#readings, faults: this.#faults };
    return unknown === undefined ? decoded : { ...decoded, unknown };
  }
}
