import { MqttProtocolError } from './mqtt-errors.js';
import { decodePacket, type MqttVersion } from './packet-codec.js';
import { REASON } from './reason-codes.js';

/** Where a packet lies in what was read (frame-reader.ts). */
export interface FrameBytes {
  readonly bytes: Buffer;
  /** Of its first byte. */
  readonly from: number;
  /** Where its body begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** A PUBLISH packet. `payload` is a view on the bytes it was read from. */
export interface PublishFrame {
  topic: string;
  /** 1–65535; 0 with QoS 0. */
  id: number;
  payload: Buffer;
  qos: 0 | 1 | 2;
  dup: boolean;
  retain: boolean;
}

const malformed = (detail: string): never => {
  throw new MqttProtocolError(`PUBLISH: ${detail}`, REASON.malformedPacket);
};

/** Whether the first byte of a packet says PUBLISH. */
export const isPublish = (header: number): boolean => header >> 4 === 3;

/**
 * Reads a PUBLISH by hand: ten times the speed of mqtt-packet (limits.md), which still reads those with MQTT 5 properties.
 * A property test holds the two together.
 * @param last the topic that came before on this connection: a device says the same again and again, and it is only read anew where it does not
 * @throws {MqttProtocolError} it is not readable, or uses what was announced as not available
 */
export const readPublish = (frame: FrameBytes, version: MqttVersion, last = ''): PublishFrame => {
  const { bytes, start, end } = frame;
  const header = bytes[frame.from]!;
  const qos = ((header >> 1) & 3) as 0 | 1 | 2;
  if ((qos as number) === 3) malformed('QoS 3');
  if (start + 2 > end) malformed('no topic');
  const topicEnd = start + 2 + ((bytes[start]! << 8) | bytes[start + 1]!);
  let position = topicEnd + (qos > 0 ? 2 : 0);
  if (position > end) malformed('cut short');
  if (topicEnd === start + 2) {
    throw new MqttProtocolError('PUBLISH: an empty topic, and there are no topic aliases', REASON.topicAliasInvalid);
  }
  const id = qos > 0 ? (bytes[topicEnd]! << 8) | bytes[topicEnd + 1]! : 0;
  if (qos > 0 && id === 0) malformed('packet id 0');
  if (version === 5) {
    if (position >= end) malformed('no properties');
    if (bytes[position] === 0) position += 1;
    else position = frame.from + endOfProperties(bytes.subarray(frame.from, end), position - frame.from);
  }
  const topic = spells(bytes, start + 2, topicEnd, last) ? last : readTopic(bytes, start + 2, topicEnd);
  return { topic, id, payload: bytes.subarray(position, end), qos, dup: (header & 8) !== 0, retain: (header & 1) !== 0 };
};

/** @returns whether these bytes are that topic, told of ASCII alone: of another the answer is no */
const spells = (bytes: Buffer, from: number, to: number, topic: string): boolean => {
  if (to - from !== topic.length) return false;
  for (let i = 0; i < topic.length; i++) {
    const byte = bytes[from + i]!;
    // Beyond ASCII a byte is no character, even where the numbers agree.
    if (byte > 0x7f || byte !== topic.charCodeAt(i)) return false;
  }
  return true;
};

const readTopic = (bytes: Buffer, from: number, to: number): string => {
  const topic = bytes.toString('utf8', from, to);
  if (topic.includes('+') || topic.includes('#') || topic.includes('\u0000')) {
    throw new MqttProtocolError('PUBLISH: a wildcard or NUL in the topic', REASON.topicNameInvalid);
  }
  return topic;
};

/** Nothing in the properties matters to us but that they are readable and use no alias. */
const endOfProperties = (frame: Buffer, position: number): number => {
  const packet = decodePacket(frame, 5);
  if (packet.cmd !== 'publish') return malformed('not a PUBLISH');
  if (packet.properties?.topicAlias !== undefined) {
    throw new MqttProtocolError('PUBLISH: a topic alias, and none was allowed', REASON.topicAliasInvalid);
  }
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = frame[position++];
    if (byte === undefined || shift > 21) return malformed('the length of the properties');
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  // The library reads a last property over the end that was said; then the two disagree on where the payload begins.
  const end = position + length;
  return end + packet.payload.length === frame.length ? end : malformed('properties of another length than said');
};
