import type { HttpRequest } from '../../protocols/http-protocol.js';
import { looseObject } from '../../protocols/loose-values.js';

export interface MqttInput {
  topic: string;
  payload: Uint8Array;
  /** State that a broker kept and hands over on subscribing; not what a device publishes with the retain flag. */
  stored: boolean;
}

/** What a device sent, by the way it came. */
export type DeviceInput =
  | { transport: 'mqtt'; messages: MqttInput[]; several: boolean }
  | { transport: 'http'; request: HttpRequest }
  | { transport: 'tcp' | 'udp'; bytes: Uint8Array; text: boolean };

const MOST_MESSAGES = 10_000;

/** Reads `in` of a line. @returns `detail`: what is wrong with it */
export const readDeviceInput = (value: unknown): DeviceInput | { detail: string } => {
  const input = looseObject(value);
  if (input === undefined) return { detail: '"in" must be an object' };
  const { transport } = input;
  if (transport === 'mqtt') return readMqtt(input);
  if (transport === 'http') return readHttp(input);
  if (transport !== 'tcp' && transport !== 'udp') return { detail: '"transport" must be mqtt, http, tcp or udp' };
  const bytes = readPayload(input);
  return bytes === undefined ? NO_PAYLOAD : { transport, bytes, text: typeof input.payload_hex !== 'string' };
};

const NO_PAYLOAD = { detail: 'expected "payload" (text) or "payload_hex"' };

const readPayload = ({ payload, payload_hex: hex }: Record<string, unknown>): Uint8Array | undefined => {
  if (typeof hex === 'string') return /^(?:[0-9a-f]{2})*$/i.test(hex) ? Buffer.from(hex, 'hex') : undefined;
  return typeof payload === 'string' ? Buffer.from(payload) : undefined;
};

const readMqtt = (input: Record<string, unknown>): DeviceInput | { detail: string } => {
  const several = Array.isArray(input.messages);
  const sent: readonly unknown[] = several ? (input.messages as unknown[]) : [input];
  if (sent.length > MOST_MESSAGES) return { detail: `at most ${MOST_MESSAGES} messages` };
  const messages: MqttInput[] = [];
  for (const value of sent) {
    const message = looseObject(value) ?? {};
    const payload = readPayload(message);
    if (typeof message.topic !== 'string') return { detail: 'an MQTT message has a "topic"' };
    if (payload === undefined) return NO_PAYLOAD;
    messages.push({ topic: message.topic, payload, stored: message.stored === true });
  }
  return { transport: 'mqtt', messages, several };
};

const readHttp = (input: Record<string, unknown>): DeviceInput | { detail: string } => {
  const { method = 'GET', target = '/', headers, body } = input;
  if (typeof method !== 'string' || typeof target !== 'string') return { detail: '"method" and "target" must be text' };
  if (body !== undefined && body !== null && typeof body !== 'string') return { detail: '"body" must be text' };
  const [path = '/', ...query] = target.split('?');
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(looseObject(headers) ?? {})) lower[name.toLowerCase()] = String(value);
  const request = { method: method.toUpperCase(), path, query: query.join('?'), headers: lower, body: Buffer.from(body ?? '') };
  return { transport: 'http', request };
};
