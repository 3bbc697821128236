import { MessageChannel } from 'node:worker_threads';
import type { MqttServer, MqttServerOptions } from '../../src/adapters/mqtt/mqtt-server.js';
import { RemoteBroker } from '../../src/adapters/mqtt/thread/remote-broker.js';
import { serveBroker } from '../../src/adapters/mqtt/thread/serve-broker.js';
import { sharedCounters } from '../../src/adapters/mqtt/thread/shared-counters.js';
import type { FromBroker } from '../../src/adapters/mqtt/thread/thread-messages.js';

/** Both ends of what lies between the server and the broker's thread, on one thread and under one clock. */
export const openBrokerOverChannel = async ({ gate, sink, clock, ...where }: MqttServerOptions): Promise<MqttServer> => {
  const { port1, port2 } = new MessageChannel();
  const shared = sharedCounters();
  const broker = new RemoteBroker(port1, gate, sink, shared);
  port1.on('message', (message: FromBroker) => broker.heard(message));
  const served = serveBroker(port2, { ...where, counts: shared.memory }, clock);
  await Promise.all([broker.listening(), served]);
  return broker;
};
