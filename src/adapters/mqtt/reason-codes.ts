/** The reason codes of MQTT 5 (§2.4) that are told to a client; MQTT 3 has return codes only for a refused CONNECT. */
export const REASON = {
  success: 0x00,
  disconnectWithWill: 0x04,
  noSubscriptionExisted: 0x11,
  unspecified: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  clientIdInvalid: 0x85,
  badCredentials: 0x86,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  shuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  packetIdNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  sharedSubscriptionsNotSupported: 0x9e,
  subscriptionIdentifiersNotSupported: 0xa1,
} as const;

const RETURN_CODES: ReadonlyMap<number, number> = new Map([
  [REASON.unsupportedVersion, 1],
  [REASON.clientIdInvalid, 2],
  [REASON.serverUnavailable, 3],
  [REASON.quotaExceeded, 3],
  [REASON.badCredentials, 4],
]);

/** The CONNACK return code of MQTT 3.1 and 3.1.1 (§3.2.2.3) that says most nearly what `reason` says. */
export const returnCodeOf = (reason: number): number => (reason === REASON.success ? 0 : (RETURN_CODES.get(reason) ?? 5));
