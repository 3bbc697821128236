import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { connectDevice } from '../harness/device.js';
import { publishSurely } from './fleet-run.js';

/** One device that sends as fast as it can, in a thread of its own: what others wait for the server is not to be what they wait for it here. */
export interface Flooding {
  mqtt: string;
  id: string;
  forMs: number;
  perMessage: number;
  /** Messages on their way. */
  window: number;
}

/** What it tells in the end. */
export interface Flooded {
  sent: number;
  acknowledged: number;
  late: number;
}

/**
 * Each so-many-th message tells of a moment before the newest, so that its vehicle has to be folded again. In the first burst too, whose events have
 * nearly one time: what is late by a second there is before all of it.
 */
const LATE_EVERY = 1_000;
const LATE_BY_MS = 1_000;

const { mqtt, id, forMs, perMessage, window } = workerData as Flooding;
const device = await connectDevice({ mqtt, id, secret: '', reconnect: true });
let seq = 0;
let messages = 0;
let acknowledged = 0;
let late = 0;
const until = Date.now() + forMs;
const lane = async (): Promise<void> => {
  while (Date.now() < until) {
    const isLate = ++messages % LATE_EVERY === 0;
    if (isLate) late++;
    const ts = Date.now() - (isLate ? LATE_BY_MS : 0);
    const events = Array.from({ length: perMessage }, () => ({ ts, seq: ++seq, gps: { lat: 52, lon: 4, speed_kmh: 80 } }));
    await publishSurely(device, events);
    acknowledged += perMessage;
    if (messages % 64 === 0) await wait(0);
  }
};
await Promise.all(Array.from({ length: window }, lane));
await device.close();
parentPort!.postMessage({ sent: seq, acknowledged, late } satisfies Flooded);
