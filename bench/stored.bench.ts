import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatencyHistogram } from '../src/simulator/load/latency-histogram.js';
import { LoadFleet } from '../src/simulator/load/load-fleet.js';
import { pseudoRandom } from '../tests/harness/pseudo-random.js';
import { type RestClient, restClient } from '../tests/harness/rest-client.js';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';

/** All in all; `TELLTALE_BENCH_EVENTS=100000000` for the long run. */
const EVENTS = Number(process.env.TELLTALE_BENCH_EVENTS ?? 10_000_000);
/** One trip of each device: half an hour at 1 Hz, and as long a pause after it. */
const TRIP_S = 1_800;
const ROUND_S = 2 * TRIP_S;
const CONNECTIONS = Math.min(10_000, Math.max(1_000, Math.ceil(EVENTS / TRIP_S / 6)));
const ROUNDS = Math.ceil(EVENTS / TRIP_S / CONNECTIONS);
const ASKED = 300;

interface Trip {
  id: string;
  vehicle: string;
  started_at: string;
}

/**
 * A server that has many events stored, in half-hour trips: what the history of one vehicle costs in the midst of all others, and how much
 * disk they take. They come in through MQTT, flat out; questions are asked one after the other, each for another vehicle.
 */
export const run = async (): Promise<Figure[]> => {
  const server = await startTelltale({ env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' } });
  try {
    const rest = restClient(server.http, server.adminToken);
    const begun = performance.now();
    const from = Date.now() - (ROUNDS + 1) * ROUND_S * 1_000;
    let stored = 0;
    for (let round = 0; round < ROUNDS; round++) stored += await drive(server, from + round * ROUND_S * 1_000);
    await allFolded(rest);
    const took = (performance.now() - begun) / 1_000;
    const note = `${stored} events stored, ${CONNECTIONS} vehicles, ${ROUNDS} trips of ${TRIP_S / 60} min each`;
    const bytes = await bytesBelow(server.dataDir);
    const random = pseudoRandom(7);
    const some = await tripsOf(rest, random);
    const replay = await timed(some, ({ id }) => rest.get(`/trips/${id}/replay`));
    const hour = await timed(some, ({ vehicle, started_at: at }) =>
      rest.get(`/vehicles/${vehicle}/events`, { from: at, to: new Date(Date.parse(at) + 3_600_000).toISOString() }),
    );
    const list = await timed(some, ({ vehicle }) => rest.get('/trips', { vehicle }));
    return [
      { name: 'stored.through_mqtt', value: stored / took, unit: 'events/s', note },
      {
        name: 'stored.disk',
        value: bytes / stored,
        unit: 'B/event',
        note: `${(bytes / 1e9).toFixed(2)} GB: journal, state and SQL`,
      },
      ...figuresOf('stored.replay_of_a_trip', replay, 'ms'),
      ...figuresOf('stored.raw_of_an_hour', hour, 'ms'),
      ...figuresOf('stored.trips_of_a_vehicle', list, 'ms'),
    ];
  } finally {
    await server.stop();
  }
};

/** @returns how many events were acknowledged */
const drive = async (server: Telltale, from: number): Promise<number> => {
  const load = new LoadFleet({
    url: server.mqtt,
    devices: Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `v-${i}` })),
    eventsPerMessage: 10,
    from,
  });
  await load.start();
  while (load.stats.ackedEvents < CONNECTIONS * TRIP_S) await sleep(50);
  await load.stop();
  return load.stats.ackedEvents;
};

const allFolded = async (rest: RestClient): Promise<void> => {
  for (;;) {
    const { partitions } = await rest.get<{ partitions: { lag: number }[] }>('/system');
    if (partitions.every(({ lag }) => lag < 10)) break;
    await sleep(200);
  }
  // Rows reach SQL within a second or two of the fold.
  await sleep(3_000);
};

const tripsOf = async (rest: RestClient, random: () => number): Promise<Trip[]> => {
  const trips: Trip[] = [];
  while (trips.length < ASKED) {
    const { items } = await rest.get<{ items: Trip[] }>('/trips', { vehicle: `v-${Math.floor(random() * CONNECTIONS)}` });
    const trip = items[Math.floor(random() * items.length)];
    if (!trip) throw new Error('a vehicle has no trip');
    trips.push(trip);
  }
  return trips;
};

const timed = async (trips: readonly Trip[], ask: (trip: Trip) => Promise<unknown>): Promise<LatencyHistogram> => {
  const latencies = new LatencyHistogram();
  for (const trip of trips) {
    const begun = performance.now();
    await ask(trip);
    latencies.record(performance.now() - begun);
  }
  return latencies;
};

const figuresOf = (name: string, latencies: LatencyHistogram, unit: string): Figure[] =>
  ([0.5, 0.99] as const).map(share => ({
    name: `${name}.p${share * 100}`,
    value: latencies.at(share),
    unit,
    note: `${ASKED} asked, with the parsing of the answer`,
  }));

const bytesBelow = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(file => stat(file).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
};
