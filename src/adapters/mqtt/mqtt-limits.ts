import { hours, type Millis, minutes, seconds } from '../../model/units.js';

/** Every bound of the embedded broker. Each has a counter that tells when it bites (mqtt-counters.ts). */
export interface MqttLimits {
  /** Sockets at once, logged in or not. */
  connections: number;
  /** Sockets that have not logged in yet; the one that waits longest gives way. */
  waitingLogins: number;
  /** From the opened socket to a whole CONNECT. */
  connectTimeout_ms: Millis;
  /** A CONNECT with its will, user and password. */
  connectPacketBytes: number;
  /** Any other packet. A payload above what the sink takes is still read, so that it can be quarantined with its hash. */
  packetBytes: number;
  /** Bytes read but not yet handled, of all connections together; above it those that hold more than their share are closed. */
  heldBytes: number;
  /** What a connection may always hold: two packets of usual size. */
  heldBytesPerConnection: number;
  /** Messages of one connection that wait for their acknowledgement; more are not read (MQTT 5: receive maximum). */
  inFlight: number;
  /**
   * The same in bytes of their payloads, once one is beyond it. All that a connection has in flight goes into one write, and who sends little waits
   * for that write and its fold: a thousand messages of many events each from one device would be seconds of it.
   */
  inFlightBytes: number;
  /**
   * QoS 2 ids of one session between PUBREC and PUBREL. Clients of MQTT 3 send all they have before they look at the first PUBREC,
   * and would do so again on each reconnect, so less than all ids there are can shut one out for ever.
   */
  qos2Ids: number;
  clientIdBytes: number;
  /** Sessions of one device at once, connected or kept; its own oldest kept one gives way. */
  sessionsPerDevice: number;
  /** Sessions kept for devices that are away, all together; the oldest gives way. */
  keptSessions: number;
  /** How long a session is kept at most, whatever its device asked for. */
  sessionExpiry_ms: Millis;
  /** How long a will may be held back at most. */
  willDelay_ms: Millis;
  /** Wills that wait for room in the sink. */
  waitingWills: number;
  subscriptionsPerSession: number;
  filterLevels: number;
  /** QoS 1 messages to one session that are not acknowledged, and their bytes. */
  outboundMessages: number;
  outboundMessageBytes: number;
  /** Unacknowledged QoS 1 messages on the wire to one session. */
  outboundWindow: number;
  /** Bytes written to a socket and not yet taken: above the first, QoS 0 is dropped; above the second, the connection is closed. */
  outboundSoftBytes: number;
  outboundHardBytes: number;
  /** Failed log-ins of one address that are answered at once, and how many come back each second. */
  failedLoginBurst: number;
  failedLoginsPerSecond: number;
  /** How long further failures wait for their answer. */
  refusalDelay_ms: Millis;
  /** Addresses whose failures are remembered. */
  throttledAddresses: number;
  /** How long a closed connection may take to read our last words, and `close()` may wait for acknowledgements. */
  linger_ms: Millis;
}

export const DEFAULT_MQTT_LIMITS: MqttLimits = {
  connections: 50_000,
  waitingLogins: 2_000,
  connectTimeout_ms: seconds(10),
  connectPacketBytes: 128 * 1024,
  packetBytes: 1024 * 1024,
  heldBytes: 128 * 1024 * 1024,
  heldBytesPerConnection: 4 * 1024,
  inFlight: 1_024,
  inFlightBytes: 256 * 1024,
  qos2Ids: 65_535,
  clientIdBytes: 256,
  sessionsPerDevice: 32,
  keptSessions: 50_000,
  sessionExpiry_ms: hours(24),
  willDelay_ms: minutes(15),
  waitingWills: 20_000,
  subscriptionsPerSession: 32,
  filterLevels: 32,
  outboundMessages: 64,
  outboundMessageBytes: 64 * 1024,
  outboundWindow: 20,
  outboundSoftBytes: 64 * 1024,
  outboundHardBytes: 256 * 1024,
  failedLoginBurst: 20,
  failedLoginsPerSecond: 2,
  refusalDelay_ms: seconds(3),
  throttledAddresses: 10_000,
  linger_ms: seconds(2),
};
