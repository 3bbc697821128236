import type { IDisconnectPacket, ISubscribePacket, Packet } from 'mqtt-packet';
import type { BrokerParts } from './broker-parts.js';
import type { Login } from './connect-request.js';
import { type InboundLine, InboundMessages } from './inbound-messages.js';
import { MqttProtocolError } from './mqtt-errors.js';
import { encodePacket, type MqttVersion } from './packet-codec.js';
import type { PublishFrame } from './publish-frame.js';
import { REASON } from './reason-codes.js';
import type { Session, SessionLink, Will } from './session.js';
import { filtersOf, subscribe, unsubscribe } from './subscribe-requests.js';

const PINGRESP = Buffer.from([0xd0, 0]);

/** What a conversation asks of its connection. */
export interface ConversationLine extends InboundLine {
  /** Bytes written that the client has not taken. */
  readonly waitingBytes: number;
}

/** What is said between a client that is logged in and the broker: everything above bytes and sockets. */
export class Conversation implements SessionLink {
  readonly inbound: InboundMessages;
  #will: Will | undefined;

  private constructor(
    private readonly parts: BrokerParts,
    private readonly line: ConversationLine,
    private readonly login: Login,
    private readonly version: MqttVersion,
    private readonly session: Session,
  ) {
    this.inbound = new InboundMessages(parts, session, version, line);
    this.#will = login.will;
  }

  /**
   * Begins or resumes the session of `login`.
   * @returns undefined where the device has no session left
   */
  static begin(
    parts: BrokerParts,
    line: ConversationLine,
    login: Login,
    version: MqttVersion,
  ): { conversation: Conversation; sessionPresent: boolean } | undefined {
    const opened = parts.sessions.open(login.device, login.clientId, login.clean);
    if (opened === undefined) return undefined;
    const { session, present } = opened;
    const conversation = new Conversation(parts, line, login, version, session);
    session.link = conversation;
    session.expiry_ms = login.expiry_ms;
    session.outbound.rewind();
    parts.wills.forget(session);
    return { conversation, sessionPresent: present };
  }

  publish(frame: PublishFrame): void {
    this.inbound.take(frame);
  }

  /**
   * Any packet but CONNECT and PUBLISH.
   * @returns a promise where nothing behind it may be heard before it is answered
   * @throws {MqttProtocolError} a client does not say that, or not now
   */
  hear(packet: Packet): Promise<void> | undefined {
    switch (packet.cmd) {
      case 'pingreq':
        this.line.write(PINGRESP);
        break;
      case 'puback':
        this.session.outbound.settle(packet.messageId!);
        this.sendOutbound();
        break;
      case 'pubrel':
        this.inbound.release(packet.messageId!);
        break;
      case 'subscribe':
        return this.#subscribe(packet);
      case 'unsubscribe':
        this.line.write(unsubscribe(this.parts, this.session, packet, this.version));
        break;
      case 'disconnect':
        this.#goodbye(packet);
        break;
      default:
        throw new MqttProtocolError(`${packet.cmd} is not for a client to say here`, REASON.protocolError);
    }
    return undefined;
  }

  /** The connection is over. */
  leave(): void {
    const { parts, session } = this;
    const will = this.#will;
    this.#will = undefined;
    // Nobody heard from the device that it is gone when it was us who went.
    if (will !== undefined && !parts.roster.stopping) parts.wills.leave(session, will);
    parts.sessions.leave(session, parts.clock.now());
  }

  close(reason: number): void {
    this.line.end(reason);
  }

  sendQos0(topic: string, payload: Buffer): boolean {
    if (this.line.waitingBytes > this.parts.limits.outboundSoftBytes) return false;
    const packet = encodePacket({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }, this.version);
    if (packet.length > this.login.maximumPacketSize) return false;
    this.line.write(packet);
    return true;
  }

  sendOutbound(): void {
    const { counters, limits } = this.parts;
    const { outbound } = this.session;
    const oversized: number[] = [];
    for (const message of outbound.due(Math.min(limits.outboundWindow, this.login.receiveMaximum))) {
      const { id, topic, payload, sent } = message;
      const packet = encodePacket(
        { cmd: 'publish', topic, payload, qos: 1, dup: sent, retain: false, messageId: id },
        this.version,
      );
      if (packet.length > this.login.maximumPacketSize) {
        oversized.push(id);
        continue;
      }
      message.sent = true;
      counters.outbound_sent += 1;
      this.line.write(packet);
    }
    for (const id of oversized) outbound.settle(id);
    counters.outbound_dropped += oversized.length;
  }

  /** @throws {MqttProtocolError} there is no filter in it */
  #subscribe(packet: ISubscribePacket): Promise<void> | undefined {
    const { parts, session, line, version } = this;
    const enter = (allowed: readonly boolean[]): void => {
      // Else the session may have ended meanwhile, and would be heard of for ever.
      if (line.alive) line.write(subscribe(parts, session, packet, version, allowed));
    };
    const allowed = parts.gate.maySubscribe(session.device, filtersOf(packet));
    if (allowed instanceof Promise) return allowed.then(enter, () => line.end(REASON.serverUnavailable));
    enter(allowed);
    return undefined;
  }

  #goodbye({ reasonCode, properties }: IDisconnectPacket): void {
    if (reasonCode !== REASON.disconnectWithWill) this.#will = undefined;
    const asked_s = properties?.sessionExpiryInterval;
    // A session that was to end with its connection cannot be made to stay (MQTT 5 §3.14.2.2.2).
    if (asked_s !== undefined && this.session.expiry_ms > 0) {
      this.session.expiry_ms = Math.min(asked_s * 1_000, this.parts.limits.sessionExpiry_ms);
    }
    this.line.end(REASON.success);
  }
}
