import { generate, type Packet, parser, writeToStream } from 'mqtt-packet';
import { MqttProtocolError } from './mqtt-errors.js';
import { REASON } from './reason-codes.js';

/** 3 = MQTT 3.1, 4 = 3.1.1, 5 = 5. */
export type MqttVersion = 3 | 4 | 5;

// Its table of all 65,536 numbers costs some megabytes and is only of use to what we write by hand.
writeToStream.cacheNumbers = false;

/**
 * Decodes one whole packet with mqtt-packet. It gets exactly one packet at a time, so that nothing it misreads can reach
 * into the next one. For everything but the hot PUBLISH (publish-frame.ts).
 * @param version what CONNECT said; undefined while it has not come
 * @throws {MqttProtocolError} it is not readable
 */
export const decodePacket = (frame: Buffer, version: MqttVersion | undefined): Packet => {
  const reader = parser(version === undefined ? {} : { protocolVersion: version });
  let decoded: Packet | undefined;
  let failure: unknown;
  reader.on('packet', packet => {
    decoded = packet;
  });
  reader.on('error', error => {
    failure = error;
  });
  try {
    reader.parse(frame);
  } catch (error) {
    failure = error;
  }
  if (failure !== undefined || decoded === undefined) {
    const detail = failure instanceof Error ? failure.message : 'the packet is not complete';
    throw new MqttProtocolError(detail, REASON.malformedPacket, { cause: failure });
  }
  return decoded;
};

/** @throws {Error} what is to be said cannot be said in MQTT: a bug of the caller */
export const encodePacket = (packet: Packet, version: MqttVersion): Buffer => generate(packet, { protocolVersion: version });

/** First bytes of the acknowledgements. */
export const PUBACK = 0x40;
export const PUBREC = 0x50;
export const PUBREL = 0x62;
export const PUBCOMP = 0x70;
export type AckHeader = typeof PUBACK | typeof PUBREC | typeof PUBREL | typeof PUBCOMP;

/**
 * An acknowledgement, byte for byte as mqtt-packet writes it.
 * @param reason left out where it is success or the version knows none
 */
export const encodeAck = (header: AckHeader, id: number, reason: number, version: MqttVersion): Buffer => {
  const long = version === 5 && reason !== REASON.success;
  const ack = Buffer.allocUnsafe(long ? 6 : 4);
  ack[0] = header;
  ack[1] = long ? 4 : 2;
  ack[2] = id >> 8;
  ack[3] = id & 0xff;
  if (long) {
    ack[4] = reason;
    ack[5] = 0;
  }
  return ack;
};
