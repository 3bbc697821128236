// Proves, against the real server: a drive is published and raises an alert; the server says why, and why not; another threshold is tried
// over the stored journal, over REST and by `telltale backtest`, in time, cancelled, and one at a time.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { type AlertWire, watchAlerts } from '../harness/alert-watch.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, of any shape
type Answer = Record<string, any>;

const main = resolve('dist/src/cli/main.js');
const start = Date.now() - 7_200_000;
const VEHICLE = 'van-7';
/** One braking with 4.3 m/s² at 140 s, a gentler one with 2.6 m/s² at 220 s, and the parking that ends the trip. */
const legs: readonly Leg[] = [
  { seconds: 60, to_kmh: 0 },
  { seconds: 20, to_kmh: 70 },
  { seconds: 60, to_kmh: 70 },
  { seconds: 4, to_kmh: 8 },
  { seconds: 10, to_kmh: 0 },
  { seconds: 20, to_kmh: 55 },
  { seconds: 46, to_kmh: 55 },
  { seconds: 5, to_kmh: 8 },
  { seconds: 5, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];
const drive = scriptedDrive({ start, legs, lat: 47.2, lon: 8.5 });
const rule = { kind: 'harsh_braking', params: { threshold: -2 } };

let server: Telltale;
let rest: RestClient;
let braking: AlertWire;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  const watch = await watchAlerts(server.http, server.adminToken);
  const device = await connectRegistered(server, VEHICLE);
  for (const events of inArraysOf(10, drive)) await device.publish(events);
  braking = (await watch.waitFor({ kind: 'harsh_braking', vehicle: VEHICLE })).alert;
  // The end of the trip.
  await waitFor('the trip to close', async () => {
    const [trip] = await rest.all<Answer>('/trips', { vehicle: VEHICLE });
    return trip?.status === 'closed';
  });
}, 60_000);

const cli = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], {
    env: { ...process.env, TELLTALE_TOKEN: server.adminToken },
  });
  return stdout;
};

test('why: the window, the thresholds, the version of the rule, and the records', async () => {
  const why = await rest.get<Answer>(`/alerts/${braking.id}/why`);
  expect(why).toMatchObject({
    reproduced: true,
    whole: true,
    alert: { id: braking.id },
    rule: { id: 'default-harsh-braking', version: { offset: expect.any(Number), since: expect.any(String) } },
    filters: { fixes: { rejected: 0 }, longest_gap_s: 1 },
    suppressed: [],
  });
  const { ts, acceleration_mps2: acceleration, speed_kmh: speed } = why.samples;
  expect(ts).toContain(new Date(start + 141_000).toISOString());
  expect(Math.min(...acceleration.filter((value: number | null) => value !== null))).toBeLessThan(-3.5);
  expect(Math.max(...speed)).toBe(70);
  const threshold = why.conditions.find(({ condition }: Answer) => condition === 'fitted acceleration');
  expect(threshold).toMatchObject({ needs: 'at most -3.5 m/s2', holds: true });
  expect(threshold.saw).toBeLessThanOrEqual(-3.5);
  // The offsets are those of the raw stream.
  const { items } = await rest.get<Answer>(`/vehicles/${VEHICLE}/events`, { from: start + 130_000, to: start + 150_000 });
  expect(items.length).toBeGreaterThan(0);
  for (const { offset } of items) expect(why.raw.offsets).toContain(offset);
});

test('why not: the gentler braking was not strong enough', async () => {
  const at = new Date(start + 223_000).toISOString();
  const { rules } = await rest.get<Answer>(`/vehicles/${VEHICLE}/why-not`, { kind: 'harsh_braking', at, within_s: 4 });
  expect(rules).toMatchObject([{ rule: { id: 'default-harsh-braking' }, found: null, missing: 'fitted acceleration' }]);
  const saw = rules[0].conditions.find(({ condition }: Answer) => condition === 'fitted acceleration').saw;
  expect(saw).toBeLessThan(-2);
  expect(saw).toBeGreaterThan(-3.5);
});

test('backtest: the same rule changes nothing, another threshold finds the second braking', async () => {
  const range = { from: start - 60_000, to: start + 3_600_000 };
  const same = await rest.post<Answer>('/rules/backtest', { ...range, rule: { kind: 'harsh_braking' } });
  expect(same).toMatchObject({ count: 1, compared_with: { rule: 'default-harsh-braking', alerts: 1, added: [], removed: [] } });
  expect(same.alerts[0]).toMatchObject({ vehicle: VEHICLE, occurred_at: braking.occurred_at });
  const milder = await rest.post<Answer>('/rules/backtest', { ...range, rule });
  expect(milder).toMatchObject({
    count: 2,
    per_vehicle: { [VEHICLE]: 2 },
    compared_with: { alerts: 1, added_count: 1, removed: [] },
  });
  expect(milder.events).toBeGreaterThanOrEqual(drive.length);
  const later = await rest.raw('/api/v1/rules/backtest', {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ ...range, rule }),
  });
  expect(later.status).toBe(202);
  const location = later.headers.get('location')!.replace('/api/v1', '');
  const done = await waitFor('the backtest', async () => {
    const job = await rest.get<Answer>(location);
    return job.status === 'running' ? undefined : job;
  });
  expect(done).toMatchObject({ status: 'done', progress: 1, result: { count: 2 } });
  // Nothing of it has become an alert.
  expect(await rest.all<AlertWire>('/alerts', { kind: 'harsh_braking' })).toHaveLength(1);
});

test('backtest: what cannot be tried is told by field', async () => {
  const range = { from: start, to: start + 1_000 };
  await expect(rest.post('/rules/backtest', { ...range, to: start, rule })).rejects.toMatchObject({
    status: 400,
    problem: { field: 'to' },
  });
  await expect(rest.post('/rules/backtest', { ...range, rule: { kind: 'device_offline' } })).rejects.toMatchObject({
    status: 422,
  });
  await expect(rest.post('/rules/backtest', { ...range, rule: { ...rule, params: { treshold: 1 } } })).rejects.toMatchObject({
    status: 422,
    problem: { field: 'params.treshold' },
  });
});

test('telltale backtest prints a table, and JSON', async () => {
  const file = join(await tempDir('rule'), 'rule.yaml');
  await writeFile(file, 'kind: harsh_braking\nparams:\n  threshold: -2\n');
  const flags = ['--from', String(start), '--to', String(start + 3_600_000), '--rule', file, '--server', server.http];
  expect(await cli('backtest', ...flags)).toMatch(/2 alerts, of \d+ events.*\n.*1 would be new, 0 gone/);
  expect(JSON.parse(await cli('backtest', ...flags, '--json'))).toMatchObject({ count: 2 });
});
