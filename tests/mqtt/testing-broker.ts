import { afterEach } from '@jest/globals';
import type { MqttLimits } from '../../src/adapters/mqtt/mqtt-limits.js';
import { type MqttServer, openMqttServer } from '../../src/adapters/mqtt/mqtt-server.js';
import { openBrokerOverChannel } from './broker-over-channel.js';
import { HeldSink } from './held-sink.js';
import { ManualClock } from './manual-clock.js';
import { ownTopicsGate } from './own-topics-gate.js';
import { RawClient } from './raw-client.js';
import { until } from './until.js';

/** An embedded broker in a test, and the clients that talk to it; all of it is gone after each test. */
export class TestingBroker {
  /** True: the broker is at the other end of a channel, as it is on a thread of its own. */
  static overChannel = false;
  readonly clients: RawClient[] = [];

  private constructor(
    readonly server: MqttServer,
    readonly sink: HeldSink,
    readonly clock: ManualClock,
  ) {}

  static async open(limits: Partial<MqttLimits> = {}, sink = new HeldSink(true)): Promise<TestingBroker> {
    const clock = new ManualClock();
    const where = { host: '127.0.0.1', port: 0, limits };
    const open = TestingBroker.overChannel ? openBrokerOverChannel : openMqttServer;
    const server = await open({ ...where, gate: ownTopicsGate, sink, clock });
    const broker = new TestingBroker(server, sink, clock);
    brokers.push(broker);
    return broker;
  }

  /** A client that has not said anything yet. */
  async raw(version: 3 | 4 | 5 = 4): Promise<RawClient> {
    return this.#keep(await RawClient.open(this.server.address, version));
  }

  /** A device that is logged in. */
  async device(id: string, version: 3 | 4 | 5 = 4, more: object = {}): Promise<RawClient> {
    return this.#keep(await RawClient.loggedIn(this.server.address, id, version, more));
  }

  /** The line of a client breaks, and the server has noticed. */
  async lose(client: RawClient): Promise<void> {
    const left = this.server.connections() - 1;
    client.socket.destroy();
    await until('the end of a connection', () => this.server.connections() === left);
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.socket.destroy();
    while (this.sink.waiting.length > 0) this.sink.answer();
    await this.server.close();
  }

  #keep(client: RawClient): RawClient {
    this.clients.push(client);
    return client;
  }
}

const brokers: TestingBroker[] = [];
afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.close();
});
