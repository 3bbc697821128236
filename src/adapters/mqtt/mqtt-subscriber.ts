import type { Millis } from '../../model/units.js';
import type { Cancel, Clock, Random } from '../../ports/clock.js';
import type { Listener, MessageSink } from '../../ports/listener.js';
import { BrokerLink, type LinkSetup } from './broker-link.js';
import { readBrokerUrl } from './broker-url.js';
import {
  DEFAULT_SUBSCRIBER_LIMITS,
  newSubscriberCounters,
  type SubscriberCounters,
  type SubscriberLimits,
} from './subscriber-limits.js';

export interface MqttSubscriberOptions {
  /** `mqtt[s]://[user[:password]@]host[:port]` */
  url: string;
  /** The same over restarts: the broker keeps the session, and what comes meanwhile, under it. */
  clientId: string;
  /** Filters of devices' topics. */
  topics: readonly string[];
  sink: MessageSink;
  clock: Clock;
  random: Pick<Random, 'fraction'>;
  limits?: Partial<SubscriberLimits>;
}

/** A client of somebody else's broker. */
export interface MqttSubscriber extends Listener {
  readonly counters: SubscriberCounters;
  /** 1 while the broker is there. */
  connections(): number;
  /** Why there is no connection. */
  readonly trouble: string | undefined;
}

/**
 * Hears devices through an external broker: QoS 1, persistent session, acknowledged to it when `sink` says that a message is
 * taken. Comes back by itself, for ever; a broker that is away at the start is waited for.
 * @throws {BrokerUrlError} the URL is none that we can speak to
 */
export const openMqttSubscriber = async (options: MqttSubscriberOptions): Promise<MqttSubscriber> => {
  const subscriber = new Subscriber(options);
  options.sink.onDrained(() => subscriber.drained());
  return subscriber;
};

class Subscriber implements MqttSubscriber {
  readonly counters = newSubscriberCounters();
  readonly #setup: Omit<LinkSetup, 'alwaysSubscribe'>;
  readonly #random: Pick<Random, 'fraction'>;
  #link: BrokerLink;
  #connected = false;
  #trouble: string | undefined = 'not connected yet';
  /** The process has subscribed once. */
  #subscribed = false;
  /** Connections in a row that were of no use. */
  #failures = 0;
  #upSince = 0;
  #cancelRetry: Cancel | undefined;
  #stopped = false;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor({ url, clientId, topics, sink, clock, random, limits }: MqttSubscriberOptions) {
    const target = readBrokerUrl(url);
    this.#random = random;
    const allLimits = { ...DEFAULT_SUBSCRIBER_LIMITS, ...limits };
    this.#setup = { target, clientId, topics, sink, clock, limits: allLimits, counters: this.counters };
    this.#link = this.#connect();
  }

  get address(): string {
    return this.#setup.target.address;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  connections(): number {
    return this.#connected ? 1 : 0;
  }

  publish(topic: string, payload: Uint8Array): void {
    const sent = this.#link.publish(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
    if (sent) this.counters.outbound_sent += 1;
    else this.counters.outbound_dropped += 1;
  }

  async deliver(topic: string, payload: Uint8Array): Promise<boolean> {
    const taken = await this.#link.deliver(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
    if (taken) this.counters.outbound_sent += 1;
    return taken;
  }

  drained(): void {
    this.#link.unblock();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #connect(): BrokerLink {
    return new BrokerLink(
      { ...this.#setup, alwaysSubscribe: !this.#subscribed },
      {
        up: sessionPresent => this.#up(sessionPresent),
        down: why => this.#down(why),
        // Only an acknowledged message shows that all of the way works again.
        acknowledged: () => {
          this.#failures = 0;
        },
        idle: () => this.#onIdle?.(),
      },
    );
  }

  #up(sessionPresent: boolean): void {
    this.counters.connects += 1;
    if (this.#subscribed && !sessionPresent) this.counters.sessions_lost += 1;
    this.#subscribed = true;
    this.#connected = true;
    this.#trouble = undefined;
    this.#upSince = this.#setup.clock.now();
  }

  #down(why: string): void {
    const { clock, limits } = this.#setup;
    if (this.#connected) this.counters.disconnects += 1;
    else this.counters.connects_failed += 1;
    if (this.#connected && clock.now() - this.#upSince > limits.maxBackoff_ms) this.#failures = 0;
    this.#connected = false;
    this.#trouble = why;
    this.#onIdle?.();
    if (this.#stopped) return;
    this.#cancelRetry = clock.after(this.#backoff(), () => {
      this.#link = this.#connect();
    });
  }

  #backoff(): Millis {
    const { minBackoff_ms, maxBackoff_ms } = this.#setup.limits;
    const full = Math.min(maxBackoff_ms, minBackoff_ms * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    // Many servers that lost the same broker do not come back in step.
    return full * (1 - this.#random.fraction() / 2);
  }

  async #close(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    if (this.#connected) {
      await new Promise<void>(resolve => {
        const giveUp = this.#setup.clock.after(this.#setup.limits.linger_ms, resolve);
        this.#onIdle = () => {
          giveUp();
          resolve();
        };
        this.#link.drain();
      });
    }
    this.#link.end();
  }
}
