import { isId, RESERVED_DEVICE_ID } from '../../model/ids.js';
import { emptyReading } from '../../model/reading.js';
import { cannotBe } from '../fault-words.js';
import { readObdLines } from '../obd/read-obd-lines.js';
import type { DecodeContext, Decoded, Protocol } from '../protocol.js';
import { readEvent } from './read-event.js';
import { readObdFindings } from './read-obd-findings.js';
import { readPayload } from './read-payload.js';
import { readPlainEvents } from './read-plain-events.js';

const PREFIX = 'telltale/v1/';
const text = new TextDecoder('utf-8');

/** Our own format (contract §3): events as JSON or CBOR, raw ELM327 lines, and a status. */
export const telltaleV1: Protocol = {
  name: 'telltale-v1',
  topics: [`${PREFIX}+/events`, `${PREFIX}+/obd`, `${PREFIX}+/status`],

  routesByTopic: true,

  route(topic, payload) {
    if (!topic.startsWith(PREFIX)) return [];
    const slash = topic.indexOf('/', PREFIX.length);
    const device = topic.slice(PREFIX.length, slash);
    const kind = topic.slice(slash + 1);
    if (slash < 0 || !isId(device) || device === RESERVED_DEVICE_ID) return [];
    return kind === 'events' || kind === 'obd' || kind === 'status' ? [{ device, slice: payload }] : [];
  },

  decode(slice, context) {
    const kind = context.topic.slice(context.topic.lastIndexOf('/') + 1);
    if (kind === 'obd') return decodeLines(slice, context);
    if (kind === 'status') return decodeStatus(slice, context);
    return decodeEvents(slice, context);
  },

  errorTopic: device => `${PREFIX}${device}/errors`,
};

const decodeEvents = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const plain = readPlainEvents(slice, context);
  if (plain !== undefined) return plain;
  const decoded: Decoded = { readings: [], faults: [] };
  const payload = readPayload(slice);
  if ('fault' in payload) {
    decoded.faults.push({ n: 0, ...payload.fault, part: undefined });
    return decoded;
  }
  const { value } = payload;
  if (Array.isArray(value)) for (let n = 0; n < value.length; n++) readEvent(value[n], n, true, context, decoded);
  else readEvent(value, 0, false, context, decoded);
  return decoded;
};

const decodeLines = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const lines = text.decode(slice);
  const reading = emptyReading(context.received, context.received, context.device, context.offset, 0);
  reading.ownTime = false;
  reading.source = lines;
  reading.signals = {};
  readObdFindings(readObdLines([lines], reading.signals), reading);
  return { readings: [reading], faults: [] };
};

const decodeStatus = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const said = text.decode(slice).trim().toLowerCase();
  if (said !== 'online' && said !== 'offline') {
    const detail = `status is "online" or "offline", not ${JSON.stringify(said.slice(0, 40))}`;
    return {
      readings: [],
      faults: [{ n: 0, reason: 'unreadable', detail, said: cannotBe('status', said).said, part: undefined }],
    };
  }
  const reading = emptyReading(context.received, context.received, context.device, context.offset, 0);
  reading.ownTime = false;
  reading.source = said;
  reading.online = said === 'online';
  return { readings: [reading], faults: [] };
};
