import { availableParallelism } from 'node:os';
import type { ActorSelf } from '../actors/define-actor.js';
import { type MqttServer, openMqttServer, type TlsFiles } from '../adapters/mqtt/mqtt-server.js';
import { type MqttSubscriber, openMqttSubscriber } from '../adapters/mqtt/mqtt-subscriber.js';
import { sharedCounters } from '../adapters/mqtt/thread/shared-counters.js';
import { openThreadedMqttServer } from '../adapters/mqtt/thread/threaded-mqtt-server.js';
import type { Settings } from '../config/settings.js';
import type { Clock, Random } from '../ports/clock.js';
import type { Closeable } from '../ports/journal.js';
import type { DeviceGate, MessageSink } from '../ports/listener.js';
import { protocols } from '../protocols/index.js';

export interface MqttEntryParts {
  settings: Settings;
  /** Of this data directory: what an external broker knows us by. */
  id: string;
  tls(): Promise<TlsFiles | undefined>;
  clock: Clock;
  random: Random;
}

/** Who may connect, and who takes what they say. */
interface Behind {
  gate: DeviceGate;
  sink: MessageSink;
}

/** The way in over MQTT, through the embedded broker or as a client of another one, and what is said over it. Outlives restarts of either. */
export class MqttEntry {
  /** The one that is open now, or was last. */
  listener: MqttServer | MqttSubscriber | undefined;
  /** A port that was given once stays. */
  private port: number;
  /** Over all threads of the broker that there were. */
  private readonly counts = sharedCounters();

  constructor(private readonly parts: MqttEntryParts) {
    this.port = parts.settings.mqtt_port;
  }

  /** @throws {MqttListenError} the port is taken, or the certificate is none */
  async open({ fail }: ActorSelf, { gate, sink }: Behind): Promise<Closeable> {
    const { settings, id, tls, clock, random } = this.parts;
    if (settings.mqtt_url) {
      const topics = protocols.flatMap(protocol => protocol.topics);
      this.listener = await openMqttSubscriber({
        url: settings.mqtt_url,
        clientId: `telltale-${id}`,
        topics,
        sink,
        clock,
        random,
      });
      return this.listener;
    }
    const broker = { host: settings.host, port: this.port, tls: await tls(), gate, sink };
    // Beside a fold that needs a core of its own, reading sockets needs another; on a single core a thread would only cost.
    this.listener =
      availableParallelism() > 1
        ? await openThreadedMqttServer({ ...broker, shared: this.counts, fail })
        : await openMqttServer({ ...broker, clock });
    this.port = Number(new URL(this.listener.address).port);
    return this.listener;
  }

  /** A viewer, or a device that is no longer known, is heard no longer. An external broker's connections are not ours to end. */
  hangUpOn(who: string): void {
    if (this.listener && 'drop' in this.listener) this.listener.drop(who);
  }

  /** Best effort. */
  tell(topic: string, message: { reason: string; detail: string }): void {
    this.listener?.publish(topic, Buffer.from(JSON.stringify(message)));
  }

  /** With QoS 1. @returns whether the broker has it */
  async deliver(topic: string, payload: Uint8Array): Promise<boolean> {
    return (await this.listener?.deliver(topic, payload)) ?? false;
  }

  renewTls(files: TlsFiles): void {
    if (this.listener && 'renewTls' in this.listener) this.listener.renewTls(files);
  }
}
