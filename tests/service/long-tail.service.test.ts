// Proves: a long tail behind the snapshots is folded in threads while the server acknowledges, and killed in the middle of it again and again it loses and
// doubles nothing; when it has caught up, partitions come home to the main process and the threads end, and what comes then is folded there, also when retention
// has taken the drive. Trips, alerts and scores are those of a server that folded the same journal in one thread, in peace, and kept it; each alert was raised once.
import { cp } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { openDataDirectory } from '../../src/adapters/leveldb/data-directory.js';
import { journalDefaults, LevelJournal } from '../../src/adapters/leveldb/leveldb-journal.js';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import type { NewRecord } from '../../src/model/record.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { randomOf } from '../../src/simulator/random.js';
import { recordOfFact } from '../../src/streams/fleet-registry.js';
import { connectDevice } from '../harness/device.js';
import { restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';
import { type DeviceEvent, fleetDrive } from '../simulation/fleet-drive.js';

const PARTITIONS = 64;
const VEHICLES = 30;
const MINUTES = 30;
const KILLS = 4;
const seed = process.env.TELLTALE_TEST_SEED ?? String(Date.now());

type Wire = Record<string, unknown> & { id: string };
interface System {
  shard_threads: { partitions: number[] }[];
  partitions: { lag: number }[];
  database: { pending_rows: number };
  stages: { name: string; restarts: number }[];
}

const servers: Telltale[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

const recordOf = ({ device, ts, text }: DeviceEvent): NewRecord => ({
  key: device,
  header: {
    kind: 'message',
    received: ts + 100,
    format: 'telltale-v1',
    device,
    topic: `telltale/v1/${device}/events`,
    dup: false,
  },
  body: Buffer.from(text),
});

/** The drive in the journal of a data directory that no server has had, with the ticks of its time. */
const writeTail = async (folder: string, events: readonly DeviceEvent[]): Promise<void> => {
  const { journal: directory } = await openDataDirectory(folder, PARTITIONS, 'long-tail');
  const journal = await LevelJournal.open({ directory, partitions: PARTITIONS, ...journalDefaults });
  const from = events[0]!.ts;
  const rules = defaultRuleSettings();
  const facts = [
    ...rules.map(rule => ({ type: 'rule_put' as const, rule })),
    { type: 'kinds_installed' as const, kinds: rules.map(({ kind }) => kind) },
    { type: 'settings_put' as const, settings: defaultFleetSettings },
  ];
  await journal.append(facts.map(fact => recordOfFact(fact, from)));
  let second = from;
  for (let at = 0; at < events.length; at += 2_000) {
    const group: NewRecord[] = [];
    for (const event of events.slice(at, at + 2_000)) {
      for (; second <= event.ts; second += 1_000) group.push(recordOfFact({ type: 'tick', at: second }, second));
      group.push(recordOf(event));
    }
    await journal.append(group);
  }
  await journal.close();
};

const systemOf = (server: Telltale): Promise<System> => restClient(server.http, server.adminToken).get<System>('/system');

/** What each vehicle said last again, which is known, and then one more, which by the clock of the server comes late. */
const publishMore = async (server: Telltale, events: readonly DeviceEvent[], n: number): Promise<void> => {
  const last = new Map(events.map(event => [event.device, event]));
  await Promise.all(
    [...last].map(async ([id, { text }]) => {
      const event = JSON.parse(text) as { ts: number; seq: number };
      const device = await connectDevice({ mqtt: server.mqtt, id, secret: '', reconnect: true });
      await device.publish(event);
      await device.publish({ ...event, ts: event.ts + n * 1_000, seq: event.seq + n });
      await device.close();
    }),
  );
};

const settled = (server: Telltale): Promise<unknown> =>
  waitFor(
    'everything to be folded and rolled up',
    async () => {
      const { partitions, database } = await systemOf(server);
      return partitions.length === PARTITIONS && partitions.every(({ lag }) => lag < 3) && database.pending_rows === 0;
    },
    { timeoutMs: 120_000 },
  );

/** Retention has taken the records of that time. */
const isGone = async (server: Telltale, { device, ts }: DeviceEvent): Promise<boolean> => {
  const rest = restClient(server.http, server.adminToken);
  const { status } = await rest.raw(`/api/v1/vehicles/${device}/events?from=${ts}&to=${ts + 60_000}`);
  return status === 410;
};

const outcomes = async (server: Telltale) => {
  const rest = restClient(server.http, server.adminToken);
  const trips = await rest.all<Wire>('/trips');
  const alerts = await rest.all<Wire>('/alerts');
  const known = alerts.filter(({ status, kind }) => status !== 'retracted' && kind !== 'device_offline');
  return {
    trips: trips.map(({ status: _s, ended_at: _e, ...trip }) => trip).sort(byId),
    alerts: known.map(({ raised_at: _r, late: _l, latency_ms: _m, evidence: _e, ...alert }) => alert).sort(byId),
    scorecards: await rest.get('/scorecards', { from: '2026-03-09', to: '2026-03-12' }),
  };
};
const byId = (a: { id?: unknown }, b: { id?: unknown }): number => (String(a.id) < String(b.id) ? -1 : 1);

const raisedOnce = async (server: Telltale): Promise<void> => {
  const viewer = await connectWebsocket(server.http, server.adminToken);
  const { cursor: head } = await viewer.subscribe('alerts', { since: '0' });
  const isAlert = ({ type }: { type: string }) => type === 'alert';
  await waitFor('the whole stream', () => viewer.frames.some(frame => isAlert(frame) && Number(frame.cursor) >= Number(head)));
  const raised = viewer.frames.filter(frame => isAlert(frame) && frame.change === 'raised');
  const ids = raised.map(({ alert }) => (alert as Wire).id);
  expect(ids.length).toBe(new Set(ids).size);
  expect(ids.length).toBeGreaterThan(0);
};

test('killed in the middle of a long tail, and home after it', async () => {
  console.log(`seed ${seed}: repeat with TELLTALE_TEST_SEED=${seed}`);
  const random = randomOf('long-tail', seed);
  const events = fleetDrive('long-tail', VEHICLES, MINUTES);
  const folder = await tempDir('data');
  await writeTail(folder, events);
  const copy = join(await tempDir('data'), 'copy');
  await cp(folder, copy, { recursive: true });

  // The drive is of last March, beyond what is kept: what no snapshot holds yet is not let go all the same.
  const env = { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' };
  const tailed = await startTelltale({ env: { ...env, TELLTALE_SHARDS: '0' }, dataDir: folder, readyWithinMs: 60_000 });
  servers.push(tailed);
  let seenAway = 0;
  for (let kills = 0; kills < KILLS; kills++) {
    seenAway = Math.max(seenAway, (await systemOf(tailed)).shard_threads.length);
    await new Promise(resolve => setTimeout(resolve, random.below(1_500)));
    await tailed.kill9();
    await tailed.restart();
  }
  // On one core nobody would gain by it.
  if (availableParallelism() > 1) expect(seenAway).toBe(availableParallelism());
  await publishMore(tailed, events, 1);
  await settled(tailed);

  const keeping = { ...env, TELLTALE_SHARDS: '1', TELLTALE_RETENTION_DAYS: '3650' };
  const calm = await startTelltale({ env: keeping, dataDir: copy, readyWithinMs: 60_000 });
  servers.push(calm);
  await publishMore(calm, events, 1);
  await settled(calm);

  await waitFor('partitions to come home', async () => (await systemOf(tailed)).shard_threads.length === 0, {
    timeoutMs: 90_000,
  });
  await waitFor('the drive to be too old to be kept', () => isGone(tailed, events[0]!), { timeoutMs: 90_000 });
  expect(await isGone(calm, events[0]!)).toBe(false);
  await publishMore(tailed, events, 2);
  await publishMore(calm, events, 2);
  await settled(tailed);
  await settled(calm);
  const [after, inPeace] = [await outcomes(tailed), await outcomes(calm)];
  expect(after).toEqual(inPeace);
  expect(after.alerts.length).toBeGreaterThan(0);
  expect(after.trips.length).toBeGreaterThan(0);
  await raisedOnce(tailed);
  for (const { name, restarts } of (await systemOf(tailed)).stages) expect(`${name} ${restarts}`).toBe(`${name} 0`);
}, 300_000);
