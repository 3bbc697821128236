import type { ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet';
import type { BrokerParts } from './broker-parts.js';
import { MqttProtocolError } from './mqtt-errors.js';
import { encodePacket, type MqttVersion } from './packet-codec.js';
import { REASON } from './reason-codes.js';
import type { Session } from './session.js';
import { isSharedFilter, isTopicFilter } from './topic-filter.js';

/** What a SUBSCRIBE asks for. @throws {MqttProtocolError} nothing, which the protocol forbids */
export const filtersOf = ({ subscriptions }: ISubscribePacket): string[] => {
  if (subscriptions.length === 0) throw new MqttProtocolError('SUBSCRIBE without a filter', REASON.protocolError);
  return subscriptions.map(({ topic }) => topic);
};

/**
 * Enters the subscriptions that are allowed.
 * @param allowed what the gate says of each filter
 * @returns the SUBACK
 */
export const subscribe = (
  parts: BrokerParts,
  session: Session,
  packet: ISubscribePacket,
  version: MqttVersion,
  allowed: readonly boolean[],
): Buffer => {
  const withIdentifier = packet.properties?.subscriptionIdentifier !== undefined;
  const granted = packet.subscriptions.map(({ topic: filter, qos }, i) => {
    const refusal = withIdentifier ? REASON.subscriptionIdentifiersNotSupported : refusalOf(parts, session, filter, allowed[i]!);
    if (refusal !== undefined) {
      parts.counters.subscriptions_refused += 1;
      return version === 5 ? refusal : REASON.unspecified;
    }
    const grantedQos = qos === 0 ? 0 : 1;
    session.subscriptions.set(filter, grantedQos);
    parts.sessions.subscriptions.add(filter, session, grantedQos);
    return grantedQos;
  });
  return encodePacket({ cmd: 'suback', messageId: packet.messageId!, granted }, version);
};

/** @returns the UNSUBACK */
export const unsubscribe = (parts: BrokerParts, session: Session, packet: IUnsubscribePacket, version: MqttVersion): Buffer => {
  if (packet.unsubscriptions.length === 0) throw new MqttProtocolError('UNSUBSCRIBE without a filter', REASON.protocolError);
  const granted = packet.unsubscriptions.map(filter => {
    if (!session.subscriptions.delete(filter)) return REASON.noSubscriptionExisted;
    parts.sessions.subscriptions.remove(filter, session);
    return REASON.success;
  });
  return encodePacket({ cmd: 'unsuback', messageId: packet.messageId!, granted }, version);
};

const refusalOf = ({ limits }: BrokerParts, session: Session, filter: string, allowed: boolean): number | undefined => {
  if (isSharedFilter(filter)) return REASON.sharedSubscriptionsNotSupported;
  if (!isTopicFilter(filter, limits.filterLevels)) return REASON.topicFilterInvalid;
  if (!allowed) return REASON.notAuthorized;
  const full = session.subscriptions.size >= limits.subscriptionsPerSession && !session.subscriptions.has(filter);
  return full ? REASON.quotaExceeded : undefined;
};
