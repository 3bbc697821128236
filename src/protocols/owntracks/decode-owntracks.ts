import { isId } from '../../model/ids.js';
import { Decoding } from '../decoding.js';
import { cannotBe, noObject } from '../fault-words.js';
import { looseNumber, looseObject } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { isCsv, readCsv } from './read-csv.js';
import { readLocation } from './read-location.js';

const utf8 = new TextDecoder();
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** Kinds of messages that say nothing about where a vehicle is. */
const NOT_A_POSITION = new Set([
  'waypoint',
  'waypoints',
  'card',
  'status',
  'steps',
  'configuration',
  'cmd',
  'beacon',
  'dump',
  'request',
]);

/**
 * Decodes a message of an OwnTracks device: JSON (also several in an array), Greenwich CSV, or the plain text of its lower topics.
 * Only locations and transitions make events; a last will says that the device is away.
 * @see https://owntracks.org/booklet/tech/json/
 */
export const decodeOwntracks = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const below = context.topic.startsWith('owntracks/') ? context.topic.split('/').slice(3).join('/') : '';
  const first = slice.find(byte => byte > 0x20);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    const value = decoding.json(slice);
    if (Array.isArray(value)) for (const message of value) readMessage(message, decoding);
    else if (value !== undefined) readMessage(value, decoding);
  } else if (slice.length > 0) readText(below, utf8.decode(slice).trim(), decoding);
  return decoding.done();
};

const readMessage = (value: unknown, decoding: Decoding): void => {
  const message = looseObject(value);
  if (message === undefined) {
    decoding.fault('wrong_type', noObject('a message is an object with a _type'));
    return;
  }
  const type = message._type;
  if (type === 'location' || type === 'transition') readLocation(message, decoding);
  else if (type === 'lwt') sayOnline(false, 'lwt', decoding);
  else if (typeof type !== 'string') decoding.fault('wrong_type', noObject('a message has a _type'));
  else if (!NOT_A_POSITION.has(type)) decoding.unknown.add(`_type ${type}`);
};

/** Greenwich: positions as CSV, `/status` 1 0 -1, `/voltage/ext` in volts. */
const readText = (below: string, text: string, decoding: Decoding): void => {
  if (isCsv(text)) readCsv(text, decoding);
  else if (below === 'status') {
    if (text === '1' || text === '0' || text === '-1') sayOnline(text === '1', text, decoding);
    else
      decoding.fault('unreadable', {
        detail: `a status is 1, 0 or -1, not ${text.slice(0, 40)}`,
        said: cannotBe(below, text).said,
      });
  } else if (below === 'voltage/ext') {
    const volts = looseNumber(text);
    if (volts === undefined) {
      decoding.fault('wrong_type', { detail: `volts, not ${text.slice(0, 40)}`, said: cannotBe(below, text).said });
      return;
    }
    const reading = decoding.begin(undefined, `${below} ${text}`);
    if (reading !== undefined) reading.externalVoltage = volts;
  } else if (below === '')
    decoding.fault('unreadable', { detail: 'neither JSON nor a position as CSV', said: { code: 'no_message' } });
  else if (!TOLD_TO_PEOPLE.has(below)) decoding.unknown.add(isId(below.replaceAll('/', '.')) ? below : 'topic');
};

const TOLD_TO_PEOPLE = new Set([
  'start',
  'alarm',
  'voltage/batt',
  'info',
  'event',
  'waypoint',
  'waypoints',
  'step',
  'beacon',
  'dump',
  'gpio',
]);

const sayOnline = (online: boolean, source: string, decoding: Decoding): void => {
  const reading = decoding.begin(undefined, source);
  if (reading !== undefined) reading.online = online;
};
