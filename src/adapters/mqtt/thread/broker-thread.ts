import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../system/system-clock.js';
import { serveBroker } from './serve-broker.js';
import type { BrokerPlace } from './thread-messages.js';

/** The thread of the embedded broker. The other end is threaded-mqtt-server.ts. */
if (!parentPort) throw new Error('broker-thread is a worker thread, not a program');
await serveBroker(parentPort, workerData as BrokerPlace, systemClock);
