import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadDevice } from '../src/simulator/load/load-connection.js';
import { LoadFleet } from '../src/simulator/load/load-fleet.js';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';
import { beginsWithin, LATE_MS, ProbeWatch } from './probe-watch.js';

const MINUTES = Number(process.env.TELLTALE_BENCH_MINUTES ?? 10);
const CONNECTIONS = Number(process.env.TELLTALE_BENCH_CONNECTIONS ?? 10_000);
const VEHICLES_PER_CONNECTION = 3;
const GEOFENCES = 100;
const SOURCES = 4;
/** Gateways registered at the same time. */
const AT_ONCE = 50;
const SAMPLE_MS = 5_000;
/** What is left out at the beginning: the fleet registers itself, and each vehicle is heard for the first time. */
const WARM_UP_S = 60;
const LATENCY_S = 180;
/** Where the load drives (`load-script.ts`). */
const MIDDLE = { lat: 55.1, lon: 3.1 };

/**
 * The server under the load that the aims name: 10,000 connections of gateways, 30,000 vehicles, a hundred geofences, all rules, roll-ups into
 * SQL, as fast as it takes it for ten minutes; then half as fast for the latency of alerts. Server and load on one machine.
 */
export const run = async (): Promise<Figure[]> => {
  const server = await startTelltale({
    env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error', TELLTALE_API_REQUESTS_PER_MINUTE: '1000000' },
  });
  const { pid } = server.process;
  const rest = restClient(server.http, server.adminToken);
  const lag = async (): Promise<number> => {
    const { partitions } = await rest.get<{ partitions: { lag: number }[] }>('/system');
    return partitions.reduce((sum, partition) => sum + partition.lag, 0);
  };
  const gateways: LoadDevice[] = [];
  const gateway = async (i: number): Promise<LoadDevice> => {
    const own = Array.from({ length: VEHICLES_PER_CONNECTION }, (_, k) => `g-${i}-${k}`);
    const { id, secret } = await rest.post<{ id: string; secret: string }>('/devices', {
      id: `g-${i}`,
      vehicle: own[0],
      speaks_for: own,
    });
    return { id, secret };
  };
  const fleetOf = (more: Partial<ConstructorParameters<typeof LoadFleet>[0]>) =>
    new LoadFleet({
      url: server.mqtt,
      devices: gateways,
      vehiclesPerConnection: VEHICLES_PER_CONNECTION,
      sources: SOURCES,
      ...more,
    });
  try {
    for (let i = 0; i < GEOFENCES; i++) await rest.post('/geofences', fence(i));
    for (let i = 0; i < CONNECTIONS; i += AT_ONCE)
      gateways.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, CONNECTIONS - i) }, (_, k) => gateway(i + k)))));
    const load = fleetOf({});
    await load.start();
    await sleep(WARM_UP_S * 1_000);
    load.resetStats();
    const began = performance.now();
    const memory: number[] = [];
    while (performance.now() - began < MINUTES * 60_000) {
      await sleep(SAMPLE_MS);
      memory.push(await privateBytes(pid));
    }
    const { events_per_s: reached, ack_p50_ms, ack_p99_ms, ackedEvents, lostConnections } = load.stats;
    await load.stop();
    while ((await lag()) > 500) await sleep(100);
    const sustained = ackedEvents / ((performance.now() - began) / 1_000);
    const watch = await ProbeWatch.open(server);
    // Its events come after those of the first load.
    const from = Date.now() - 6 * 3_600_000;
    const rate = sustained / 2;
    const startsWithin = beginsWithin(CONNECTIONS * VEHICLES_PER_CONNECTION, rate);
    const paced = fleetOf({ rate, startsWithin, alertsPerSecond: 20, onProbe: watch.onProbe, from });
    await paced.start();
    await sleep(startsWithin + 2_000);
    watch.count();
    await sleep(LATENCY_S * 1_000);
    await paced.stop();
    await sleep(1_000);
    await watch.close();
    const note =
      `${CONNECTIONS} connections from ${SOURCES} addresses, ${CONNECTIONS * VEHICLES_PER_CONNECTION} vehicles, ${GEOFENCES} geofences, ` +
      `all rules, arrays of 10, ${MINUTES} min; ${lostConnections} connections lost`;
    const { seen, sent, late: lateAlerts, lateHere } = watch;
    const late =
      `at ${Math.round(rate)} events/s, ${seen} of ${sent} harsh brakings seen, ${lateAlerts} above ${LATE_MS} ms, ` +
      `${lateHere} of them for what load and viewer stood still themselves`;
    const grown = `${mib(median(firstOf(memory)))} MiB in the first fifth, ${mib(median(lastOf(memory)))} in the last, ${mib(Math.max(...memory))} at most`;
    return [
      { name: 'ten_minutes.acknowledged', value: reached, unit: 'events/s', note },
      { name: 'ten_minutes.sustained', value: sustained, unit: 'events/s', note: 'until all was folded' },
      { name: 'ten_minutes.ack_p50', value: ack_p50_ms, unit: 'ms' },
      { name: 'ten_minutes.ack_p99', value: ack_p99_ms, unit: 'ms' },
      { name: 'ten_minutes.memory', value: median(lastOf(memory)) / median(firstOf(memory)), unit: '×', note: grown },
      { name: 'ten_minutes.alert_p50', value: watch.latencies.at(0.5), unit: 'ms', note: late },
      { name: 'ten_minutes.alert_p99', value: watch.latencies.at(0.99), unit: 'ms', note: late },
    ];
  } finally {
    await server.stop();
  }
};

/** Ten by ten circles over where the load drives; it crosses some of them on each lap. */
const fence = (i: number) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [MIDDLE.lon + (i % 10) * 0.01, MIDDLE.lat + Math.floor(i / 10) * 0.04] },
  properties: { name: `Fence ${i}`, radius_m: 150 },
});

/** Without the files that are mapped: what they take is the kernel's to give back. */
const privateBytes = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
};

const firstOf = (values: readonly number[]): number[] => values.slice(0, Math.ceil(values.length / 5));
const lastOf = (values: readonly number[]): number[] => values.slice(-Math.ceil(values.length / 5));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);
