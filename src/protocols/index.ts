import { httpFormats, mqttFormats, streamFormats } from './device-formats.js';
import type { Decoder, Protocol } from './protocol.js';
import { telltaleV1 } from './telltale-v1/telltale-v1.js';

/** Every way in which devices speak over MQTT, asked in this order. */
export const protocols: readonly Protocol[] = [telltaleV1, ...mqttFormats];

/** Whatever can stand in a record. A format that comes over several ways has one decoder under one name. */
const decoders = new Map<string, Decoder>(
  [...streamFormats, ...httpFormats, ...protocols].map(decoder => [decoder.name, decoder]),
);

/** Names of all formats, as a device is registered with. */
export const formatNames: readonly string[] = [...new Set([...protocols.map(({ name }) => name), ...decoders.keys()])];

export const protocolNamed = (name: string): Protocol | undefined => protocols.find(protocol => protocol.name === name);

export const decoderNamed = (name: string): Decoder | undefined => decoders.get(name);
