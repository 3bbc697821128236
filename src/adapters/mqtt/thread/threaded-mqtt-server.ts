import { Worker } from 'node:worker_threads';
import { type Millis, seconds } from '../../../model/units.js';
import { MqttThreadError } from '../mqtt-errors.js';
import type { MqttServer, MqttServerOptions } from '../mqtt-server.js';
import { RemoteBroker } from './remote-broker.js';
import type { SharedCounters } from './shared-counters.js';
import type { BrokerPlace, FromBroker } from './thread-messages.js';

export interface ThreadedMqttServerOptions extends Omit<MqttServerOptions, 'clock'> {
  shared: SharedCounters;
  /** Told when the thread ends by itself: its connections are gone, and a new one is to be opened. */
  fail(error: Error): void;
  /** The compiled thread, where it does not stand beside this file. */
  thread?: URL;
}

/** A thread that does not say goodbye in this time is ended without. Its own limits for that are shorter. */
const CLOSE_WITHIN: Millis = seconds(6);
/** V8 makes a third of it the room for young objects. A packet's are dead when it is answered: in so little they stay in the processor's cache. */
const YOUNG_MB = 6;

/**
 * Opens the embedded broker on a thread of its own.
 * @throws {MqttListenError} the port is taken, or the certificate is none   @throws {MqttThreadError} the thread ended at once
 */
export const openThreadedMqttServer = async ({
  gate,
  sink,
  shared,
  fail,
  thread = new URL('./broker-thread.js', import.meta.url),
  ...where
}: ThreadedMqttServerOptions): Promise<MqttServer> => {
  const place: BrokerPlace = { ...where, counts: shared.memory };
  const worker = new Worker(thread, { workerData: place, name: 'mqtt', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const broker = new ThreadedMqttServer(worker, gate, sink, shared);
  let cause: unknown;
  worker.on('message', (message: FromBroker) => broker.heard(message));
  worker.on('error', error => {
    cause = error;
  });
  // Always the last event of a thread, however it ended.
  worker.on('exit', () => {
    const unexpected = broker.connected;
    broker.ended(cause);
    if (!unexpected) return;
    shared.counters.thread_ends += 1;
    const why = cause instanceof Error ? cause.message : String(cause ?? 'it gave no reason');
    fail(new MqttThreadError(`the thread of the broker ended: ${why}`, {}, { cause }));
  });
  await broker.listening();
  return broker;
};

class ThreadedMqttServer extends RemoteBroker {
  readonly #worker: Worker;

  constructor(worker: Worker, ...rest: Rest) {
    super(worker, ...rest);
    this.#worker = worker;
  }

  override async close(): Promise<void> {
    const cutOff = setTimeout(() => void this.#worker.terminate(), CLOSE_WITHIN);
    await super.close();
    clearTimeout(cutOff);
  }
}

type Rest = ConstructorParameters<typeof RemoteBroker> extends [unknown, ...infer R] ? R : never;
