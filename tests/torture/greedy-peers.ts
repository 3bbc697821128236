import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { atEnd } from '../harness/at-end.js';
import { connectDevice } from '../harness/device.js';
import { metricValue } from '../harness/metric-value.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { connectWebsocket } from '../harness/ws-client.js';
import { compareWithPeace, fleetMessages, OPEN, publishFleet, publishSurely, startWitness } from './fleet-run.js';
import type { Flooded, Flooding } from './flooding.worker.js';
import { hold, holdAlive, READY_MS, residentMb, type Scenario } from './scenario.js';

const VIEWERS = 20;
const FLOOD_MS = 30_000;
/** A heap that does not hold what such peers ask for: who keeps it for them dies of it. */
const HEAP_MB = 256;
const ENV = { ...OPEN, NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` };
/** Resident memory that is not heap: buffers, LevelDB, SQLite. */
const GROWTH_MB = 600;

const watchMemory = (pid: number) => {
  const samples: number[] = [];
  const timer = setInterval(
    () =>
      void residentMb(pid).then(
        mb => samples.push(mb),
        () => undefined, // It ended: whoever runs the scenario says so.
      ),
    250,
  );
  return () => {
    clearInterval(timer);
    return { peak: Math.max(...samples), firstHalf: Math.max(...samples.slice(0, samples.length / 2)) };
  };
};

export const viewer: Scenario = {
  name: 'viewer',
  about: '20 viewers subscribe to everything and never read, while 40 s of positions and alerts flow; the heap has 256 MB',
  run: async ({ seed }) => {
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: ENV, readyWithinMs: READY_MS });
    const before = await residentMb(server.process.pid);
    const peakOf = watchMemory(server.process.pid);
    const good = await connectWebsocket(server.http, server.adminToken);
    await good.subscribe('alerts');
    await good.subscribe('positions');
    let closed = 0;
    for (let n = 0; n < VIEWERS; n++) {
      const deaf = await connectWebsocket(server.http, server.adminToken);
      void deaf.closed.then(() => closed++);
      for (let channel = 0; channel < 4; channel++) {
        await deaf.subscribe('positions');
        await deaf.subscribe('alerts');
      }
      deaf.pause();
    }
    const { mqtt } = server;
    // What a viewer would have to read.
    const movers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => connectDevice({ mqtt, id: `mover-${n}`, secret: '', reconnect: true })),
    );
    const sending = publishFleet(mqtt, messages);
    for (let second = 0; second < 40; second++) {
      const gps = { lat: 52 + second / 1e4, lon: 4, speed_kmh: 50 + (second % 50) };
      await Promise.all(movers.map(device => publishSurely(device, { ts: Date.now(), seq: second + 1, gps })));
      await wait(1_000);
    }
    const acked = await sending;
    await Promise.all(movers.map(device => device.close()));
    const { peak, firstHalf } = peakOf();
    const alerts = good.frames.filter(({ type }) => type === 'alert').length;
    hold(alerts > 0, 'the viewer that reads saw no alert');
    hold(peak - before < GROWTH_MB, `memory grew from ${before} to ${peak} MB`);
    await holdAlive(server);
    const seen = await compareWithPeace(server, messages, acked);
    return `${closed} of ${VIEWERS} closed by the server; the one that reads saw ${alerts} alerts; memory ${before} → ${firstHalf} (half time) → ${peak} MB; ${seen}`;
  },
};

/** One device floods. Who waits for its acknowledgement beside it waits for at most so long of the server's own time. */
const NEIGHBOUR_WAITS_MS = 10_000;

const floodBy = (mqtt: string): Promise<Flooded> => {
  const workerData: Flooding = { mqtt, id: 'flooder', forMs: FLOOD_MS, perMessage: 50, window: 2_000 };
  const worker = new Worker(new URL('./flooding.worker.js', import.meta.url), { workerData });
  atEnd(() => worker.terminate());
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the device that floods ended early')));
  });
};

export const flood: Scenario = {
  name: 'flood',
  about: 'one device sends as fast as it can for 30 s, some of it late, beside a fleet; the heap has 256 MB',
  run: async ({ seed }) => {
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: ENV, readyWithinMs: READY_MS });
    const before = await residentMb(server.process.pid);
    const peakOf = watchMemory(server.process.pid);
    const witness = await startWitness(server.mqtt, 'witness', server.process.pid);
    const sending = publishFleet(server.mqtt, messages);
    const flooding = floodBy(server.mqtt);
    // Whoever waits for an acknowledgement waits for ever where the server is gone.
    const gone = server.process.exited.then(() => holdAlive(server));
    const [flooded, acked] = await Promise.race([
      Promise.all([flooding, sending]),
      gone.then(() => Promise.reject(new Error('unreachable'))),
    ]);
    const { longest_ms, longest_own_ms } = await witness.end();
    const { peak, firstHalf } = peakOf();
    const { sent, acknowledged, late } = flooded;
    const waited = `another waited ${longest_ms} ms at most, ${longest_own_ms} without what the machine let it wait`;
    hold(acknowledged === sent, `${sent - acknowledged} events of the flood have no acknowledgement`);
    hold(peak - before < GROWTH_MB, `memory grew from ${before} to ${peak} MB`);
    hold(longest_own_ms < NEIGHBOUR_WAITS_MS, `${waited}; ${await whatItDid(server)}`);
    const seen = await compareWithPeace(server, messages, acked);
    return `${acknowledged} events of one device acknowledged, ${late} messages of it late; ${waited}; memory ${before} → ${firstHalf} (half time) → ${peak} MB; ${await whatItDid(server)}; ${seen}`;
  },
};

/** What tells where its time went. */
const whatItDid = async ({ http }: Telltale): Promise<string> => {
  const names = [
    'refolds',
    'refolded_readings',
    'refolds_in_pages',
    'events_late',
    'mqtt_in_flight_pauses',
    'mqtt_sink_full_pauses',
  ];
  const values = await Promise.all(names.map(async name => `${name} ${await metricValue(http, `telltale_${name}_total`)}`));
  return values.join(', ');
};
