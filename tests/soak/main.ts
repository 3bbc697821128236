import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LoadFleet } from '../../src/simulator/load/load-fleet.js';
import { endAll } from '../harness/at-end.js';
import { connectDevice } from '../harness/device.js';
import { type PrivateSqlServer, startPrivateSqlServer } from '../harness/private-sql-server.js';
import { restClient } from '../harness/rest-client.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale } from '../harness/start-telltale.js';
import { connectWebsocket, type WsClient } from '../harness/ws-client.js';
import { startWitness } from '../torture/fleet-run.js';
import { drawCharts, type Fault, type Sample } from './draw-charts.js';

/**
 * `npm run soak [-- --minutes 30 --rate 30000 --connections 2000 --out docs/images/soak.svg]`: a real server under a steady load with a fault every minute.
 * Memory, descriptors, lag and latency are drawn as charts. Ends with 1 where it does not come back after a fault, or where memory keeps growing.
 */
const args = process.argv.slice(2);
const option = (name: string, otherwise: string): string => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
};
const MINUTES = Number(option('minutes', '30'));
const RATE = Number(option('rate', '30000'));
const CONNECTIONS = Number(option('connections', '2000'));
const OUT = option('out', 'docs/images/soak.svg');
const SAMPLE_MS = 2_000;
/** Lag that is none: what is under way in a second. */
const CAUGHT_UP = Math.max(500, RATE / 10);
const EVENTS_PER_MESSAGE = 10;
const WITNESSES = 5;

let sql: PrivateSqlServer | undefined;
const env: Record<string, string> = { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' };
if (process.env.TELLTALE_TEST_MYSQL_URL) {
  sql = await startPrivateSqlServer();
  env.TELLTALE_DATABASE_URL = (await createSqlDatabase(sql.url)).url;
}
const server = await startTelltale({ env, readyWithinMs: 120_000 });
const began = performance.now();
const since = (): number => (performance.now() - began) / 1_000;

/** When the message that proves a braking was due, by device. */
const probes = new Map<string, number>();
/** Brakings that were sent, the last of each killed fleet perhaps in vain. */
let brakings = 0;
let alertLatencies: number[] = [];
let fleet: LoadFleet;
/** A device says an event of each second of its time, so that its clock runs as much faster as it says more than one a second. */
const TIMES_FASTER = RATE / CONNECTIONS;
/** What a fleet that is killed may have said without being told that it arrived, s of its time. */
const UNTOLD_S = 60;
/** Event time goes on over restarts, and ends before now: what is sent in another order, or by clocks that are ahead, is another test. */
let from = Date.now() - Math.ceil(MINUTES * (60 * TIMES_FASTER + UNTOLD_S) * 1_000);
let fleetBegan = 0;
const startFleet = async (): Promise<void> => {
  for (;;) {
    fleet = new LoadFleet({
      url: server.mqtt,
      devices: Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `soak-${i}` })),
      eventsPerMessage: EVENTS_PER_MESSAGE,
      rate: RATE,
      // In the time of one piece of their tracks: else those of all would be full in the same moment, again and again.
      startsWithin: (300 / TIMES_FASTER) * 1_000,
      alertsPerSecond: 10,
      from,
      onProbe: ({ device, sentAt }) => {
        brakings++;
        probes.set(device, sentAt);
      },
    });
    try {
      await fleet.start();
      fleetBegan = performance.now();
      return;
    } catch {
      await fleet.stop(0).catch(() => {});
      await wait(500);
    }
  }
};
const endFleet = async (): Promise<void> => {
  await fleet.stop(0);
  from += Math.ceil((((performance.now() - fleetBegan) / 1_000) * TIMES_FASTER + UNTOLD_S) * 1_000);
  probes.clear();
};

const watchAlerts = async (): Promise<WsClient> => {
  const viewer = await connectWebsocket(server.http, server.adminToken);
  viewer.onFrame(frame => {
    const alert = frame.alert as { kind?: string; vehicle?: string } | undefined;
    if (frame.change !== 'raised' || alert?.kind !== 'harsh_braking') return;
    const sentAt = probes.get(String(alert.vehicle));
    if (sentAt === undefined) return;
    probes.delete(String(alert.vehicle));
    alertLatencies.push(performance.timeOrigin + performance.now() - sentAt);
  });
  await viewer.subscribe('alerts');
  return viewer;
};

interface Trouble {
  name: string;
  /** Begins it, and resolves when it is over. */
  run(): Promise<void>;
}

const idle = (count: number, port: string, bytes: string): Socket[] =>
  Array.from({ length: count }, () => {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    socket.write(bytes);
    return socket.resume();
  });

const troubles: Trouble[] = [
  {
    name: 'kill -9',
    run: async () => {
      await server.kill9();
      await endFleet();
      await server.restart();
      await watchAlerts();
      await startFleet();
    },
  },
  {
    name: 'stopped for 5 s',
    run: async () => {
      process.kill(server.process.pid, 'SIGSTOP');
      await wait(5_000);
      process.kill(server.process.pid, 'SIGCONT');
    },
  },
  {
    name: '300 idle and half-open',
    run: async () => {
      const http = new URL(server.http).port;
      const sockets = [
        ...idle(150, http, 'GET / HTTP/1.1\r\nHost: a\r\nX: '),
        ...idle(150, new URL(server.mqtt).port, '\x10\x7f'),
      ];
      await wait(15_000);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: '20 viewers never read',
    run: async () => {
      const deaf = await Promise.all(Array.from({ length: 20 }, () => connectWebsocket(server.http, server.adminToken)));
      for (const viewer of deaf) {
        await viewer.subscribe('positions');
        await viewer.subscribe('alerts');
        viewer.pause();
      }
      await wait(20_000);
      await Promise.all(
        deaf.map(viewer => {
          viewer.resume();
          return Promise.race([viewer.close(), wait(2_000)]);
        }),
      );
    },
  },
  {
    name: 'rubbish',
    run: async () => {
      const device = await connectDevice({ mqtt: server.mqtt, id: 'rubbish', secret: '', reconnect: true });
      let n = 0;
      for (const until = Date.now() + 15_000; Date.now() < until; n++)
        await device.publishRaw('events', `{"ts":${n},`).catch(() => {});
      await device.close();
    },
  },
  ...(sql
    ? [
        {
          name: 'SQL killed for 10 s',
          run: async () => {
            await sql!.stop('SIGKILL');
            await wait(10_000);
            await sql!.start();
          },
        },
      ]
    : []),
];

const gaugeIn = (text: string, name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0);

const samples: Sample[] = [];
const faults: Fault[] = [];
let away = false;
const look = async (): Promise<void> => {
  if (away) return;
  const { pid } = server.process;
  const text = await fetch(`${server.http}/metrics`, {
    headers: { authorization: `Bearer ${server.adminToken}` },
    signal: AbortSignal.timeout(20_000),
  }).then(answer => answer.text());
  const stats = fleet.stats;
  fleet.resetStats();
  const sorted = alertLatencies.sort((a, b) => a - b);
  alertLatencies = [];
  samples.push({
    at_s: since(),
    resident_mb: gaugeIn(text, 'telltale_resident_memory_bytes') / 1e6,
    heap_mb: gaugeIn(text, 'telltale_heap_used_bytes') / 1e6,
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    lag_records: gaugeIn(text, 'telltale_fold_lag_records'),
    events_per_s: stats.events_per_s,
    ack_p99_ms: stats.ack_p99_ms,
    alert_p99_ms: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))],
  });
};

await watchAlerts();
// What they say is known one by one: each keeps what was not acknowledged, over every fault.
const witnesses = await Promise.all(
  Array.from({ length: WITNESSES }, async (_, n) => ({
    id: `witness-${n}`,
    witness: await startWitness(server.mqtt, `witness-${n}`),
  })),
);
await startFleet();
let running = true;
const looking = (async () => {
  while (running) {
    await look().catch(() => {});
    await wait(SAMPLE_MS);
  }
})();

const wrong: string[] = [];
/** From the end of each fault until all is folded again, s. */
const recovered: string[] = [];
for (let minute = 1; minute <= MINUTES; minute++) {
  await wait(Math.max(0, minute * 60_000 - 30_000 - (performance.now() - began)));
  if (minute === MINUTES) break;
  const trouble = troubles[(minute - 1) % troubles.length]!;
  faults.push({ at_s: since(), name: trouble.name });
  console.error(`${since().toFixed(0)} s ${trouble.name}`);
  away = trouble.name === 'kill -9';
  await trouble.run();
  away = false;
  const over = since();
  const back = (): boolean => samples.some(({ at_s: at, lag_records: lag }) => at > over && lag < CAUGHT_UP);
  while (!back() && since() - over < 90) await wait(500);
  if (!back()) wrong.push(`${trouble.name} at ${over.toFixed(0)} s: not caught up within 90 s`);
  recovered.push(`${trouble.name} ${(since() - over).toFixed(0)} s`);
  if (server.process.hasExited()) wrong.push(`${trouble.name}: the server ended: ${server.process.stderr.slice(-2).join(' ')}`);
}
await wait(20_000);
running = false;
await looking;
await endFleet();

const rest = restClient(server.http, server.adminToken);
let acknowledged = 0;
let lost = 0;
for (const { id, witness } of witnesses) {
  const { sent } = await witness.end();
  acknowledged += sent;
  const records = await rest.all<{ events: { seq: number }[] }>(`/vehicles/${id}/events`);
  const stored = new Set(records.flatMap(({ events }) => events.map(({ seq }) => seq)));
  for (let seq = 1; seq <= sent; seq++) if (!stored.has(seq)) lost++;
}
if (lost > 0) wrong.push(`${lost} of ${acknowledged} acknowledged events of ${WITNESSES} devices are lost`);
const alerts = await rest.all<{ vehicle: string; kind: string; occurred_at: string; status: string }>('/alerts');
const standing = alerts.filter(({ status, kind }) => status !== 'retracted' && kind === 'harsh_braking');
const doubled = standing.length - new Set(standing.map(alert => `${alert.vehicle} ${alert.kind} ${alert.occurred_at}`)).size;
if (doubled > 0) wrong.push(`${doubled} of ${standing.length} alerts stand there twice`);
if (standing.length < 0.9 * brakings) wrong.push(`${standing.length} alerts of ${brakings} brakings`);
const { items: refused } = await rest.get<{ items: { device: string; reason: string }[] }>('/quarantine', { limit: 1_000 });
const ofFleet = refused.filter(({ device }) => device.startsWith('soak-'));
if (ofFleet.length > 0) wrong.push(`${ofFleet.length} messages of the fleet in quarantine: ${ofFleet[0]!.reason}`);

const middle = (of: (sample: Sample) => number, some: readonly Sample[]): number => {
  const sorted = some.map(of).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};
const third = Math.floor(samples.length / 3);
/** The floor of the heap shows what is kept; above it lies garbage. */
const floor = (some: readonly Sample[]): number =>
  some.map(({ heap_mb }) => heap_mb).sort((a, b) => a - b)[Math.floor(some.length / 10)] ?? 0;
const [heapThen, heapNow] = [floor(samples.slice(third, 2 * third)), floor(samples.slice(2 * third))];
if (MINUTES >= 20 && heapNow > heapThen * 1.3 + 50)
  wrong.push(`the heap grew from ${heapThen.toFixed(0)} to ${heapNow.toFixed(0)} MB`);
const descriptors = samples.map(sample => sample.descriptors);
const summary = {
  minutes: MINUTES,
  rate: RATE,
  connections: CONNECTIONS,
  faults: faults.length,
  events_per_s: Math.round(middle(({ events_per_s }) => events_per_s, samples)),
  ack_p99_ms_median: Math.round(middle(({ ack_p99_ms }) => ack_p99_ms, samples)),
  alert_p99_ms_median: Math.round(
    middle(
      ({ alert_p99_ms }) => alert_p99_ms ?? 0,
      samples.filter(({ alert_p99_ms }) => alert_p99_ms !== undefined),
    ),
  ),
  resident_mb_most: Math.round(Math.max(...samples.map(({ resident_mb }) => resident_mb))),
  heap_floor_mb: [Math.round(heapThen), Math.round(heapNow)],
  descriptors: [descriptors[0], Math.max(...descriptors), descriptors[descriptors.length - 1]],
  witnesses: { acknowledged, lost },
  alerts: { raised: standing.length, doubled },
  recovered,
  wrong,
};
await mkdir(dirname(OUT), { recursive: true });
const title = `${MINUTES} min, ${RATE.toLocaleString('en')} events/s asked for, ${CONNECTIONS.toLocaleString('en')} connections, a fault a minute (red)`;
await writeFile(OUT, drawCharts(title, samples, faults));
await writeFile(OUT.replace(/\.svg$/, '.json'), `${JSON.stringify({ ...summary, faults, samples: samples.map(rounded) })}\n`);
console.log(JSON.stringify(summary, null, 1));
const growth = `heap floor ${summary.heap_floor_mb.join(' → ')} MB`;
const p99 = `p99 of acknowledgements ${summary.ack_p99_ms_median} ms, of alerts ${summary.alert_p99_ms_median} ms (medians of ${SAMPLE_MS / 1_000} s)`;
console.log(
  `${wrong.length === 0 ? 'ok' : 'FAILED'}: ${lost} of ${acknowledged} acknowledged lost, ${doubled} of ${standing.length} alerts doubled, ${growth}, ${p99}, ${faults.length} faults`,
);
for (const what of wrong) console.log(`  ${what}`);
await server.stop();
await endAll();
process.exit(wrong.length > 0 ? 1 : 0);

function rounded(sample: Sample): object {
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [name, typeof value === 'number' ? Math.round(value * 10) / 10 : value]),
  );
}
