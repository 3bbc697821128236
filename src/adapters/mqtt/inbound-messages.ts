import type { ArrivedMessage } from '../../ports/listener.js';
import type { BrokerParts } from './broker-parts.js';
import { MqttProtocolError, PublishNotAllowedError } from './mqtt-errors.js';
import { OrderedAcks, type OwedAck } from './ordered-acks.js';
import { type AckHeader, encodeAck, type MqttVersion, PUBACK, PUBCOMP, PUBREC } from './packet-codec.js';
import type { PublishFrame } from './publish-frame.js';
import { REASON } from './reason-codes.js';
import type { Receipt, Session } from './session.js';

/** What happens on the line while messages are in the sink. */
export interface InboundLine {
  readonly alive: boolean;
  write(bytes: Buffer): void;
  /** An acknowledgement without a reason. */
  writeAck(header: AckHeader, id: number): void;
  /** Says why, where the version can, and closes. */
  end(reason: number): void;
  /** The sink could not take a message: the device has to send it again. */
  notTaken(): void;
  /** An acknowledgement went out. */
  acknowledged(): void;
}

/** Takes the messages of one connection to the sink and acknowledges those that are on disk, in their order. */
export class InboundMessages {
  readonly #acks: OrderedAcks<AckHeader>;
  #bytes = 0;

  constructor(
    private readonly parts: BrokerParts,
    private readonly session: Session,
    private readonly version: MqttVersion,
    private readonly line: InboundLine,
  ) {
    this.#acks = new OrderedAcks((header, id, reason) => {
      if (line.alive) {
        parts.counters.acknowledged += 1;
        if (reason === REASON.success || version !== 5) line.writeAck(header, id);
        else line.write(encodeAck(header, id, reason, version));
      } else parts.counters.acknowledgements_undeliverable += 1;
      line.acknowledged();
    });
  }

  /** Messages that are in the sink and not acknowledged. */
  get inFlight(): number {
    return this.#acks.size;
  }

  /** Their payloads. */
  get inFlightBytes(): number {
    return this.#bytes;
  }

  /** @throws {MqttProtocolError} too many QoS 2 ids */
  take(frame: PublishFrame): void {
    const { parts, session } = this;
    const { qos, id, topic, payload, dup } = frame;
    if (qos === 2 && this.#repeated(id)) return;
    parts.counters.messages_received += 1;
    const message: ArrivedMessage = {
      device: session.device,
      topic,
      payload,
      qos,
      dup,
      stored: false,
      received: parts.clock.now(),
    };
    parts.roster.owe();
    if (qos === 0) parts.sink.take(message, this.#qos0Done);
    else if (qos === 1) this.#takeQos1(message, id);
    else this.#takeQos2(message, id);
  }

  /**
   * PUBREL: the id is free again. Answered by PUBCOMP for ids that are not known too, or a device whose session we lost would never be done.
   * @throws {MqttProtocolError} it comes before our PUBREC: a PUBCOMP would acknowledge what is not on disk
   */
  release(id: number): void {
    const { receipts, unreleased } = this.session;
    if (receipts.has(id)) throw new MqttProtocolError('PUBREL before PUBREC', REASON.protocolError);
    const known = unreleased.delete(id);
    this.line.write(encodeAck(PUBCOMP, id, known ? REASON.success : REASON.packetIdNotFound, this.version));
  }

  #takeQos1(message: ArrivedMessage, id: number): void {
    const owed = this.#acks.add(PUBACK, id);
    const { length } = message.payload;
    this.#bytes += length;
    // As `#take`, and one function less: all that a fleet sends comes through here.
    this.parts.sink.take(message, error => {
      this.#bytes -= length;
      this.parts.roster.settled();
      this.#settle(owed, error);
    });
  }

  #takeQos2(message: ArrivedMessage, id: number): void {
    const { receipts, unreleased } = this.session;
    const receipt: Receipt = { waiting: undefined };
    receipts.set(id, receipt);
    const owed = this.#acks.add(PUBREC, id);
    this.#take(message, error => {
      receipts.delete(id);
      if (error === undefined) unreleased.add(id);
      this.#settle(owed, error);
      receipt.waiting?.(error);
    });
  }

  /** To the sink; its bytes count as in flight until it has answered. */
  #take(message: ArrivedMessage, settled: (error: Error | undefined) => void): void {
    const { length } = message.payload;
    this.#bytes += length;
    this.parts.sink.take(message, error => {
      this.#bytes -= length;
      this.parts.roster.settled();
      settled(error);
    });
  }

  /** A QoS 2 id that is known is acknowledged again and not taken again, over reconnects too. */
  #repeated(id: number): boolean {
    const { receipts, unreleased } = this.session;
    const receipt = receipts.get(id);
    if (receipt === undefined && !unreleased.has(id)) {
      if (unreleased.size < this.parts.limits.qos2Ids) return false;
      throw new MqttProtocolError('too many QoS 2 messages without PUBREL', REASON.receiveMaximumExceeded);
    }
    this.parts.counters.qos2_repeated += 1;
    const owed = this.#acks.add(PUBREC, id);
    if (receipt === undefined) {
      this.#acks.settle(owed, REASON.success);
      return true;
    }
    const earlier = receipt.waiting;
    receipt.waiting = error => {
      earlier?.(error);
      this.#settle(owed, error);
    };
    return true;
  }

  #settle(owed: OwedAck<AckHeader>, error: Error | undefined): void {
    if (error === undefined) {
      this.#acks.settle(owed, REASON.success);
      return;
    }
    if (error instanceof PublishNotAllowedError) {
      this.#refuse(owed);
      return;
    }
    this.parts.counters.messages_not_taken += 1;
    // Left unsettled on purpose: nothing behind it may be acknowledged on this connection any more.
    this.line.notTaken();
  }

  /** MQTT 5 can say no. MQTT 3 can only acknowledge or hang up, and an acknowledgement would be a lie (decision 0002). */
  #refuse(owed: OwedAck<AckHeader>): void {
    this.parts.counters.messages_refused += 1;
    if (this.version === 5) this.#acks.settle(owed, REASON.notAuthorized);
    else this.line.end(REASON.notAuthorized);
  }

  #qos0Done = (error?: Error): void => {
    this.parts.roster.settled();
    if (error === undefined) return;
    if (error instanceof PublishNotAllowedError) {
      this.parts.counters.messages_refused += 1;
      return;
    }
    this.parts.counters.messages_not_taken += 1;
    this.parts.counters.qos0_lost += 1;
  };
}
