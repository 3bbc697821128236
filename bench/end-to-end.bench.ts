import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LoadFleet } from '../src/simulator/load/load-fleet.js';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';
import { beginsWithin, LATE_MS, ProbeWatch } from './probe-watch.js';

const CONNECTIONS = 1_000;
const SECONDS = 20;

interface System {
  partitions: { lag: number }[];
  counters: Record<string, number>;
  alert_latency: { stage: string; p99_ms: number | null }[];
}

/**
 * The server as it is shipped, in a process of its own; the load generator and a viewer in this one. MQTT QoS 1 over loopback,
 * acknowledged after sync, all default rules, roll-ups into the embedded SQL file.
 */
export const run = async (): Promise<Figure[]> => {
  const figures: Figure[] = [...(await ceiling(10)), ...(await ceiling(1))];
  const parts = { 10: await bare(10), 1: await bare(1) };
  const server = await startTelltale({ env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' } });
  try {
    const reached = await flatOut(server, 10, parts[10]);
    figures.push(...reached.figures);
    figures.push(...(await flatOut(server, 1, parts[1])).figures);
    figures.push(...(await alertLatency(server, reached.eventsPerSecond / 2)));
  } finally {
    await server.stop();
  }
  return figures;
};

/** What the load generator itself can do: against a sink that reads and acknowledges, on a thread of its own. */
const ceiling = async (eventsPerMessage: number): Promise<Figure[]> => {
  const value = await against(new URL('../src/simulator/load/null-sink.worker.js', import.meta.url), eventsPerMessage);
  return [{ name: `end_to_end.generator_ceiling.arrays_of_${eventsPerMessage}`, value, unit: 'events/s', note: 'no server' }];
};

/** What the parts alone reach, put together without anything between them. @returns events/s */
const bare = (eventsPerMessage: number): Promise<number> =>
  against(new URL('./bare-path.worker.js', import.meta.url), eventsPerMessage);

/** @returns events/s that a worker acknowledges that tells its port */
const against = async (worker: URL, eventsPerMessage: number): Promise<number> => {
  const sink = new Worker(worker);
  const [port] = await once(sink, 'message');
  const devices = Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `ceiling-${i}` }));
  const load = new LoadFleet({ url: `mqtt://127.0.0.1:${port}`, devices, eventsPerMessage });
  await load.start();
  await sleep(1_000);
  load.resetStats();
  await sleep(4_000);
  const { events_per_s: reached } = load.stats;
  await load.stop();
  sink.postMessage('end');
  await Promise.race([once(sink, 'exit'), sleep(3_000)]);
  await sink.terminate();
  return reached;
};

const fleet = (server: Telltale, prefix: string, options: Partial<ConstructorParameters<typeof LoadFleet>[0]>): LoadFleet =>
  new LoadFleet({
    url: server.mqtt,
    devices: Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `${prefix}-${i}` })),
    ...options,
  });

const flatOut = async (
  server: Telltale,
  eventsPerMessage: number,
  parts: number,
): Promise<{ figures: Figure[]; eventsPerSecond: number }> => {
  const rest = restClient(server.http, server.adminToken);
  const system = () => rest.get<System>('/system');
  const foldedBy = async (): Promise<[events: number, at: number]> => {
    const { counters } = await system();
    return [counters.events_folded_total ?? 0, performance.now()];
  };
  const load = fleet(server, `flat${eventsPerMessage}`, { eventsPerMessage });
  await load.start();
  await sleep(3_000);
  load.resetStats();
  const [before, begun] = await foldedBy();
  await sleep(SECONDS * 1_000);
  const { events_per_s: acknowledged, ack_p99_ms: p99 } = load.stats;
  const [after, ended] = await foldedBy();
  await load.stop();
  while ((await system()).partitions.some(({ lag }) => lag >= 10)) await sleep(100);
  // What was acknowledged has to be folded too, and meanwhile.
  const folded = (1_000 * (after - before)) / (ended - begun);
  const sustained = Math.min(acknowledged, folded);
  const note = `${CONNECTIONS} connections, ${eventsPerMessage} events a message, one message in flight each, ${SECONDS} s`;
  const name = `end_to_end.arrays_of_${eventsPerMessage}`;
  return {
    eventsPerSecond: sustained,
    figures: [
      { name: `${name}.acknowledged`, value: acknowledged, unit: 'events/s', note },
      {
        name: `${name}.sustained`,
        value: sustained,
        unit: 'events/s',
        note: `the less of what was acknowledged and what was folded (${Math.round(folded)}) in the same time`,
      },
      { name: `${name}.ack_p99`, value: p99, unit: 'ms' },
      {
        name: `${name}.parts`,
        value: parts,
        unit: 'events/s',
        note: 'read, JSON.parse, synced write, acknowledgement, and nothing else',
      },
      {
        name: `${name}.share`,
        value: (100 * sustained) / parts,
        unit: '%',
        note: 'sustained, of what the parts alone reach',
      },
    ],
  };
};

const alertLatency = async (server: Telltale, rate: number): Promise<Figure[]> => {
  const watch = await ProbeWatch.open(server);
  const startsWithin = beginsWithin(CONNECTIONS, rate);
  const load = fleet(server, 'paced', { eventsPerMessage: 10, rate, startsWithin, alertsPerSecond: 20, onProbe: watch.onProbe });
  await load.start();
  await sleep(startsWithin + 2_000);
  watch.count();
  await sleep(SECONDS * 1_000);
  await load.stop();
  await sleep(1_000);
  await watch.close();
  const { latencies, seen, sent, late, lateHere, longestStall } = watch;
  const { alert_latency } = await restClient(server.http, server.adminToken).get<System>('/system');
  const stages = alert_latency.filter(({ stage }) => ['recorded', 'evaluated', 'told'].includes(stage));
  const note = `${Math.round(rate)} events/s paced, ${seen} of ${sent} harsh brakings seen, counted from when the message was due`;
  return [
    { name: 'end_to_end.alert_p50', value: latencies.at(0.5), unit: 'ms', note },
    { name: 'end_to_end.alert_p99', value: latencies.at(0.99), unit: 'ms', note },
    { name: 'end_to_end.alerts_late', value: late, unit: 'alerts', note: `above ${LATE_MS} ms` },
    {
      name: 'end_to_end.alerts_late_here',
      value: lateHere,
      unit: 'alerts',
      note: `of those: in time but for what load and viewer stood still themselves, at most ${Math.round(longestStall)} ms at once`,
    },
    ...stages.map(({ stage, p99_ms }) => ({
      name: `end_to_end.alert_${stage}_p99`,
      value: p99_ms ?? 0,
      unit: 'ms',
      note: 'what the server measured of this stage, newest 1,024 alerts',
    })),
  ];
};
