import { type EventEmitter, once } from 'node:events';
import mqtt, { type ErrorWithReasonCode, type MqttClient } from 'mqtt';
import { TelltaleError } from '../model/errors.js';
import type { DeviceId } from '../model/ids.js';
import type { Millis } from '../model/units.js';
import { randomOf } from './random.js';

/** The server knows the device or its secret not: waiting does not help. */
export class BrokerRefusedError extends TelltaleError {
  readonly code = 'BROKER_REFUSED';
  readonly fault = 'input';
}

/** Nobody answers at the address. */
export class BrokerUnreachableError extends TelltaleError {
  readonly code = 'BROKER_UNREACHABLE';
  readonly fault = 'outage';
}

export interface PublisherOptions {
  url: string;
  device: DeviceId;
  /** User name; default: the device. */
  user?: string | undefined;
  /** The device's secret; without it no password is sent. */
  secret?: string | undefined;
  /** Messages on their way without an acknowledgement. */
  window?: number;
  /** Events in one message, at most, when more than one waits. */
  eventsPerMessage?: number;
  /** Events that wait, at most; when more come, the oldest are dropped and counted. */
  capacity?: number;
}

export interface PublisherCounters {
  offered: number;
  acknowledged: number;
  dropped: number;
  reconnects: number;
  /** Messages on the device's errors topic. */
  complaints: number;
}

/** CONNACK codes of 3.1.1 and 5 that say: not you. */
const REFUSALS: ReadonlySet<unknown> = new Set([2, 4, 5, 133, 134, 135]);

/**
 * One device's connection: events go out in order with QoS 1. What was not acknowledged when the connection broke is sent again
 * after the next connect, what was acknowledged never.
 */
export class DevicePublisher {
  readonly counters: PublisherCounters = { offered: 0, acknowledged: 0, dropped: 0, reconnects: 0, complaints: 0 };
  /** The newest message on the errors topic. */
  lastComplaint: string | undefined;
  readonly #client: MqttClient;
  readonly #url: string;
  readonly #device: DeviceId;
  readonly #topic: string;
  readonly #window: number;
  readonly #eventsPerMessage: number;
  readonly #capacity: number;
  /** Waiting events as JSON texts; those before `#first` are gone. */
  #waiting: string[] = [];
  #first = 0;
  #inFlight = 0;
  /** Ever. */
  #connected = false;
  #wake: (() => void)[] = [];

  constructor({ url, device, user, secret, window = 8, eventsPerMessage = 1, capacity = 10_000 }: PublisherOptions) {
    this.#url = url;
    this.#device = device;
    this.#topic = `telltale/v1/${device}/events`;
    this.#window = window;
    this.#eventsPerMessage = eventsPerMessage;
    this.#capacity = capacity;
    this.#client = mqtt.connect(url, {
      clientId: `sim-${device}`,
      username: user ?? device,
      password: secret,
      protocolVersion: 4,
      keepalive: 30,
      // A fleet that lost its server together should not come back in the same instant.
      reconnectPeriod: randomOf('reconnect', device).between(600, 1_800),
      connectTimeout: 10_000,
    });
    this.#client.on('connect', () => {
      if (this.#connected) this.counters.reconnects += 1;
      this.#connected = true;
      this.#client.subscribe(`telltale/v1/${device}/errors`, { qos: 0 });
      this.#pump();
    });
    this.#client.on('message', (_topic, payload) => {
      this.counters.complaints += 1;
      this.lastComplaint = payload.toString();
    });
    // Without a listener an error would end the process; `ready` and the counters tell it.
    this.#client.on('error', () => undefined);
  }

  /** Events that are not acknowledged yet. */
  get pending(): number {
    return this.counters.offered - this.counters.acknowledged - this.counters.dropped;
  }

  /** @throws {BrokerRefusedError} bad credentials @throws {BrokerUnreachableError} the first attempt failed; it goes on trying */
  async ready(): Promise<void> {
    if (this.#client.connected) return;
    const [url, device] = [this.#url, this.#device];
    try {
      await once(this.#client as unknown as EventEmitter, 'connect');
    } catch (cause) {
      const code = (cause as ErrorWithReasonCode).code;
      if (REFUSALS.has(code))
        throw new BrokerRefusedError(`${url} refuses ${device}: unknown device or wrong secret`, { device, code });
      throw new BrokerUnreachableError(`no MQTT broker answers at ${url} (${reasonOf(cause)})`, { url }, { cause });
    }
  }

  /** Queues one event. @param text its JSON */
  offer(text: string): void {
    this.counters.offered += 1;
    if (this.#waiting.length - this.#first >= this.#capacity) {
      this.#first += 1;
      this.counters.dropped += 1;
    }
    this.#waiting.push(text);
    this.#pump();
  }

  /** Resolves while less than half of the capacity is taken: for sources that can wait instead of losing something. */
  async room(): Promise<void> {
    while (this.#waiting.length - this.#first > this.#capacity / 2) await new Promise<void>(resolve => this.#wake.push(resolve));
  }

  /** Resolves when all that was offered is acknowledged (or was dropped). */
  async drained(): Promise<void> {
    while (this.pending > 0) await new Promise<void>(resolve => this.#wake.push(resolve));
  }

  /** Waits at most `within` until all is acknowledged, then disconnects. @returns how many events were not */
  async close(within: Millis = 5_000): Promise<number> {
    const timer = setTimeout(() => this.#wakeAll(), within);
    const deadline = performance.now() + within;
    while (this.pending > 0 && performance.now() < deadline) await new Promise<void>(resolve => this.#wake.push(resolve));
    clearTimeout(timer);
    await this.#client.endAsync(this.pending > 0);
    return this.pending;
  }

  #pump(): void {
    while (this.#client.connected && this.#inFlight < this.#window && this.#first < this.#waiting.length) {
      const texts = this.#waiting.slice(this.#first, this.#first + this.#eventsPerMessage);
      this.#first += texts.length;
      if (this.#first > 1_000 && this.#first * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#first);
        this.#first = 0;
      }
      this.#inFlight += 1;
      const payload = texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`;
      // The client keeps it until it is acknowledged, and sends it again after a reconnect.
      this.#client.publish(this.#topic, payload, { qos: 1 }, error => {
        this.#inFlight -= 1;
        if (!error) this.counters.acknowledged += texts.length;
        this.#wakeAll();
        this.#pump();
      });
    }
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

/** A refused connection to `localhost` is an AggregateError with an empty message. */
const reasonOf = (cause: unknown): string => {
  const { message, code } = cause as { message?: string; code?: unknown };
  return message || String(code ?? 'no reason given');
};
