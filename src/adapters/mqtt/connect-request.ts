import type { IConnackPacket, IConnectPacket } from 'mqtt-packet';
import type { DeviceId } from '../../model/ids.js';
import type { Millis } from '../../model/units.js';
import type { Admission, BrokerGate } from './broker-gate.js';
import type { MqttLimits } from './mqtt-limits.js';
import type { MqttVersion } from './packet-codec.js';
import { REASON, returnCodeOf } from './reason-codes.js';
import type { Will } from './session.js';

/** A CONNECT that may come in, in our own words. */
export interface Login {
  device: DeviceId;
  clientId: string;
  /** The client left its id to us. */
  assigned: boolean;
  clean: boolean;
  expiry_ms: Millis;
  /** Longest silence; 0 = none asked for. */
  silence_ms: Millis;
  will: Will | undefined;
  /** What the client can take at once. */
  receiveMaximum: number;
  maximumPacketSize: number;
}

export interface Refusal {
  refused: number;
}

/** The version that a CONNECT asks for, ours or not; undefined where it is no CONNECT at all. Bridges set the highest bit. */
export const requestedVersion = (body: Buffer): number | undefined => {
  const nameLength = body.length > 2 ? body.readUInt16BE(0) : 0;
  const level = body[2 + nameLength];
  return level === undefined ? undefined : level & 0x7f;
};

/**
 * Judges a CONNECT: who is it, and may it in. At once where the gate answers so.
 * @param assignId makes an id for a client that brings none
 */
export const judgeConnect = (
  packet: IConnectPacket,
  gate: BrokerGate,
  limits: MqttLimits,
  assignId: (device: DeviceId) => string,
): Login | Refusal | Promise<Login | Refusal> => {
  const version = (packet.protocolVersion ?? 4) as MqttVersion;
  const { properties } = packet;
  if (properties?.authenticationMethod !== undefined) return { refused: REASON.badAuthenticationMethod };
  const clean = packet.clean ?? true;
  // 3.1 wants an id; 3.1.1 allows none with a clean session only (§3.1.3.1); 5 always.
  const idMissing = packet.clientId === '' && (version === 3 || (version === 4 && !clean));
  if (idMissing || Buffer.byteLength(packet.clientId) > limits.clientIdBytes || packet.clientId.includes('\u0000')) {
    return { refused: REASON.clientIdInvalid };
  }
  const found = gate.admit(packet.username, packet.password, packet.will?.topic);
  const answer = (given: Admission) => {
    if ('device' in given) return loginOf(packet, given.device, limits, assignId);
    return { refused: given.refused === 'not_authorized' ? REASON.notAuthorized : REASON.badCredentials };
  };
  return found instanceof Promise ? found.then(answer) : answer(found);
};

const loginOf = (packet: IConnectPacket, device: DeviceId, limits: MqttLimits, assignId: (device: DeviceId) => string): Login => {
  const version = (packet.protocolVersion ?? 4) as MqttVersion;
  const { properties, will } = packet;
  const clean = packet.clean ?? true;
  // A session without end lasts as long as we keep any; MQTT 5 asks in seconds, 3 says only "keep it".
  const askedExpiry_ms = version === 5 ? (properties?.sessionExpiryInterval ?? 0) * 1_000 : clean ? 0 : Number.POSITIVE_INFINITY;
  return {
    device,
    clientId: packet.clientId === '' ? assignId(device) : packet.clientId,
    assigned: packet.clientId === '',
    clean,
    expiry_ms: Math.min(askedExpiry_ms, limits.sessionExpiry_ms),
    silence_ms: (packet.keepalive ?? 0) * 1_500,
    will: will && {
      device,
      topic: will.topic,
      payload: Buffer.from(will.payload ?? ''),
      qos: will.qos ?? 0,
      dup: false,
      stored: false,
      delay_ms: (will.properties?.willDelayInterval ?? 0) * 1_000,
    },
    receiveMaximum: properties?.receiveMaximum ?? 0xffff,
    maximumPacketSize: properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
  };
};

/** The answer to a CONNECT that is refused. */
export const refusalOf = (reason: number): IConnackPacket => ({
  cmd: 'connack',
  sessionPresent: false,
  reasonCode: reason,
  returnCode: returnCodeOf(reason),
});

/** The answer to a CONNECT that is let in; MQTT 5 hears in its properties what there is and how much. */
export const welcome = (packet: IConnectPacket, login: Login, sessionPresent: boolean, limits: MqttLimits): IConnackPacket => ({
  cmd: 'connack',
  sessionPresent,
  reasonCode: REASON.success,
  returnCode: 0,
  properties: {
    receiveMaximum: Math.min(limits.inFlight, 0xffff),
    maximumPacketSize: limits.packetBytes,
    topicAliasMaximum: 0,
    subscriptionIdentifiersAvailable: false,
    sharedSubscriptionAvailable: false,
    ...(login.assigned && { assignedClientIdentifier: login.clientId }),
    ...((packet.properties?.sessionExpiryInterval ?? 0) * 1_000 > login.expiry_ms && {
      sessionExpiryInterval: Math.floor(login.expiry_ms / 1_000),
    }),
  },
});
