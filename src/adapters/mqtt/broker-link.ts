import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { IConnackPacket, ISubackPacket, Packet } from 'mqtt-packet';
import type { Instant } from '../../model/units.js';
import type { Cancel, Clock } from '../../ports/clock.js';
import type { ArrivedMessage, MessageSink } from '../../ports/listener.js';
import type { BrokerTarget } from './broker-url.js';
import { FrameReader } from './frame-reader.js';
import { MqttProtocolError } from './mqtt-errors.js';
import { OrderedAcks } from './ordered-acks.js';
import { decodePacket, encodeAck, encodePacket, PUBACK } from './packet-codec.js';
import { isPublish, type PublishFrame, readPublish } from './publish-frame.js';
import { REASON } from './reason-codes.js';
import type { SubscriberCounters, SubscriberLimits } from './subscriber-limits.js';
import { type BatchedWriter, WriteBatcher } from './write-batcher.js';

/** 3.1.1: every broker speaks it, and its sessions last until the broker's own limit without being asked to. */
const VERSION = 4;
const PINGREQ = Buffer.from([0xc0, 0]);
const DISCONNECT = Buffer.from([0xe0, 0]);

export interface LinkSetup {
  target: BrokerTarget;
  clientId: string;
  topics: readonly string[];
  /** True on the first connection of a process: the topics may be others than those of the session. */
  alwaysSubscribe: boolean;
  sink: MessageSink;
  clock: Clock;
  limits: SubscriberLimits;
  counters: SubscriberCounters;
}

/** What becomes of a link. `down` comes once, last. */
export interface LinkObserver {
  up(sessionPresent: boolean): void;
  down(why: string): void;
  /** A message is on disk and acknowledged. */
  acknowledged(): void;
  /** Nothing is in the sink any more. */
  idle(): void;
}

/**
 * One connection to an external broker. Messages go to the sink without waiting for each other and are acknowledged in their
 * order when they are taken (mqtt.js hands over one message at a time: decision 0002).
 */
export class BrokerLink {
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #writer: BatchedWriter;
  readonly #acks: OrderedAcks<typeof PUBACK>;
  /** Our own messages that the broker has not acknowledged. */
  readonly #published = new Map<number, ((taken: boolean) => void) | undefined>();
  readonly #timers: Cancel[] = [];
  #lastId = 1;
  #phase: 'connecting' | 'subscribing' | 'up' | 'draining' | 'down' = 'connecting';
  #sessionPresent = false;
  #heardAt: Instant;
  #reading = false;
  #waitsFor: 'sink' | 'acknowledgements' | undefined;

  constructor(
    private readonly setup: LinkSetup,
    private readonly observer: LinkObserver,
  ) {
    const { target, clock, limits, counters } = setup;
    this.#heardAt = clock.now();
    this.#reader = new FrameReader(limits.packetBytes);
    const { host, port } = target;
    this.#socket = target.tls ? connectTls({ host, port, servername: isIP(host) ? '' : host }) : connectTcp({ host, port });
    this.#writer = new WriteBatcher().writer(this.#socket);
    this.#acks = new OrderedAcks((header, id, reason) => {
      if (this.#phase === 'down') counters.acknowledgements_undeliverable += 1;
      else {
        counters.acknowledged += 1;
        this.#writer.write(encodeAck(header, id, reason, VERSION));
        this.#acknowledged();
      }
    });
    this.#socket.setNoDelay(true);
    this.#socket.once(target.tls ? 'secureConnect' : 'connect', () => this.#greet());
    this.#socket.on('data', chunk => this.#heard(chunk));
    this.#socket.on('error', error => this.drop(error.message));
    this.#socket.on('close', () => this.drop('the broker closed the connection'));
    this.#timers.push(
      clock.after(limits.connectTimeout_ms, () => {
        if (this.#phase === 'connecting' || this.#phase === 'subscribing') this.drop('the broker did not answer in time');
      }),
      clock.every(limits.keepAlive_ms, () => this.#keepAlive()),
    );
  }

  /** @returns false where there is no room, or no broker */
  publish(topic: string, payload: Buffer): boolean {
    return this.#publish(topic, payload, undefined);
  }

  /** Resolves when the broker has acknowledged it; with false where there is no room, no broker, or not any more. */
  deliver(topic: string, payload: Buffer): Promise<boolean> {
    return new Promise(resolve => {
      if (!this.#publish(topic, payload, resolve)) resolve(false);
    });
  }

  #publish(topic: string, payload: Buffer, settled: ((taken: boolean) => void) | undefined): boolean {
    const { outboundMessages, outboundBytes } = this.setup.limits;
    if (this.#phase !== 'up' || this.#published.size >= outboundMessages || this.#writer.waitingBytes > outboundBytes)
      return false;
    do this.#lastId = (this.#lastId % 0xffff) + 1;
    while (this.#published.has(this.#lastId));
    this.#published.set(this.#lastId, settled);
    const messageId = this.#lastId;
    this.#writer.write(encodePacket({ cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false }, VERSION));
    return true;
  }

  /** The sink has room again. */
  unblock(): void {
    if (this.#waitsFor === undefined || this.#phase === 'draining' || this.#phase === 'down') return;
    this.#waitsFor = undefined;
    this.#heardAt = this.setup.clock.now();
    this.#read();
    if (this.#waitsFor === undefined) this.#socket.resume();
  }

  /** Reads nothing more; `idle` comes when what is in the sink is acknowledged. */
  drain(): void {
    this.#phase = this.#phase === 'up' ? 'draining' : this.#phase;
    this.#socket.pause();
    if (this.#acks.size === 0) this.observer.idle();
  }

  /** Says goodbye. The session stays with the broker. */
  end(): void {
    if (this.#phase === 'connecting') this.drop('closed by us');
    if (this.#phase === 'down') return;
    this.#writer.write(DISCONNECT);
    this.#writer.flush();
    this.#socket.end();
    // Unread bytes would turn our last acknowledgements into a reset; but nobody waits long for a broker that does not hang up.
    this.#socket.resume();
    this.#socket.setTimeout(this.setup.limits.linger_ms, () => this.#socket.destroy());
    this.#over('closed by us');
  }

  /** Cuts the line, so that the broker sends again what is not acknowledged. */
  drop(why: string): void {
    this.#socket.destroy();
    this.#over(why);
  }

  #over(why: string): void {
    if (this.#phase === 'down') return;
    this.#phase = 'down';
    for (const cancel of this.#timers) cancel();
    for (const settled of this.#published.values()) {
      // Who waits for an answer tries again; the rest is gone.
      if (settled) settled(false);
      else this.setup.counters.outbound_dropped += 1;
    }
    this.observer.down(why);
  }

  #greet(): void {
    const { target, clientId, limits } = this.setup;
    const keepalive = Math.ceil(limits.keepAlive_ms / 1_000);
    this.#writer.write(
      encodePacket(
        {
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: VERSION,
          clientId,
          clean: false,
          keepalive,
          ...(target.user !== undefined && { username: target.user }),
          ...(target.password !== undefined && { password: Buffer.from(target.password) }),
        },
        VERSION,
      ),
    );
  }

  #heard(chunk: Buffer): void {
    if (this.#phase === 'down') return;
    this.#heardAt = this.setup.clock.now();
    this.#reader.push(chunk);
    this.#read();
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    const reader = this.#reader;
    try {
      while (this.#phase !== 'down' && this.#phase !== 'draining' && reader.next()) {
        if (!isPublish(reader.header)) this.#hear(decodePacket(reader.frame(), VERSION));
        else if (this.#hasRoom()) this.#take(readPublish(reader, VERSION));
        else break;
        reader.consume();
      }
    } catch (error) {
      if (error instanceof MqttProtocolError) this.setup.counters.protocol_errors += 1;
      else this.setup.counters.failures += 1;
      this.drop(error instanceof Error ? error.message : String(error));
    } finally {
      this.#reading = false;
    }
  }

  #hasRoom(): boolean {
    const { sink, limits, counters } = this.setup;
    if (sink.full) {
      counters.sink_full_pauses += 1;
      this.#waitsFor = 'sink';
    } else if (this.#acks.size >= limits.inFlight) {
      counters.in_flight_pauses += 1;
      this.#waitsFor = 'acknowledgements';
    } else return true;
    this.#socket.pause();
    return false;
  }

  #take({ topic, payload, qos, dup, retain, id }: PublishFrame): void {
    const { sink, clock, counters } = this.setup;
    if (qos === 2) throw new MqttProtocolError('QoS 2, and we asked for 1', REASON.protocolError);
    counters.messages_received += 1;
    // To one who has subscribed already a broker sends live messages without the flag (MQTT 3.1.1 §3.3.1.3).
    if (retain) counters.messages_stored += 1;
    const message: ArrivedMessage = { device: undefined, topic, payload, qos, dup, stored: retain, received: clock.now() };
    if (qos === 0) {
      sink.take(message, this.#qos0Done);
      return;
    }
    const owed = this.#acks.add(PUBACK, id);
    sink.take(message, error => {
      if (error === undefined) {
        this.#acks.settle(owed, REASON.success);
        return;
      }
      counters.messages_not_taken += 1;
      this.drop(`a message could not be taken: ${error.message}`);
    });
  }

  #qos0Done = (error?: Error): void => {
    if (error === undefined) return;
    this.setup.counters.messages_not_taken += 1;
    this.setup.counters.qos0_lost += 1;
  };

  #acknowledged(): void {
    this.observer.acknowledged();
    if (this.#acks.size === 0 && this.#phase === 'draining') this.observer.idle();
    if (this.#waitsFor === 'acknowledgements' && this.#acks.size <= this.setup.limits.inFlight / 2) this.unblock();
  }

  #hear(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack':
        this.#welcomed(packet);
        break;
      case 'suback':
        this.#subscribed(packet);
        break;
      case 'puback':
        this.#published.get(packet.messageId!)?.(true);
        this.#published.delete(packet.messageId!);
        break;
      case 'pingresp':
        break;
      default:
        throw new MqttProtocolError(`the broker said ${packet.cmd}`, REASON.protocolError);
    }
  }

  #welcomed({ returnCode, sessionPresent }: IConnackPacket): void {
    if (returnCode !== 0) {
      this.drop(`the broker refused us with return code ${returnCode}`);
      return;
    }
    this.#sessionPresent = sessionPresent;
    if (sessionPresent && !this.setup.alwaysSubscribe) {
      this.#up();
      return;
    }
    this.#phase = 'subscribing';
    const subscriptions = this.setup.topics.map(topic => ({ topic, qos: 1 as const }));
    this.#writer.write(encodePacket({ cmd: 'subscribe', messageId: 1, subscriptions }, VERSION));
  }

  #subscribed({ granted }: ISubackPacket): void {
    const refused = (granted as number[]).filter(code => code !== 1).length;
    this.setup.counters.subscriptions_refused += refused;
    if (refused === this.setup.topics.length) this.drop('the broker grants none of the topics with QoS 1');
    else this.#up();
  }

  #up(): void {
    this.#phase = 'up';
    this.observer.up(this.#sessionPresent);
  }

  #keepAlive(): void {
    const { clock, limits } = this.setup;
    const silentFor = clock.now() - this.#heardAt;
    // While we do not read we cannot hear; but the broker wants to hear us all the same.
    if (this.#waitsFor === undefined && silentFor > limits.keepAlive_ms * 1.5) this.drop('the broker fell silent');
    else if (this.#phase === 'up' || this.#phase === 'draining') this.#writer.write(PINGREQ);
  }
}
