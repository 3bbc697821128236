import type { DeviceId } from '../../../model/ids.js';
import type { DeviceGate, MessageSink } from '../../../ports/listener.js';
import { type BrokerGate, brokerGate, gatedSink } from '../broker-gate.js';
import type { ServerCounters } from '../mqtt-counters.js';
import { MqttListenError, MqttThreadError } from '../mqtt-errors.js';
import type { MqttServer, TlsFiles } from '../mqtt-server.js';
import { BatchesIn } from './batches-in.js';
import type { SharedCounters } from './shared-counters.js';
import type { FromBroker, Line, ToBroker } from './thread-messages.js';

/** What the broker was told and has not handed on yet; more is dropped and counted. */
const TELLINGS = { messages: 10_000, bytes: 16 * 1024 * 1024 };

interface Telling {
  bytes: number;
  told?: (delivered: boolean) => void;
}

/** The server's end of the channel to a broker (serve-broker.ts): answers what it asks, and tells it what to say. */
export class RemoteBroker implements MqttServer {
  address = '';
  readonly #gate: BrokerGate;
  readonly #batches: BatchesIn;
  /** In the order in which they were told. */
  #tellings: Telling[] = [];
  #tellingBytes = 0;
  #up = false;
  #listening: { resolve(): void; reject(error: Error): void } | undefined;
  #closed: (() => void) | undefined;

  constructor(
    private readonly line: Line<ToBroker>,
    gate: DeviceGate,
    sink: MessageSink,
    private readonly shared: SharedCounters,
  ) {
    this.#gate = brokerGate(gate);
    this.#batches = new BatchesIn(
      gatedSink(gate, sink),
      runs => line.postMessage({ type: 'answers', runs }, [runs.buffer as ArrayBuffer]),
      () => {
        this.counters.talkers_forgotten += 1;
      },
    );
  }

  get connected(): boolean {
    return this.#up;
  }

  get counters(): ServerCounters {
    return this.shared.counters;
  }

  connections(): number {
    return this.#up ? this.shared.connections : 0;
  }

  /** @throws {MqttListenError} the port is taken @throws {MqttThreadError} it ended first */
  listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listening = { resolve, reject };
    });
  }

  heard(message: FromBroker): void {
    switch (message.type) {
      case 'messages':
        this.#batches.take(message.batch);
        break;
      case 'admit':
        this.#admit(message);
        break;
      case 'ask_subscribe':
        this.#maySubscribe(message);
        break;
      case 'told':
        this.#told(message.count);
        break;
      case 'listening':
        this.address = message.address;
        this.#up = true;
        this.#listening?.resolve();
        break;
      case 'failed':
        this.#listening?.reject(new MqttListenError(message.message, message.context));
        break;
      case 'closed':
        this.ended();
    }
  }

  /** The other end is gone, wanted or not: nothing that it had not acknowledged will be. */
  ended(cause?: unknown): void {
    this.#up = false;
    this.#batches.close();
    for (const { told } of this.#tellings) told?.(false);
    this.#tellings = [];
    this.#tellingBytes = 0;
    this.#listening?.reject(new MqttThreadError('the thread of the broker ended before it listened', {}, { cause }));
    this.#closed?.();
  }

  publish(topic: string, payload: Uint8Array): void {
    this.#tell(topic, payload);
  }

  deliver(topic: string, payload: Uint8Array): Promise<boolean> {
    return new Promise(resolve => {
      if (!this.#tell(topic, payload, resolve)) resolve(false);
    });
  }

  drop(device: DeviceId): void {
    this.#say({ type: 'drop', device });
  }

  renewTls(files: TlsFiles): void {
    this.#say({ type: 'renew_tls', files });
  }

  close(): Promise<void> {
    return new Promise(resolve => {
      if (!this.#up) {
        resolve();
        return;
      }
      this.#closed = resolve;
      this.#say({ type: 'close' });
    });
  }

  #say(message: ToBroker): void {
    if (this.#up) this.line.postMessage(message);
  }

  #tell(topic: string, payload: Uint8Array, told?: (delivered: boolean) => void): boolean {
    if (!this.#up) return false;
    const full = this.#tellings.length >= TELLINGS.messages || this.#tellingBytes >= TELLINGS.bytes;
    if (full) {
      this.counters.tellings_dropped += 1;
      return false;
    }
    this.#tellings.push({ bytes: payload.length, ...(told && { told }) });
    this.#tellingBytes += payload.length;
    // A plain copy: a view on a pool would take the whole pool along.
    this.#say({ type: 'tell', topic, payload: new Uint8Array(payload) });
    return true;
  }

  #told(count: number): void {
    for (const { bytes, told } of this.#tellings.splice(0, count)) {
      this.#tellingBytes -= bytes;
      told?.(true);
    }
  }

  #admit({ id, user, password, willTopic }: Extract<FromBroker, { type: 'admit' }>): void {
    const found = this.#gate.admit(user, password, willTopic);
    if (!(found instanceof Promise)) this.#say({ type: 'admitted', id, admission: found });
    else
      found.then(
        admission => this.#say({ type: 'admitted', id, admission }),
        () => this.#say({ type: 'admitted', id, admission: null }),
      );
  }

  #maySubscribe({ id, device, filters }: Extract<FromBroker, { type: 'ask_subscribe' }>): void {
    const found = this.#gate.maySubscribe(device, filters);
    if (!(found instanceof Promise)) this.#say({ type: 'may_subscribe', id, allowed: found });
    else
      found.then(
        allowed => this.#say({ type: 'may_subscribe', id, allowed }),
        () => this.#say({ type: 'may_subscribe', id, allowed: null }),
      );
  }
}
