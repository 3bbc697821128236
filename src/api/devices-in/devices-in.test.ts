// Proves: each format that comes over HTTP is taken as these clients send it, hears what they need and not before it is on disk; a secret opens
// its own device only; and what is not taken is refused with an answer that makes the client keep it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HeldRoutedSink } from '../../../tests/harness/held-routed-sink.js';
import { Counters } from '../../model/counters.js';
import type { Device } from '../../model/vehicle.js';
import { httpFormats } from '../../protocols/device-formats.js';
import { HttpIntake } from '../../streams/intake/http-intake.js';
import { defaultApiConfig } from '../api-deps.js';
import { secretHash } from '../auth/secret-hash.js';
import { createFakeRegistry } from '../testing/fake-registry.js';
import { createDevicePort } from './create-device-port.js';

let sink: HeldRoutedSink;
let counters: Counters;
let registry: ReturnType<typeof createFakeRegistry>;
let now: number;
let base: string;
let close: () => Promise<void>;
const logged: unknown[] = [];

beforeEach(async () => {
  sink = new HeldRoutedSink();
  counters = new Counters();
  registry = createFakeRegistry();
  now = 1_790_000_000_000;
  const clock = { now: () => now };
  const deviceRequests = new HttpIntake({ formats: httpFormats, registry, sink, clock, counters });
  const config = { ...defaultApiConfig, requestsPerMinute: 50, version: '', adminTokenHash: '', webRoot: '' };
  const note = (context: unknown) => void logged.push(context);
  const log = { info: note, warn: note, error: note };
  const count = (name: string, by = 1) => counters.add(`${name}_total`, by);
  const server = createServer(createDevicePort({ deviceRequests, config, log, count }));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
});
afterEach(() => close());

/** Registers a device whose secret is `secret-of-<id>`. */
const register = (id: string, format: string, foreign: string | null, changed: Partial<Device> = {}): Promise<void> => {
  const hash = secretHash(`secret-of-${id}`);
  const device = {
    id,
    vehicle: `v-${id}`,
    format,
    foreign_id: foreign,
    secret_hash: hash,
    old_secret_hash: null,
    old_valid_until: null,
  };
  return registry.change({ type: 'device_put', device: { ...device, ...changed } });
};
const ask = async (path: string, init: RequestInit = {}): Promise<{ status: number; text: string; type: string | null }> => {
  const response = await fetch(base + path, init);
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
const count = (what: string): number => counters.get(`http_devices_${what}_total`);
const recordedFor = (): unknown[] => sink.taken.map(({ format, context }) => [format, context.device]);

describe('by its secret', () => {
  test('OsmAnd: 200 when it is kept, 400 without an id', async () => {
    await register('d1', 'osmand', 'van1');
    expect(await ask('/in/osmand/secret-of-d1?id=van1&timestamp=1790000000&lat=47.5&lon=8.25')).toMatchObject({
      status: 200,
      text: '',
    });
    expect(
      await post('/in/osmand/secret-of-d1/', 'id=van1&lat=47.5&lon=8.25', {
        'content-type': 'application/x-www-form-urlencoded',
      }),
    ).toMatchObject({ status: 200 });
    expect(
      await post(
        '/in/osmand/secret-of-d1',
        { device_id: 'van1', location: { timestamp: '2026-09-21T14:13:20Z', coords: {} } },
        { 'content-type': 'application/json' },
      ),
    ).toMatchObject({ status: 200 });
    expect(recordedFor()).toEqual([
      ['osmand', 'd1'],
      ['osmand', 'd1'],
      ['osmand', 'd1'],
    ]);
    expect(await ask('/in/osmand/secret-of-d1?lat=47.5&lon=8.25')).toMatchObject({ status: 400 });
    expect(sink.unreadable).toMatchObject([{ reason: 'wrong_type', context: { device: 'd1', topic: 'osmand' } }]);
  });

  test('Torque: OK!, also for the requests that only name columns, and any path below', async () => {
    await register('d1', 'torque', null);
    const values = '/in/torque/secret-of-d1/up.php?eml=a@b.example&id=0f607264fc6318a92b9e13c65db7cd3c&time=1790000000000&kd=31';
    expect(await ask(values)).toMatchObject({ status: 200, text: 'OK!' });
    expect(await ask('/in/torque/secret-of-d1?eml=a@b.example&userUnitff1005=x')).toMatchObject({ status: 200, text: 'OK!' });
    expect(recordedFor()).toEqual([['torque', 'd1']]);
    expect(count('requests_without_data')).toBe(1);
  });

  test('OwnTracks: an empty array; by password as well, and two letters name nobody', async () => {
    await register('d1', 'owntracks', 'fleet/van1');
    const location = { _type: 'location', tst: 1790000000, lat: 47.5, lon: 8.25, tid: 'v1' };
    const answer = await post('/in/owntracks/secret-of-d1', { ...location, topic: 'owntracks/fleet/van1' });
    expect(answer).toMatchObject({ status: 200, text: '[]' });
    expect(answer.type).toMatch(/^application\/json/);
    const basic = `Basic ${Buffer.from('d1:secret-of-d1').toString('base64')}`;
    expect(await post('/in/owntracks', location, { authorization: basic })).toMatchObject({ status: 200, text: '[]' });
    expect(await post('/in/owntracks/pub', location, { authorization: basic })).toMatchObject({ status: 200 });
    expect(recordedFor()).toHaveLength(3);
  });

  test('AutoPi: 2xx for a batch, by bearer token as well', async () => {
    await register('d1', 'autopi', null);
    const batch = [{ '@t': 'track.pos', '@ts': '2026-09-21T14:13:20Z', loc: { lat: 47.5, lon: 8.25 } }];
    expect(await post('/in/autopi/secret-of-d1', batch)).toMatchObject({ status: 200 });
    expect(await post('/in/autopi', batch, { authorization: 'Bearer secret-of-d1' })).toMatchObject({ status: 200 });
    expect(recordedFor()).toEqual([
      ['autopi', 'd1'],
      ['autopi', 'd1'],
    ]);
  });

  test('flespi: a tracker speaks for itself only; a gateway for every tracker that is registered', async () => {
    await register('gate', 'flespi', null);
    await register('d1', 'flespi', '100000000000001');
    await register('d2', 'flespi', '100000000000002');
    const both = ['100000000000001', '100000000000002'].map(ident => ({ ident, timestamp: 1790000000 }));
    expect(await post('/in/flespi/secret-of-d1', [both[0]])).toMatchObject({ status: 200 });
    expect(await post('/in/flespi/secret-of-d1', both)).toMatchObject({ status: 403 });
    expect(count('foreign_ids_refused')).toBe(1);
    expect(await post('/in/flespi/secret-of-gate', both)).toMatchObject({ status: 200 });
    expect(recordedFor()).toEqual([
      ['flespi', 'd1'],
      ['flespi', undefined],
    ]);
    expect(sink.taken[1]!.routed.map(({ foreign }) => foreign!.id)).toEqual(both.map(({ ident }) => ident));
    expect(await post('/in/flespi/secret-of-gate', 'no JSON')).toMatchObject({ status: 400 });
    expect(await post('/in/flespi/secret-of-gate', [])).toMatchObject({ status: 200 });
  });

  test('one that says that it is somebody else is refused, and so is one that is nobody', async () => {
    await register('d1', 'osmand', 'van1');
    await register('d2', 'osmand', 'van2');
    await register('d3', 'osmand', null);
    const by = (secret: string, id: string) => ask(`/in/osmand/${secret}?id=${id}&lat=47.5&lon=8.25`);
    expect(await by('secret-of-d1', 'van2')).toMatchObject({ status: 403 });
    expect(await by('secret-of-d1', 'van9')).toMatchObject({ status: 403 });
    expect(await by('secret-of-d3', 'van1')).toMatchObject({ status: 403 });
    expect(sink.taken).toEqual([]);
    expect(count('foreign_ids_refused')).toBe(3);
    // Registered without a name of its own: the secret is enough.
    expect(await by('secret-of-d3', 'van9')).toMatchObject({ status: 200 });
    expect(await by('guessed', 'van1')).toMatchObject({ status: 401 });
    expect(await by('%E0%A4%A', 'van1')).toMatchObject({ status: 401 });
    expect(count('secrets_refused')).toBe(2);
    expect(await ask('/in/nothing/secret-of-d1')).toMatchObject({ status: 404 });
    expect(await ask('/in/osmand/secret-of-d1?id=van1', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  test('the register is followed: a new secret opens at once, an old one for as long as it is valid, a deleted device never', async () => {
    const path = '/in/osmand/secret-of-d1?id=van1&lat=47.5&lon=8.25';
    expect(await ask(path)).toMatchObject({ status: 401 });
    await register('d1', 'osmand', 'van1');
    expect(await ask(path)).toMatchObject({ status: 200 });
    const old = { old_secret_hash: secretHash('secret-of-d1'), old_valid_until: now + 1_000 };
    await register('d1', 'osmand', 'van1', { secret_hash: secretHash('another'), ...old });
    expect(await ask(path)).toMatchObject({ status: 200 });
    expect(await ask(path.replace('secret-of-d1', 'another'))).toMatchObject({ status: 200 });
    now += 2_000;
    expect(await ask(path)).toMatchObject({ status: 401 });
    await registry.change({ type: 'device_deleted', id: 'd1' });
    expect(await ask(path.replace('secret-of-d1', 'another'))).toMatchObject({ status: 401 });
  });
});

test('the answer waits for the disk; 503 where it could not be taken, or there is no room', async () => {
  await register('d1', 'osmand', 'van1');
  sink.answersAtOnce = false;
  const path = '/in/osmand/secret-of-d1?id=van1&lat=47.5&lon=8.25';
  let answered = false;
  const first = ask(path).then(answer => {
    answered = true;
    return answer;
  });
  while (sink.waiting.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  await new Promise(resolve => setTimeout(resolve, 30));
  expect(answered).toBe(false);
  sink.answer();
  expect(await first).toMatchObject({ status: 200 });
  const second = ask(path);
  while (sink.waiting.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  sink.answer(0, new Error('the disk is full'));
  expect(await second).toMatchObject({ status: 503 });
  sink.full = true;
  expect(await ask(path)).toMatchObject({ status: 503 });
  expect(count('requests_not_taken')).toBe(2);
});

test('a body is bounded, and so is how often one device may ask; no secret is logged', async () => {
  await register('d1', 'owntracks', null);
  const path = '/in/owntracks/secret-of-d1';
  expect(await post(path, 'x'.repeat(256 * 1024 + 1))).toMatchObject({ status: 413 });
  expect(count('bodies_refused')).toBe(1);
  let last = { status: 0 };
  for (let i = 0; i < 50; i++) last = await post(path, '');
  expect(last.status).toBe(429);
  expect(count('rate_limited')).toBe(1);
  expect(JSON.stringify(logged)).not.toContain('secret-of');
});

describe('at a port of their own, by what they call themselves', () => {
  test('only registered pairs of format and id are taken, on any path', async () => {
    await register('d1', 'osmand', 'van1');
    await register('d2', 'torque', 'a@b.example');
    await register('d3', 'owntracks', 'fleet/van3');
    expect(await ask('/?id=van1&timestamp=1790000000&lat=47.5&lon=8.25')).toMatchObject({ status: 200 });
    expect(await ask('/up?eml=a@b.example&id=abc&time=1790000000000&kd=31')).toMatchObject({ status: 200, text: 'OK!' });
    expect(await ask('/up?eml=a@b.example&id=abc&userUnitff1005=x')).toMatchObject({ status: 200, text: 'OK!' });
    const location = { _type: 'location', tst: 1790000000, lat: 47.5, lon: 8.25, topic: 'owntracks/fleet/van3' };
    expect(await post('/', location)).toMatchObject({ status: 200, text: '[]' });
    expect(sink.taken.map(({ format, routed }) => [format, routed[0]!.foreign!.id])).toEqual([
      ['osmand', 'van1'],
      ['torque', 'a@b.example'],
      ['owntracks', 'fleet/van3'],
    ]);
    expect(await ask('/?id=van9&lat=47.5&lon=8.25')).toMatchObject({ status: 403 });
    expect(await post('/', { ...location, topic: 'owntracks/fleet/other' })).toMatchObject({ status: 403 });
    expect(await ask('/')).toMatchObject({ status: 403 });
    expect(sink.taken).toHaveLength(3);
    expect(count('unnamed_refused')).toBe(3);
  });
});
