import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../../../ports/clock.js';
import { MqttListenError } from '../mqtt-errors.js';
import { type MqttServer, openBroker } from '../mqtt-server.js';
import { AskedGate } from './asked-gate.js';
import { sharedCounters } from './shared-counters.js';
import { SinkAcross } from './sink-across.js';
import type { BrokerPlace, FromBroker, ToBroker } from './thread-messages.js';

/** The broker at its end of the channel; the other end is remote-broker.ts. */
export const serveBroker = async (port: MessagePort, place: BrokerPlace, clock: Clock): Promise<void> => {
  const say = (message: FromBroker): void => port.postMessage(message);
  const gate = new AskedGate(port);
  const sink = new SinkAcross(port);
  const shared = sharedCounters(place.counts);
  shared.connections = 0;
  const watch = (connections: number): void => {
    shared.connections = connections;
  };
  let broker: MqttServer;
  try {
    broker = await openBroker({ ...place, gate, sink, clock, counters: shared.counters, watch });
  } catch (error) {
    if (!(error instanceof MqttListenError)) throw error;
    say({ type: 'failed', message: error.message, context: error.context });
    port.close();
    return;
  }
  let told = 0;
  const sayTold = (): void => {
    say({ type: 'told', count: told });
    told = 0;
  };
  port.on('message', (message: ToBroker) => {
    switch (message.type) {
      case 'answers':
        sink.answered(message.runs);
        break;
      case 'admitted':
        gate.answered(message.id, message.admission);
        break;
      case 'may_subscribe':
        gate.answered(message.id, message.allowed);
        break;
      case 'tell':
        broker.publish(message.topic, message.payload);
        if (++told === 1) setImmediate(sayTold);
        break;
      case 'drop':
        broker.drop(message.device);
        break;
      case 'renew_tls':
        broker.renewTls(message.files);
        break;
      case 'close':
        void broker.close().then(() => {
          say({ type: 'closed' });
          // With nothing open any more the thread ends by itself.
          port.close();
        });
    }
  });
  say({ type: 'listening', address: broker.address });
};
