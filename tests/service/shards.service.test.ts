// Proves: with the fold in threads the server is the same to everybody outside. A data directory goes from no thread to two to three, over kills
// at full speed, while fences and rules change and data comes late; a thread that dies is replaced. In the end trips, alerts, scores and
// tracks are those of a server that folded it all in its main thread, and each alert was raised once.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectDevice } from '../harness/device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';
import { type DeviceEvent, fleetDrive } from '../simulation/fleet-drive.js';

const VEHICLES = 6;
const MINUTES = 15;
const PER_MESSAGE = 5;

type Wire = Record<string, unknown> & { id: string };
interface System {
  shards: number;
  shard_threads: { shard: number; partitions: number[]; busy: number; waiting: number }[];
  stages: { name: string; restarts: number; last_error: string | null }[];
  partitions: { lag: number }[];
  counters: Record<string, number>;
}

/** The drive in four parts; some events of each come with the next one. */
const parts = (): Map<string, object[]>[] => {
  const events = fleetDrive('shards', VEHICLES, MINUTES);
  const found = Array.from({ length: 4 }, () => new Map<string, object[]>());
  const { ts: first } = events[0]!;
  const put = (part: number, { device, text }: DeviceEvent): void => {
    const its = found[part]!.get(device) ?? [];
    found[part]!.set(device, its);
    its.push(JSON.parse(text) as object);
  };
  for (const [i, event] of events.entries()) {
    const part = Math.min(3, Math.floor((4 * (event.ts - first)) / (MINUTES * 60_000)));
    put(i % 23 === 7 ? Math.min(3, part + 1) : part, event);
  }
  return found;
};

const publish = async (server: Telltale, part: Map<string, object[]>): Promise<void> => {
  await Promise.all(
    [...part].map(async ([id, events]) => {
      const device = await connectDevice({ mqtt: server.mqtt, id, secret: '', reconnect: true });
      for (let at = 0; at < events.length; at += PER_MESSAGE) await device.publish(events.slice(at, at + PER_MESSAGE));
      await device.close();
    }),
  );
};

const isFolded = async (rest: RestClient): Promise<void> => {
  await waitFor(
    'the fold',
    async () => {
      const { partitions } = await rest.get<System>('/system');
      return partitions.length === 64 && partitions.every(({ lag }) => lag === 0);
    },
    { timeoutMs: 30_000 },
  );
};

/** A fence and a rule that come on the way: both are in force when they are answered. */
const change = async (rest: RestClient, part: Map<string, object[]>): Promise<void> => {
  const fixes = (part.get('v-1') as { gps?: { lat: number; lon: number } }[]).filter(({ gps }) => gps !== undefined);
  const { lat, lon } = fixes[fixes.length >> 1]!.gps!;
  const asked = performance.now();
  await rest.post('/geofences', {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { name: 'on the way', on: ['enter', 'exit'], radius_m: 150 },
  });
  const rule = (await rest.all<Wire>('/rules', { kind: 'harsh_braking' }))[0]!;
  await rest.put(`/rules/${rule.id}`, { ...rule, severity: 'info' });
  // Two changes; each has 2 s.
  expect(performance.now() - asked).toBeLessThan(4_000);
};

const outcomes = async (rest: RestClient) => {
  const [trips, alerts, cards] = await Promise.all([
    rest.all<Wire>('/trips'),
    rest.all<Wire>('/alerts'),
    rest.get('/scorecards', { from: '2026-03-09', to: '2026-03-12' }),
  ]);
  const tracks = await Promise.all(trips.map(({ id }) => rest.get<{ track: { ts: unknown[] } }>(`/trips/${id}/replay`)));
  return {
    trips: trips.map(({ status: _status, ended_at: _end, ...trip }) => trip).sort(byId),
    alerts: alerts
      .filter(({ status, kind }) => status !== 'retracted' && kind !== 'device_offline')
      // A fence has another id at each server, and the alerts about it have too.
      .map(({ id: _id, raised_at: _raised, latency_ms: _latency, evidence: _evidence, late: _late, rule: _rule, ...alert }) => ({
        ...(alert as { kind: string; vehicle: string; occurred_at: string; severity: string }),
        geofence: alert.geofence !== null,
      }))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    cards,
    tracks: tracks.map(({ track }) => track).sort((a, b) => (String(a.ts[0]) < String(b.ts[0]) ? -1 : 1)),
  };
};
const keyOf = (alert: { kind: string; vehicle: string; occurred_at: string; dtc?: unknown }): string =>
  [alert.occurred_at, alert.vehicle, alert.kind, alert.dtc].join();
const byId = (a: { id?: unknown }, b: { id?: unknown }): number => (String(a.id) < String(b.id) ? -1 : 1);

const env = { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' };
let server: Telltale;
let calm: Telltale;
let rest: RestClient;
let deathOf: string;
const all = parts();

beforeAll(async () => {
  const folder = await tempDir('mortal-shard');
  deathOf = join(folder, 'die');
  // Loaded by every thread of the server; that of shard 1 ends when the file is there.
  const mortal = join(folder, 'mortal.mjs');
  await writeFile(
    mortal,
    `import { existsSync, rmSync } from 'node:fs';
     import { isMainThread, workerData } from 'node:worker_threads';
     const file = ${JSON.stringify(deathOf)};
     if (!isMainThread && workerData?.shard === 1)
       setInterval(() => { if (existsSync(file)) { rmSync(file); process.exit(3); } }, 50).unref();`,
  );
  calm = await startTelltale({ env: { ...env, TELLTALE_SHARDS: '0' } });
  server = await startTelltale({
    env: { ...env, TELLTALE_SHARDS: '0', NODE_OPTIONS: `--import ${pathToFileURL(mortal).href}` },
  });
  rest = restClient(server.http, server.adminToken);
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await calm?.stop();
});

test('none, two, three: killed, changed, a thread dies, and nobody outside can tell', async () => {
  const calmRest = restClient(calm.http, calm.adminToken);
  await publish(server, all[0]!);
  expect(await rest.get<System>('/system')).toMatchObject({ shards: 0, shard_threads: [] });

  await server.kill9();
  await server.restart({ TELLTALE_SHARDS: '2' });
  await isFolded(rest);
  const two = await rest.get<System>('/system');
  expect(two.shards).toBe(2);
  expect(two.shard_threads.map(({ partitions }) => partitions.length)).toEqual([32, 32]);
  expect(await (await rest.raw('/metrics')).text()).toContain('telltale_shards 2');
  await change(rest, all[1]!);
  await publish(server, all[1]!);
  await isFolded(rest);

  // What is known live, over the border of threads: state, map, and the trip that goes on.
  const viewer = await connectWebsocket(server.http, server.adminToken);
  await viewer.subscribe('positions', {});
  await waitFor('all vehicles on the map', () => {
    const seen = viewer.frames.filter(({ type }) => type === 'positions').flatMap(({ positions }) => positions as Wire[]);
    return new Set(seen.map(({ vehicle }) => vehicle)).size === VEHICLES;
  });
  await viewer.close();
  for (const [id, events] of all[1]!) {
    const newest = Math.max(...(events as { ts: number }[]).map(({ ts }) => ts));
    const state = await rest.get<Wire>(`/vehicles/${id}/state`);
    expect(Date.parse(state.ts as string)).toBe(newest);
    if (state.trip === null) continue;
    await waitFor(`the open trip of ${id}`, async () => (await rest.raw(`/api/v1/trips/${state.trip}`)).status === 200);
    const { track } = await rest.get<{ track: { ts: string[] } }>(`/trips/${state.trip}/replay`);
    expect(newest - Date.parse(track.ts.at(-1)!)).toBeLessThanOrEqual(5_000);
  }

  // In the middle of a part: a thread dies, and the fold comes back by itself.
  const third = publish(server, all[2]!);
  await writeFile(deathOf, '');
  await third;
  await waitFor(
    'the fold to be started afresh',
    async () => {
      const { stages } = await rest.get<System>('/system');
      return stages.some(({ name, restarts, last_error }) => name === 'fold' && restarts > 0 && /shard 1/.test(last_error ?? ''));
    },
    { timeoutMs: 30_000 },
  );
  await isFolded(rest);
  expect((await rest.get<System>('/system')).shards).toBe(2);

  // At full speed, and killed among it.
  const fourth = publish(server, all[3]!);
  await server.kill9();
  await server.restart({ TELLTALE_SHARDS: '3' });
  await fourth;
  await isFolded(rest);
  const three = await rest.get<System>('/system');
  expect(three.shard_threads.map(({ partitions }) => partitions.length)).toEqual([22, 21, 21]);

  await publish(calm, all[0]!);
  await change(calmRest, all[1]!);
  for (const part of all.slice(1)) await publish(calm, part);
  await isFolded(calmRest);
  // Late data goes in at a tick, and rows to SQL a moment after it.
  const same = async () => {
    expect(await outcomes(rest)).toEqual(await outcomes(calmRest));
  };
  await waitFor('the same outcomes', () => same().then(() => true), { timeoutMs: 20_000, everyMs: 500 }).catch(same);

  const { alerts, trips } = await outcomes(rest);
  expect(trips.length).toBeGreaterThanOrEqual(VEHICLES);
  const kinds = new Set(alerts.map(({ kind }) => kind));
  for (const kind of ['geofence_enter', 'diagnostic_trouble_code']) expect([...kinds]).toContain(kind);
  // Of the rule as it was changed on the way, and as it was before.
  const severities = alerts.filter(({ kind }) => kind === 'harsh_braking').map(({ severity }) => severity);
  expect(severities).toEqual(expect.arrayContaining(['info', 'warning']));

  const stream = await connectWebsocket(server.http, server.adminToken);
  const { cursor: head } = await stream.subscribe('alerts', { since: '0' });
  await waitFor('the whole stream', () =>
    stream.frames.some(({ type, cursor }) => type === 'alert' && Number(cursor) >= Number(head)),
  );
  const raised = stream.frames
    .filter(({ type, change: how }) => type === 'alert' && how === 'raised')
    .map(({ alert }) => (alert as Wire).id);
  expect(raised.length).toBe(new Set(raised).size);
}, 300_000);
