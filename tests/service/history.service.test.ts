// Proves, against the real server: a drive is published and raises an alert; the server says why, and why not; another threshold is tried
// over the stored journal, over REST and by `telltale backtest`; and what proves it is packed, checked offline, and no byte of it can change.
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Manifest } from '../../src/app/evidence/pack-contents.js';
import { openSealedZip, sealedZip } from '../../src/app/evidence/sealed-zip.js';
import { verifyPack } from '../../src/app/evidence/verify-pack.js';
import { type AlertWire, watchAlerts } from '../harness/alert-watch.js';
import { metricValue } from '../harness/metric-value.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, of any shape
type Answer = Record<string, any>;

/** The command line starts a process each time. */
jest.setTimeout(120_000);

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
  server = await startTelltale({ readyWithinMs: 60_000 });
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
  // It was folded beside the live data, not in its way.
  expect(await metricValue(server.http, 'telltale_history_threads_total')).toBe(1);
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
  const done = await waitFor(
    'the backtest',
    async () => {
      const job = await rest.get<Answer>(location);
      return job.status === 'running' ? undefined : job;
    },
    { timeoutMs: 60_000 },
  );
  expect(done).toMatchObject({ status: 'done', progress: 1, result: { count: 2 } });
  // Nothing of it has become an alert.
  expect(await rest.all<AlertWire>('/alerts', { kind: 'harsh_braking' })).toHaveLength(1);
});

test('backtest: one at a time, else 429 with the reason; it is cancelled, and then another runs', async () => {
  const body = JSON.stringify({ from: start - 60_000, to: start + 3_600_000, rule });
  const ask = () =>
    rest.raw('/api/v1/rules/backtest?async=true', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const [one, other] = await Promise.all([ask(), ask()]);
  expect([one.status, other.status].sort()).toEqual([202, 429]);
  const taken = one.status === 202 ? one : other;
  const refused = one.status === 202 ? other : one;
  expect(await refused.json()).toMatchObject({ status: 429, detail: expect.stringContaining('running') });
  const location = taken.headers.get('location')!.replace('/api/v1', '');
  await rest.delete(location);
  // Ended before it could be cancelled, or cancelled: it does not run.
  expect(['cancelled', 'done']).toContain((await rest.get<Answer>(location)).status);
  expect(await rest.post<Answer>('/rules/backtest', { from: start - 60_000, to: start + 3_600_000, rule })).toMatchObject({
    count: 2,
  });
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

test('evidence: a pack that telltale verify finds right, and in which any changed byte is found and named', async () => {
  const [trip] = await rest.all<Answer>('/trips', { vehicle: VEHICLE });
  const folder = await tempDir('evidence');
  const [file, keyFile] = [join(folder, 'pack.zip'), join(folder, 'key.json')];
  const key = await rest.get<{ public_key: string; fingerprint: string }>('/public-key');
  await writeFile(keyFile, JSON.stringify(key));
  await cli('evidence', '--trip', trip!.id, '-o', file, '--server', server.http);
  const told = await cli('verify', file, '--key', keyFile);
  expect(told).toMatch(/ok .*files are as the manifest says/);
  expect(told).toMatch(/ok .*records stand in \d+ blocks of the hash chain, under \d+ signed heads/);
  expect(told).toMatch(/ok .*folding the records again gives the same trip and the same [1-9]\d* alerts/);
  expect(told).toMatch(/the pack is as it was made/);

  const bytes = await readFile(file);
  const verdict = await verifyPack(bytes, key.public_key);
  expect(verdict).toMatchObject({ problems: [], trusted: true, fingerprint: key.fingerprint });
  const { files } = openSealedZip(bytes);
  const page = Buffer.from(files.get('report.html')!).toString();
  expect(page).toContain('<polyline');
  expect(page).not.toMatch(/<script|undefined|NaN/);
  // Any byte, anywhere: in a file's content it is that file that is named, else the ZIP.
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= flip;
      const { problems } = await verifyPack(changed, key.public_key);
      expect([at, problems.length > 0, problems.every(problem => problem.file !== '')]).toEqual([at, true, true]);
    }),
    { numRuns: 80 },
  );
  const changed = Buffer.from(bytes);
  changed[bytes.indexOf('records.jsonl') + 'records.jsonl'.length + 40]! ^= 1;
  expect((await verifyPack(changed, key.public_key)).problems.map(problem => problem.file)).toContain('records.jsonl');
  await writeFile(file, changed);
  await expect(cli('verify', file)).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('WRONG   records.jsonl') });

  // Who makes a new pack, with a key of their own, is found by the server's key.
  const forged = await forge(bytes, files_ => {
    const alerts = JSON.parse(Buffer.from(files_.get('alerts.json')!).toString()) as { alerts: unknown[] };
    files_.set('alerts.json', Buffer.from(JSON.stringify({ ...alerts, alerts: [] })));
  });
  expect((await verifyPack(forged, key.public_key)).problems).toContainEqual(expect.objectContaining({ file: 'manifest.json' }));
  // And by folding again, even where nobody knows the server's key.
  expect((await verifyPack(forged, undefined)).problems).toContainEqual({
    file: 'alerts.json',
    problem: expect.stringMatching(/also gives a harsh_braking/),
  });
  const records = await forge(bytes, files_ => {
    const lines = Buffer.from(files_.get('records.jsonl')!).toString().trimEnd().split('\n');
    files_.set('records.jsonl', Buffer.from(`${[...lines.slice(0, 9), ...lines.slice(10)].join('\n')}\n`));
  });
  expect((await verifyPack(records, undefined)).problems).toContainEqual(expect.objectContaining({ file: 'records.jsonl' }));
});

/** A pack with other contents, consistent in itself: sealed, listed, and signed by a key of the forger's. */
const forge = async (bytes: Uint8Array, change: (files: Map<string, Uint8Array>) => void): Promise<Uint8Array> => {
  const files = openSealedZip(bytes).files as Map<string, Uint8Array>;
  change(files);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const manifest = JSON.parse(Buffer.from(files.get('manifest.json')!).toString()) as Manifest;
  manifest.public_key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  for (const entry of manifest.files) {
    const content = files.get(entry.name)!;
    Object.assign(entry, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  }
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  files.set('manifest.sig', Buffer.from(sign(null, files.get('manifest.json')!, privateKey).toString('base64')));
  const pieces: Uint8Array[] = [];
  const entries = async function* () {
    for (const [name, content] of files) yield { name, pieces: [content] };
  };
  for await (const piece of sealedZip(entries())) pieces.push(piece);
  return Buffer.concat(pieces);
};

test('evidence is for administrators and investigators, within their groups', async () => {
  const [trip] = await rest.all<Answer>('/trips', { vehicle: VEHICLE });
  const tokenOf = async (role: string, groups: string[] = []) =>
    (await rest.post<{ token: string }>('/tokens', { name: `${role}-${groups.join()}`, role, groups })).token;
  const ask = async (role: string, groups?: string[]) =>
    (await restClient(server.http, await tokenOf(role, groups)).raw(`/api/v1/trips/${trip!.id}/evidence`)).status;
  expect(await ask('coach')).toBe(403);
  expect(await ask('fleet_manager')).toBe(403);
  expect(await ask('investigator', ['elsewhere'])).toBe(404);
  expect(await ask('investigator')).toBe(200);
  const { items } = await rest.get<{ items: Answer[] }>('/audit', { limit: 50 });
  expect(items).toContainEqual(expect.objectContaining({ action: 'GET /trips/{id}/evidence', subject: trip!.id }));
  expect((await stat(join(server.dataDir, 'signing-key.pem'))).mode & 0o777).toBe(0o600);
});

test('evidence after a kill, over the borders of a restart, is still whole', async () => {
  await server.kill9();
  await server.restart();
  const device = await connectRegistered(server, 'van-8');
  for (const events of inArraysOf(60, scriptedDrive({ start, legs, lat: 47.3, lon: 8.4 }))) await device.publish(events);
  const trip = await waitFor('the second trip', async () => {
    const [found] = await rest.all<Answer>('/trips', { vehicle: 'van-8' });
    return found?.status === 'closed' ? found : undefined;
  });
  for (const [vehicle, id] of [
    [VEHICLE, (await rest.all<Answer>('/trips', { vehicle: VEHICLE }))[0]!.id],
    ['van-8', trip.id],
  ]) {
    const answer = await rest.raw(`/api/v1/trips/${id}/evidence`);
    expect([vehicle, answer.status]).toEqual([vehicle, 200]);
    const pack = new Uint8Array(await answer.arrayBuffer());
    const verdict = await verifyPack(pack, (await rest.get<{ public_key: string }>('/public-key')).public_key);
    expect([vehicle, verdict.problems]).toEqual([vehicle, []]);
    // Of other vehicles there is nothing but hashes.
    const other = vehicle === VEHICLE ? 'van-8' : VEHICLE;
    for (const [name, content] of openSealedZip(pack).files)
      expect([name, Buffer.from(content!).includes(other)]).toEqual([name, false]);
  }
});
