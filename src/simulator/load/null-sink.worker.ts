import { parentPort } from 'node:worker_threads';
import { openNullSink } from './null-sink.js';

/** The sink on a thread of its own, so that it does not take the generator's time. Tells its port when it listens. */
const { port } = await openNullSink();
parentPort!.postMessage(port);
