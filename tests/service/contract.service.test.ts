// Proves, as a stranger with the contract in hand (§5, §6) and a client made from the server's own description: shapes, words and codes
// of REST and websocket are those that are promised, and nothing that is secret is said anywhere.
import { beforeAll, describe, expect, test } from '@jest/globals';
import createClient from 'openapi-fetch';
import type { paths } from '../../web/src/api/generated/schema.js';
import { connectRegistered, type RegisteredDevice } from '../harness/registered-device.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';

let server: Telltale;
let device: RegisteredDevice;
const secrets: string[] = ['p4ssw0rd-of-the-mail-server', 'correct horse battery'];
const clientOf = (token?: string) =>
  createClient<paths>({ baseUrl: `${server.http}/api/v1`, ...(token && { headers: { authorization: `Bearer ${token}` } }) });
let api: ReturnType<typeof clientOf>;

beforeAll(async () => {
  server = await startTelltale({
    env: {
      TELLTALE_SMTP_URL: 'smtp://telltale:p4ssw0rd-of-the-mail-server@127.0.0.1:1',
      TELLTALE_LOG_LEVEL: 'trace',
    },
  });
  api = clientOf(server.adminToken);
  secrets.push(server.adminToken);
  await api.POST('/vehicles', { body: { id: 'v-1', group: 'north' } });
  device = await connectRegistered(server, 'd-1', { vehicle: 'v-1' });
  secrets.push(device.secret);
}, 90_000);

const codes: string[] = [];
const raise = async (code: string): Promise<void> => {
  codes.push(code);
  await device.publish({ ts: Date.now(), dtc: codes, ignition: true });
};

describe('websocket', () => {
  test('subscribe, alert, resume, pong, unsubscribe, errors: the frames of the contract', async () => {
    const socket = await connectWebsocket(server.http, server.adminToken);
    const subscribed = await socket.subscribe('alerts');
    expect(subscribed).toEqual({ type: 'subscribed', id: expect.any(String), channel: 'alerts', cursor: expect.any(String) });
    await raise('P0101');
    const alert = await socket.waitFor(frame => frame.type === 'alert');
    expect(Object.keys(alert).sort()).toEqual(['alert', 'change', 'cursor', 'type']);
    expect(alert).toMatchObject({
      change: 'raised',
      alert: { kind: 'diagnostic_trouble_code', vehicle: 'v-1', status: 'open', late: false },
    });
    const wanted = [
      'id',
      'kind',
      'severity',
      'vehicle',
      'driver',
      'trip',
      'occurred_at',
      'ended_at',
      'raised_at',
      'late',
      'location',
      'value',
    ];
    const rest = [
      'threshold',
      'unit',
      'rule',
      'geofence',
      'dtc',
      'message',
      'status',
      'latency_ms',
      'evidence',
      'suppressed',
      'replaced_by',
    ];
    for (const name of [...wanted, ...rest]) expect(alert.alert).toHaveProperty(name);

    // Nothing of this kind passes the filter; the pong goes on all the same.
    const filtered = await connectWebsocket(server.http, server.adminToken);
    await filtered.subscribe('alerts', { filter: { kinds: ['tow'] } });
    await raise('P0102');
    const second = await socket.waitFor(frame => frame.type === 'alert' && frame.cursor !== alert.cursor);
    filtered.send({ type: 'ping' });
    expect(await filtered.waitFor(frame => frame.type === 'pong')).toEqual({ type: 'pong', cursor: second.cursor });

    const later = await connectWebsocket(server.http, server.adminToken);
    await later.subscribe('alerts', { since: String(subscribed.cursor) });
    const again = await later.waitFor(frame => frame.type === 'alert' && frame.cursor === second.cursor);
    expect(again).toEqual(second);
    expect(later.frames.filter(({ type }) => type === 'alert').map(({ cursor }) => cursor)).toEqual([
      alert.cursor,
      second.cursor,
    ]);
    later.send({ type: 'subscribe', id: 'old', channel: 'alerts', since: '999999999' });
    expect(await later.waitFor(frame => frame.type === 'gap')).toMatchObject({ type: 'gap', oldest: expect.any(String) });

    for (const frame of [
      { type: 'nonsense' },
      { type: 'subscribe', id: 'x', channel: 'none' },
      { type: 'subscribe', channel: 'alerts' },
    ]) {
      const before = socket.frames.length;
      socket.send(frame);
      await waitFor('an error', () => socket.frames.length > before);
      expect(socket.frames.at(-1)).toMatchObject({ type: 'error', code: expect.any(String), message: expect.any(String) });
    }
    socket.send({ type: 'unsubscribe', id: String(subscribed.id) });
    expect(await socket.waitFor(frame => frame.type === 'unsubscribed')).toEqual({ type: 'unsubscribed', id: subscribed.id });
  });

  test('positions: a snapshot, then changes', async () => {
    const socket = await connectWebsocket(server.http, server.adminToken);
    await socket.subscribe('positions');
    await socket.waitFor(frame => frame.type === 'positions');
    await device.publish({ ts: Date.now(), gps: { lat: 42.28, lon: -83.74, speed_kmh: 40, heading: 90 } });
    const frame = await socket.waitFor(
      one => one.type === 'positions' && (one.positions as { lat: number }[]).some(({ lat }) => lat === 42.28),
    );
    const [position] = frame.positions as Record<string, unknown>[];
    expect(Object.keys(position!).sort()).toEqual(
      ['driver', 'heading', 'lat', 'lon', 'open_alerts', 'speed_kmh', 'status', 'ts', 'vehicle'].sort(),
    );
    expect(position).toMatchObject({ vehicle: 'v-1', status: 'driving', open_alerts: 2 });
  });

  test('without a credential the upgrade is refused with 401', async () => {
    await expect(connectWebsocket(server.http)).rejects.toThrow(/401/);
  });
});

describe('REST', () => {
  test('lists, times and errors are as promised', async () => {
    const { data: page } = await api.GET('/alerts', { params: { query: { limit: 1 } } });
    expect(page).toEqual({ items: [expect.anything()], next: expect.any(String) });
    const { data: rest } = await api.GET('/alerts', { params: { query: { limit: 1, cursor: page!.next! } } });
    expect(rest!.items[0]!.id).not.toBe(page!.items[0]!.id);
    // ISO 8601 and epoch milliseconds say the same.
    const at = Date.parse(page!.items[0]!.occurred_at);
    for (const from of [String(at), new Date(at).toISOString()]) {
      const { data } = await api.GET('/alerts', { params: { query: { from } } });
      expect(data!.items.map(({ id }) => id)).toContain(page!.items[0]!.id);
    }
    const wrong = await api.GET('/alerts', { params: { query: { from: 'yesterday' } } });
    expect(wrong.response.status).toBe(400);
    expect(wrong.response.headers.get('content-type')).toContain('application/problem+json');
    expect(wrong.error).toMatchObject({
      status: 400,
      code: 'invalid',
      field: 'query.from',
      title: 'Bad Request',
      detail: expect.any(String),
    });
    expect((await api.GET('/vehicles/{id}', { params: { path: { id: 'none' } } })).response.status).toBe(404);
    expect((await clientOf().GET('/vehicles')).response.status).toBe(401);
  });

  test('delete answers 204, and 404 the second time', async () => {
    await api.POST('/vehicles', { body: { id: 'v-gone' } });
    const path = { params: { path: { id: 'v-gone' } } };
    expect((await api.DELETE('/vehicles/{id}', path)).response.status).toBe(204);
    expect((await api.DELETE('/vehicles/{id}', path)).response.status).toBe(404);
  });

  test('a token of one group sees its own, 404 for others, 403 for what it may not', async () => {
    const { data: made } = await api.POST('/tokens', { body: { name: 'south', role: 'viewer', groups: ['south'] } });
    secrets.push(made!.token);
    const south = clientOf(made!.token);
    expect((await south.GET('/vehicles')).data).toEqual({ items: [], next: null });
    expect((await south.GET('/vehicles/{id}', { params: { path: { id: 'v-1' } } })).response.status).toBe(404);
    expect((await south.POST('/vehicles', { body: { id: 'x' } })).response.status).toBe(403);
    await waitFor('when it was last used', async () => {
      const { data } = await api.GET('/tokens');
      return data!.items.find(({ id }) => id === made!.id)?.last_used_at != null;
    });
    const path = { params: { path: { id: made!.id } } };
    expect((await api.DELETE('/tokens/{id}', path)).response.status).toBe(204);
    expect((await south.GET('/vehicles')).response.status).toBe(401);
  });

  test('a session by cookie changes something only for our own page; the cookie is out of reach of scripts', async () => {
    await api.POST('/users', { body: { user: 'mo', password: 'correct horse battery', role: 'fleet_manager' } });
    const login = await clientOf().POST('/session', { body: { user: 'mo', password: 'correct horse battery' } });
    const set = login.response.headers.get('set-cookie')!;
    expect(set).toMatch(/HttpOnly/i);
    expect(set).toMatch(/SameSite=Strict/i);
    const cookie = set.split(';')[0]!;
    secrets.push(cookie.split('=')[1]!);
    const page = createClient<paths>({ baseUrl: `${server.http}/api/v1`, headers: { cookie } });
    expect((await page.GET('/session')).data).toMatchObject({ name: 'mo', role: 'fleet_manager' });
    expect((await page.POST('/vehicles', { body: { id: 'v-forged' } })).response.status).toBe(403);
    const ours = { headers: { 'x-requested-with': 'telltale' } };
    expect((await page.POST('/vehicles', { body: { id: 'v-ours' }, ...ours })).response.status).toBe(201);
    expect((await page.DELETE('/session', ours)).response.status).toBe(204);
    expect((await page.GET('/session')).response.status).toBe(401);
  });

  test('headers that a browser heeds', async () => {
    const { headers } = await fetch(server.http);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    expect((await fetch(`${server.http}/api/v1/vehicles`)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('the description and its page are there for everybody, and load nothing from elsewhere', async () => {
    const openApi = await (await fetch(`${server.http}/api/v1/openapi.json`)).json();
    expect(openApi).toMatchObject({ openapi: '3.1.0', paths: { '/vehicles': { get: {} } } });
    const page = await (await fetch(`${server.http}/api/v1/docs`)).text();
    expect(page).toContain('/webhooks');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});

// Last: everything above has left its traces by now.
test('no secret is in the log, at its most talkative, nor in any answer of the system', async () => {
  const { data: hook } = await api.POST('/webhooks', { body: { url: 'https://receiver.invalid/key-in-the-path' } });
  secrets.push(hook!.secret);
  await api.POST('/webhooks/{id}/test', { params: { path: { id: hook!.id } } });
  await api.POST('/notification-policies', { body: { id: 'p', name: 'p', to: [{ email: 'a@b.example' }] } });
  await api.POST('/notification-policies/{id}/test', { params: { path: { id: 'p' } } });
  const { data: rotated } = await api.POST('/devices/{id}/rotate', { params: { path: { id: 'd-1' } } });
  secrets.push(rotated!.secret);
  await fetch(`${server.http}/api/v1/vehicles`, { headers: { authorization: 'Bearer guessed-secret-123' } });
  await fetch(`${server.http}/in/torque/guessed-secret-456?x=1`);
  secrets.push('guessed-secret-123', 'guessed-secret-456');
  const told = await Promise.all([
    api.GET('/system'),
    api.GET('/audit', { params: { query: { limit: 1_000 } } }),
    api.GET('/devices'),
    api.GET('/tokens'),
    api.GET('/users'),
    api.GET('/webhooks'),
    api.GET('/notifications'),
  ]);
  const metrics = await (await fetch(`${server.http}/metrics`)).text();
  const everything = [
    ...server.process.stdout,
    ...server.process.stderr,
    metrics,
    ...told.map(({ data }) => JSON.stringify(data)),
  ].join('\n');
  expect(everything.length).toBeGreaterThan(5_000);
  for (const secret of secrets) expect([secret, everything.includes(secret)]).toEqual([secret, false]);
});
