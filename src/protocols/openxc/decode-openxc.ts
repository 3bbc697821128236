import { recordOf } from '../../model/signal-columns.js';
import type { Instant } from '../../model/units.js';
import { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { cannotBeRead, noObject, tooLong } from '../fault-words.js';
import { type FixPart, JOIN_WITHIN, type PartReading } from '../fix-part.js';
import { looseObject } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { readDiagnostic } from './read-diagnostic.js';
import { isPassedOver, readSignal } from './read-signal.js';

type Message = Record<string, unknown>;

const fatalUtf8 = new TextDecoder('utf-8', { fatal: true });
const MOST_MESSAGES = 10_000;

/**
 * Decodes a piece of an OpenXC stream: JSON objects divided by NUL or newline, one signal each. Signals of one time are one event; the two
 * halves of a position belong together where they stand side by side, and are left to `joinFix` where one is alone.
 * @see https://github.com/openxc/openxc-message-format
 */
export const decodeOpenxc = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const moments = new Moments(decoding);
  for (const message of messagesOf(slice, decoding)) {
    const at = deviceInstant(message.timestamp);
    if (typeof message.name === 'string') {
      const change = readSignal(message.name, message.value);
      if (change !== undefined) moments.add(at, change, message);
      else if (!isPassedOver(message.name) && message.event === undefined) decoding.unknown.add(message.name);
    } else if (message.mode !== undefined) {
      const change = readDiagnostic(message);
      if (change !== undefined) moments.add(at, change, message);
    } else if (message.id !== undefined && message.data !== undefined)
      decoding.unknown.add(`can ${String(message.id).slice(0, 16)}`);
    else if (message.command_response === undefined) decoding.unknown.add('message without a name');
  }
  return moments.done();
};

function* messagesOf(slice: Uint8Array, decoding: Decoding): Generator<Message> {
  let text: string;
  try {
    text = fatalUtf8.decode(slice);
  } catch {
    decoding.fault('unreadable', { detail: 'not UTF-8', said: { code: 'not_of_format', format: 'UTF-8', why: '' } });
    return;
  }
  const parts = text.split(/[\0\r\n]+/).filter(part => part.trim() !== '');
  for (const part of parts.slice(0, MOST_MESSAGES)) {
    try {
      const message = looseObject(JSON.parse(part));
      if (message !== undefined) yield message;
      else decoding.fault('wrong_type', noObject());
    } catch (error) {
      // Also what a buffer's end cut in two: the other half is in another record.
      decoding.fault('unreadable', cannotBeRead('JSON', error));
    }
  }
  if (parts.length > MOST_MESSAGES)
    decoding.fault(
      'too_large',
      tooLong(`${parts.length} messages, ${MOST_MESSAGES} are read`, parts.length, MOST_MESSAGES, 'messages'),
    );
}

/** Gathers signals into readings: what has the same time, one behind the other, is one. */
class Moments {
  #at: Instant | undefined;
  #reading: PartReading | undefined;
  #half: PartReading | undefined;

  constructor(private readonly decoding: Decoding) {}

  add(at: Instant | undefined, change: Partial<PartReading>, message: Message): void {
    // NaN is a time of its own, as often as it comes.
    if (this.#reading === undefined || this.#at !== at) {
      this.#at = at;
      this.#reading = this.decoding.begin(at, [], message.timestamp);
    }
    const reading = this.#reading;
    if (reading === undefined) return;
    (reading.source as Message[]).push(message);
    const { signals, fixPart, ...rest } = change;
    Object.assign(reading, rest);
    if (signals !== undefined) reading.signals = { ...recordOf(reading.signals), ...recordOf(signals) };
    if (fixPart !== undefined) this.#join(fixPart, reading);
  }

  done(): Decoded {
    return this.decoding.done();
  }

  #join(part: FixPart, reading: PartReading): void {
    const before = this.#half;
    const both = {
      ...reading.fixPart,
      ...(before && Math.abs(reading.at - before.at) <= JOIN_WITHIN ? before.fixPart : {}),
      ...part,
    };
    reading.fixPart = both;
    this.#half = reading;
    if (both.lat === undefined || both.lon === undefined) return;
    this.decoding.fix({ lat: both.lat, lon: both.lon }, reading);
    reading.fixPart = undefined;
    if (before !== undefined) before.fixPart = undefined;
    this.#half = undefined;
  }
}
