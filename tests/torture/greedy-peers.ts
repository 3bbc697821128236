import { setTimeout as wait } from 'node:timers/promises';
import { connectDevice } from '../harness/device.js';
import { startTelltale } from '../harness/start-telltale.js';
import { connectWebsocket } from '../harness/ws-client.js';
import { compareWithPeace, fleetMessages, OPEN, publishFleet, publishSurely, startWitness } from './fleet-run.js';
import { hold, residentMb, type Scenario } from './scenario.js';

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
    const server = await startTelltale({ env: ENV, readyWithinMs: 60_000 });
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
    hold(!server.process.hasExited(), `the server ended: ${server.process.stderr.slice(-3).join(' ')}`);
    const seen = await compareWithPeace(server, messages, acked);
    return `${closed} of ${VIEWERS} closed by the server; the one that reads saw ${alerts} alerts; memory ${before} → ${firstHalf} (half time) → ${peak} MB; ${seen}`;
  },
};

export const flood: Scenario = {
  name: 'flood',
  about: 'one device sends as fast as it can for 30 s, beside a fleet; the heap has 256 MB',
  run: async ({ seed }) => {
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: ENV, readyWithinMs: 60_000 });
    const before = await residentMb(server.process.pid);
    const peakOf = watchMemory(server.process.pid);
    const witness = await startWitness(server.mqtt, 'witness');
    const device = await connectDevice({ mqtt: server.mqtt, id: 'flooder', secret: '', reconnect: true });
    const sending = publishFleet(server.mqtt, messages);
    let seq = 0;
    let acknowledged = 0;
    const waiting = new Set<Promise<void>>();
    for (const until = Date.now() + FLOOD_MS; Date.now() < until && !server.process.hasExited(); ) {
      const events = Array.from({ length: 50 }, () => ({ ts: Date.now(), seq: ++seq, gps: { lat: 52, lon: 4, speed_kmh: 80 } }));
      const sent = publishSurely(device, events).then(() => {
        acknowledged += events.length;
        waiting.delete(sent);
      });
      waiting.add(sent);
      if (waiting.size >= 2_000) await Promise.race([...waiting, server.process.exited]);
    }
    hold(!server.process.hasExited(), `the server ended: ${server.process.stderr.slice(-40).join('\n')}`);
    await Promise.all(waiting);
    const acked = await sending;
    const { longest_ms } = await witness.end();
    await device.close();
    const { peak, firstHalf } = peakOf();
    hold(acknowledged === seq, `${seq - acknowledged} events of the flood have no acknowledgement`);
    hold(peak - before < GROWTH_MB, `memory grew from ${before} to ${peak} MB`);
    hold(!server.process.hasExited(), `the server ended: ${server.process.stderr.slice(-3).join(' ')}`);
    hold(longest_ms < 10_000, `another device waited ${longest_ms} ms`);
    const seen = await compareWithPeace(server, messages, acked);
    return `${acknowledged} events of one device acknowledged; another waited ${longest_ms} ms at most; memory ${before} → ${firstHalf} (half time) → ${peak} MB; ${seen}`;
  },
};
