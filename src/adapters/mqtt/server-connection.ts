import type { Socket } from 'node:net';
import type { IConnectPacket, Packet } from 'mqtt-packet';
import type { Instant } from '../../model/units.js';
import type { Cancel } from '../../ports/clock.js';
import type { BrokerParts } from './broker-parts.js';
import { judgeConnect, type Login, type Refusal, refusalOf, requestedVersion, welcome } from './connect-request.js';
import type { RosteredConnection } from './connection-roster.js';
import { Conversation, type ConversationLine } from './conversation.js';
import { FrameReader } from './frame-reader.js';
import { MqttProtocolError } from './mqtt-errors.js';
import { type AckHeader, decodePacket, encodePacket, type MqttVersion } from './packet-codec.js';
import { isPublish, readPublish } from './publish-frame.js';
import { REASON } from './reason-codes.js';
import type { BatchedWriter } from './write-batcher.js';

const CONNECT = 0x10;
const TCP_KEEP_ALIVE_MS = 60_000;

/** One socket: its bytes, its time limits, when it is read and when it has to wait. */
export class ServerConnection implements RosteredConnection, ConversationLine {
  readonly #reader: FrameReader;
  readonly #writer: BatchedWriter;
  /** `judged`: it is being looked up. `refused`: waits until it is told so. `ending`: our last words are on the way. */
  #phase: 'new' | 'judged' | 'refused' | 'open' | 'ending' | 'gone' = 'new';
  #version: MqttVersion = 4;
  #conversation: Conversation | undefined;
  #silence_ms = 0;
  #heardAt: Instant;
  /** When it opened, or began to end. */
  #phaseSince: Instant;
  #held = 0;
  #reading = false;
  /** Of the last message. */
  #topic = '';
  #waitsFor: 'sink' | 'acknowledgements' | 'gate' | undefined;
  #cancelRefusal: Cancel | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly parts: BrokerParts,
  ) {
    this.#heardAt = parts.clock.now();
    this.#phaseSince = this.#heardAt;
    this.#reader = new FrameReader(parts.limits.connectPacketBytes);
    this.#writer = parts.batcher.writer(socket);
    socket.setNoDelay(true);
    // Finds the peers that vanished without MQTT keep-alive.
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    socket.on('data', chunk => this.#heard(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#gone());
    parts.roster.add(this);
  }

  get alive(): boolean {
    return this.#phase === 'open';
  }

  get waitingBytes(): number {
    return this.#writer.waitingBytes;
  }

  write(bytes: Buffer): void {
    if (this.#phase === 'gone') return;
    this.#writer.write(bytes);
    this.#cutIfSlow();
  }

  writeAck(header: AckHeader, id: number): void {
    if (this.#phase === 'gone') return;
    this.#writer.writeAck(header, id);
    this.#cutIfSlow();
  }

  notTaken(): void {
    this.end(REASON.serverBusy);
  }

  acknowledged(): void {
    if (this.#waitsFor !== 'acknowledgements') return;
    const { limits } = this.parts;
    const { inFlight, inFlightBytes } = this.#conversation!.inbound;
    if (inFlight <= limits.inFlight / 2 && inFlightBytes <= limits.inFlightBytes / 2) this.unblock();
  }

  unblock(): void {
    if (this.#phase !== 'open' || this.parts.roster.stopping) return;
    this.#waitsFor = undefined;
    this.#heardAt = this.parts.clock.now();
    this.#read();
    if (this.#waitsFor === undefined) this.socket.resume();
  }

  tick(now: Instant): void {
    const { limits, counters } = this.parts;
    if (this.#phase === 'open') {
      if (this.#silence_ms === 0 || this.#waitsFor !== undefined || now - this.#heardAt <= this.#silence_ms) return;
      counters.keep_alive_timeouts += 1;
      this.end(REASON.keepAliveTimeout);
    } else if (this.#phase === 'ending') {
      if (now - this.#phaseSince > limits.linger_ms) this.destroy();
    } else if (now - this.#phaseSince > limits.connectTimeout_ms) {
      counters.connect_timeouts += 1;
      this.destroy();
    }
  }

  stopReading(): void {
    if (this.#phase === 'open' || this.#phase === 'new') this.socket.pause();
  }

  shutDown(): void {
    this.end(REASON.shuttingDown);
  }

  end(reason: number): void {
    if (this.#phase === 'ending' || this.#phase === 'gone') return;
    const tell = this.#phase === 'open' && this.#version === 5 && reason !== REASON.success;
    if (tell) this.#writer.write(encodePacket({ cmd: 'disconnect', reasonCode: reason }, 5));
    this.#phase = 'ending';
    this.#phaseSince = this.parts.clock.now();
    this.#leave();
    this.#writer.flush();
    this.socket.end();
    // What still comes is read and thrown away: bytes left unread would turn our goodbye into a reset.
    this.socket.resume();
  }

  destroy(): void {
    this.#gone();
    this.socket.destroy();
  }

  #cutIfSlow(): void {
    if (!this.#writer.waitsAbove(this.parts.limits.outboundHardBytes)) return;
    this.parts.counters.slow_connections_closed += 1;
    this.destroy();
  }

  #heard(chunk: Buffer): void {
    if (this.#phase !== 'open' && this.#phase !== 'new' && this.#phase !== 'judged') return;
    this.#heardAt = this.parts.clock.now();
    this.#reader.push(chunk);
    this.#read();
  }

  /** Handles what was read, as far as there is room. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    const reader = this.#reader;
    try {
      // At once: another protocol's first bytes may announce a packet that never comes.
      if (this.#phase === 'new' && reader.firstByte !== CONNECT) {
        throw new MqttProtocolError('the first packet is no CONNECT', REASON.protocolError);
      }
      while (this.#mayRead() && reader.next()) {
        if (this.#phase === 'new') this.#connect();
        else if (!isPublish(reader.header)) this.#hear(decodePacket(reader.frame(), this.#version));
        else if (this.#hasRoom()) this.#publish();
        else break;
        reader.consume();
      }
      this.#accountForHeld();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#reading = false;
    }
  }

  #mayRead(): boolean {
    return this.#phase === 'new' || (this.#phase === 'open' && this.#waitsFor !== 'gate');
  }

  #publish(): void {
    const frame = readPublish(this.#reader, this.#version, this.#topic);
    if (frame.topic !== this.#topic) this.#topic = frame.topic;
    this.#conversation!.publish(frame);
  }

  #hear(packet: Packet): void {
    const answered = this.#conversation!.hear(packet);
    if (answered === undefined) return;
    this.#waitsFor = 'gate';
    this.socket.pause();
    void answered.then(() => this.unblock());
  }

  #hasRoom(): boolean {
    const { sink, limits, counters, roster } = this.parts;
    const { inFlight, inFlightBytes } = this.#conversation!.inbound;
    if (sink.full) {
      counters.sink_full_pauses += 1;
      this.#waitsFor = 'sink';
      roster.blocked.add(this);
    } else if (inFlight >= limits.inFlight || inFlightBytes >= limits.inFlightBytes) {
      counters.in_flight_pauses += 1;
      this.#waitsFor = 'acknowledgements';
    } else return true;
    this.socket.pause();
    return false;
  }

  #accountForHeld(): void {
    const held = this.#phase === 'open' || this.#phase === 'new' || this.#phase === 'judged' ? this.#reader.heldBytes : 0;
    if (held === this.#held) return;
    const { roster, limits } = this.parts;
    roster.heldBytes += held - this.#held;
    this.#held = held;
    if (roster.heldBytes <= limits.heldBytes || held <= limits.heldBytesPerConnection) return;
    this.parts.counters.held_bytes_exceeded += 1;
    this.end(REASON.quotaExceeded);
  }

  #connect(): void {
    const { parts } = this;
    const frame = this.#reader.frame();
    const version = requestedVersion(frame.subarray(this.#reader.bodyOffset));
    if (version !== 3 && version !== 4 && version !== 5) {
      this.#refuse(REASON.unsupportedVersion);
      return;
    }
    const packet = decodePacket(frame, undefined) as IConnectPacket;
    this.#version = version;
    const login = judgeConnect(packet, parts.gate, parts.limits, parts.assignId);
    if (!(login instanceof Promise)) {
      this.#answer(packet, login);
      return;
    }
    this.#phase = 'judged';
    this.socket.pause();
    login.then(
      judged => this.#answer(packet, judged),
      () => this.#answer(packet, { refused: REASON.serverUnavailable }),
    );
  }

  #answer(packet: IConnectPacket, login: Login | Refusal): void {
    const waited = this.#phase === 'judged';
    // It hung up, or we did, while it was looked up.
    if (!waited && this.#phase !== 'new') return;
    if ('refused' in login) this.#refuse(login.refused);
    else this.#open(packet, login);
    if (!waited || !this.alive || this.parts.roster.stopping) return;
    this.#read();
    if (this.#waitsFor === undefined) this.socket.resume();
  }

  #open(packet: IConnectPacket, login: Login): void {
    const { parts } = this;
    const begun = Conversation.begin(parts, this, login, this.#version);
    if (begun === undefined) {
      this.#refuse(REASON.quotaExceeded);
      return;
    }
    this.#conversation = begun.conversation;
    this.#phase = 'open';
    this.#silence_ms = login.silence_ms;
    this.#reader.maxFrameBytes = parts.limits.packetBytes;
    parts.roster.letIn(this);
    parts.counters.connections_accepted += 1;
    this.write(encodePacket(welcome(packet, login, begun.sessionPresent, parts.limits), this.#version));
    begun.conversation.sendOutbound();
  }

  #refuse(reason: number): void {
    const { parts } = this;
    const wrongSecret = reason === REASON.badCredentials;
    parts.counters[wrongSecret ? 'logins_refused' : 'connects_rejected'] += 1;
    const delay = wrongSecret ? parts.throttle.failed(this.socket.remoteAddress ?? '', parts.clock.now()) : 0;
    const tell = () => {
      this.#writer.write(encodePacket(refusalOf(reason), this.#version));
      this.end(reason);
    };
    if (delay === 0) {
      tell();
      return;
    }
    this.#phase = 'refused';
    this.socket.pause();
    this.#cancelRefusal = parts.clock.after(delay, tell);
  }

  #fail(error: unknown): void {
    const { counters } = this.parts;
    const reason = error instanceof MqttProtocolError ? error.reason : REASON.unspecified;
    if (!(error instanceof MqttProtocolError)) counters.failures += 1;
    else if (reason === REASON.packetTooLarge) counters.packets_too_large += 1;
    // A topic that is not the device's own is counted where it is refused.
    else if (reason !== REASON.notAuthorized) counters.protocol_errors += 1;
    this.end(reason);
  }

  /** The session and the sums no longer hold this connection; the socket may take a moment more. */
  #leave(): void {
    const { roster, counters } = this.parts;
    this.#cancelRefusal?.();
    roster.leave(this);
    roster.heldBytes -= this.#held;
    this.#held = 0;
    if (this.#waitsFor !== undefined) counters.unread_bytes_dropped += this.#reader.heldBytes;
    this.#waitsFor = undefined;
    this.#conversation?.leave();
    this.#conversation = undefined;
  }

  #gone(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#leave();
    this.parts.roster.remove(this);
  }
}
