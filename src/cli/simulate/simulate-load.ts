import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { LoadDevice } from '../../simulator/load/load-connection.js';
import { LoadFleet, type LoadStats } from '../../simulator/load/load-fleet.js';
import { UsageError } from '../flags.js';
import { ProgressLine } from '../progress-line.js';
import { stopSignal } from '../stop-signal.js';
import { descriptorLimit, descriptorsFor } from './descriptor-limit.js';

export interface SimulateLoadOptions {
  url: string;
  devices: readonly LoadDevice[];
  rate: number | undefined;
  minutes: number;
  eventsPerMessage: number;
  window: number;
  alertsPerSecond: number;
  sources: number;
  /** Against a sink of our own instead of a server. */
  ceiling: boolean;
}

/** Generates load for some minutes; the result is one JSON line on stdout. @returns the exit code */
export const simulateLoad = async ({ minutes, ceiling, ...options }: SimulateLoadOptions): Promise<number> => {
  if (80 % options.eventsPerMessage !== 0)
    throw new UsageError(`--events-per-message ${options.eventsPerMessage}: expected a divisor of 80`);
  if (new URL(options.url).protocol !== 'mqtt:') throw new UsageError('--load speaks plain MQTT only: give an mqtt:// URL');
  const needed = descriptorsFor(options.devices.length);
  if (needed > descriptorLimit())
    throw new UsageError(
      `${options.devices.length} connections need ${needed} file descriptors here and as many in the server; the limit is ${descriptorLimit()} (ulimit -n)`,
    );
  const { signal } = stopSignal();
  const sink = ceiling ? new Worker(new URL('../../simulator/load/null-sink.worker.js', import.meta.url)) : undefined;
  const url = sink === undefined ? options.url : `mqtt://127.0.0.1:${(await once(sink, 'message'))[0]}`;
  const fleet = new LoadFleet({ ...options, url });
  const progress = new ProgressLine({ terminal: 500, elsewhere: 5_000 });
  progress.say(`${options.devices.length} connections: ${needed} file descriptors here, as many in the server`);
  await fleet.start();
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until && !signal.aborted && fleet.stats.lostConnections === 0) {
    await sleep(Math.min(500, until - performance.now()), undefined, { signal }).catch(() => undefined);
    progress.show(() => figures(fleet.stats));
  }
  const stats = fleet.stats;
  await fleet.stop();
  await sink?.terminate();
  progress.say(figures(stats));
  console.log(JSON.stringify(stats));
  if (stats.lostConnections > 0) progress.say(`${stats.lostConnections} connections were lost`);
  return stats.lostConnections > 0 ? 1 : 0;
};

const figures = (stats: LoadStats): string =>
  `${stats.connections} connections  ${Math.round(stats.events_per_s).toLocaleString('en')} events/s acknowledged  ` +
  `p50 ${stats.ack_p50_ms.toFixed(2)} ms  p99 ${stats.ack_p99_ms.toFixed(2)} ms  max ${stats.ack_max_ms.toFixed(0)} ms` +
  (stats.behind > 0 ? `  ${stats.behind} messages behind` : '');
