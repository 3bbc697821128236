import type { Reading } from '../../model/reading.js';
import type { Instant } from '../../model/units.js';
import { httpFormats, mqttFormats, streamFormats } from '../../protocols/device-formats.js';
import { protocols } from '../../protocols/index.js';
import type { DecodeContext, Decoded, DecodeFault, Decoder, Routed } from '../../protocols/protocol.js';
import type { Answer } from './answer.js';
import type { DeviceInput } from './device-input.js';
import { type EventDocument, eventDocument, isStatusOnly } from './event-document.js';
import { joinedState } from './joined-state.js';

const everyMqttFormat = [...protocols.filter(({ name }) => !mqttFormats.some(format => format.name === name)), ...mqttFormats];

/** Names of everything that `format` may be. */
export const formatNames = (): string[] => [
  ...new Set([...everyMqttFormat, ...httpFormats, ...streamFormats].map(({ name }) => name)),
];

/** What came of an input: who spoke, what it said, and what it has to hear. */
interface Outcome {
  said: { identity: string | undefined; decoded: Decoded }[];
  answer: Answer;
}

const NOTHING: Decoded = { readings: [], faults: [] };

/** Decodes what a device sent as the server would: routed, decoded, answered. Nothing is kept, and every device is taken for known. */
export const decodeDevice = (format: string, input: DeviceInput, received: Instant): Answer => {
  const outcome = carryOut(format, input, received);
  if ('error' in outcome) return outcome;
  const { said, answer } = outcome;
  const identities = [...new Set(said.map(({ identity }) => identity))];
  const readings = said.flatMap(({ identity, decoded }) => decoded.readings.map(reading => ({ identity, reading })));
  const joined = input.transport === 'mqtt' && input.several ? joinedState(readings.map(({ reading }) => reading)) : undefined;
  const events = joined
    ? [stateDocument(joined)]
    : readings.filter(({ reading }) => !isStatusOnly(reading)).map(eventOf(identities.length > 1));
  const faults = said.flatMap(({ decoded }) => decoded.faults);
  const unknown = [...new Set(said.flatMap(({ decoded }) => decoded.unknown ?? []))];
  return {
    events: joined && Object.keys(events[0]!).length === 1 ? [] : events,
    ...(identities.length === 1 ? { device: identities[0] ?? null } : {}),
    ...lastOf('online', readings),
    ...lastOf('vin', readings),
    ...(unknown.length > 0 ? { unknown } : {}),
    ...(faults.length > 0 ? { faults: faults.map(faultDocument) } : {}),
    ...answer,
  };
};

const carryOut = (format: string, input: DeviceInput, received: Instant): Outcome | (Answer & { error: string }) => {
  const read = (decoder: Decoder, { device, slice, foreign }: Routed, topic: string): Outcome['said'][number] => {
    const context: DecodeContext = { device, topic, received, offset: 0 };
    return { identity: (foreign?.id ?? device) || undefined, decoded: decoder.decode(slice, context) };
  };
  if (input.transport === 'mqtt') {
    const protocol = everyMqttFormat.find(({ name }) => name === format);
    if (protocol === undefined) return notHeard(format, 'mqtt');
    const live = input.messages.filter(({ stored }) => !stored);
    const said = live.flatMap(({ topic, payload }) =>
      protocol.route(topic, payload).map(routed => read(protocol, routed, topic)),
    );
    return { said, answer: said.length === 0 && live.length > 0 ? { reject: 'unknown topic' } : {} };
  }
  if (input.transport === 'http') {
    const protocol = httpFormats.find(({ name }) => name === format);
    if (protocol === undefined) return notHeard(format, 'http');
    const { routed, topic, refused, identity, answer } = protocol.route(input.request);
    const { status, body } = answer(refused ? 'rejected' : 'taken');
    return {
      said: routed.map(one => read(protocol, one, topic)),
      answer: {
        ...(identity && { identity }),
        status,
        ...(body !== '' && { reply: body }),
        ...(refused && { reject: refused.detail }),
      },
    };
  }
  const protocol = streamFormats.find(
    ({ name, transports }) => name === format && transports.includes(input.transport as 'tcp' | 'udp'),
  );
  if (protocol === undefined) return notHeard(format, input.transport);
  const conversation = protocol.open({ transport: input.transport, foreign: { format, id: '' } });
  const said: Outcome['said'] = [];
  const replies: Uint8Array[] = [];
  let reject: string | undefined;
  for (const step of [...conversation.hear(input.bytes), ...conversation.end()]) {
    if (step.kind === 'identify') {
      said.push({ identity: step.foreign.id, decoded: NOTHING });
      replies.push(step.accept);
    } else if (step.kind === 'record') {
      for (const routed of step.routed) said.push(read(protocol, routed, format));
      if (step.answer !== undefined) replies.push(step.answer);
    } else if (step.kind === 'answer') replies.push(step.bytes);
    else {
      reject ??= step.kind === 'fault' ? step.code : step.why;
      if (step.kind === 'fault' && step.claimed) said.push({ identity: step.claimed.id, decoded: NOTHING });
    }
  }
  const reply = Buffer.concat(replies);
  const written = reply.length === 0 ? null : input.text ? reply.toString() : reply.toString('hex').toUpperCase();
  return { said, answer: { [input.text ? 'reply' : 'reply_hex']: written, ...(reject !== undefined && { reject }) } };
};

const notHeard = (format: string, transport: string): Answer & { error: string } =>
  formatNames().includes(format)
    ? { error: 'bad_input', detail: `${format} is not spoken over ${transport}` }
    : { error: 'unknown_format', detail: `no format ${format.slice(0, 60)}; there are ${formatNames().join(' ')}` };

const eventOf =
  (several: boolean) =>
  ({ identity, reading }: { identity: string | undefined; reading: Reading }): EventDocument => ({
    ...(several ? { device: identity ?? null } : {}),
    ...eventDocument(reading),
  });

const stateDocument = (state: Reading): EventDocument => ({
  ...eventDocument(state),
  ...(state.online !== undefined ? { online: state.online } : {}),
});

const lastOf = (key: 'online' | 'vin', readings: readonly { reading: Reading }[]): Answer => {
  const last = readings.findLast(({ reading }) => reading[key] !== undefined)?.reading[key];
  return last === undefined ? {} : { [key]: last };
};

const faultDocument = ({ reason, detail, n }: DecodeFault): Answer => ({ n, reason, detail });
