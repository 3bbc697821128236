// Proves: what is registered can be read back, bad input is refused by field, lists page through, and groups limit what is seen and changed.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { secretHash } from './auth/secret-hash.js';
import { startTestApi, type TestApi } from './testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

describe('vehicles', () => {
  test('are registered, changed, listed in pages and deleted', async () => {
    for (const id of ['v-3', 'v-1', 'v-2']) expect((await api.ask('POST', '/v1/vehicles', { body: { id } })).status).toBe(201);
    const first = (await api.ask('GET', '/v1/vehicles?limit=2')).body;
    expect(first.items.map((one: { id: string }) => one.id)).toEqual(['v-1', 'v-2']);
    const second = (await api.ask('GET', `/v1/vehicles?limit=2&cursor=${first.next}`)).body;
    expect([second.items[0].id, second.next]).toEqual(['v-3', null]);

    const changed = await api.ask('PATCH', '/v1/vehicles/v-1', {
      body: { class: 'truck', group: 'north', vin: '1ftfw1ef1efa12345' },
    });
    expect(changed.body).toMatchObject({ id: 'v-1', name: 'v-1', class: 'truck', group: 'north', vin: '1FTFW1EF1EFA12345' });
    expect((await api.ask('GET', '/v1/vehicles?group=north')).body.items).toHaveLength(1);

    expect((await api.ask('DELETE', '/v1/vehicles/v-1')).status).toBe(204);
    expect((await api.ask('GET', '/v1/vehicles/v-1')).status).toBe(404);
  });

  test.each([
    ['class', { id: 'v', class: 'boat' }],
    ['id', { id: 'no spaces' }],
    ['odometer_km', { id: 'v', odometer_km: -1 }],
  ])('a wrong %s is named', async (field, body) => {
    const answer = await api.ask('POST', '/v1/vehicles', { body });
    expect(answer).toMatchObject({ status: 400, body: { status: 400, field } });
  });

  test('what is no JSON, too large, out of range or taken is told', async () => {
    expect((await api.ask('POST', '/v1/vehicles', { body: '{"id":' })).body.code).toBe('not_json');
    expect((await api.ask('POST', '/v1/vehicles', { body: { id: 'v', name: 'x'.repeat(1_100_000) } })).status).toBe(413);
    expect((await api.ask('GET', '/v1/vehicles?limit=0')).body.field).toBe('query.limit');
    expect((await api.ask('GET', '/v1/vehicles?limit=1001')).body.field).toBe('query.limit');
    expect((await api.ask('GET', '/v1/vehicles?cursor=%00')).body.field).toBe('query.cursor');
    await api.ask('POST', '/v1/vehicles', { body: { id: 'v' } });
    expect(await api.ask('POST', '/v1/vehicles', { body: { id: 'v' } })).toMatchObject({ status: 409, body: { field: 'id' } });
  });

  test('a text with a NUL in it is refused, wherever it stands and however it is sent: the database would keep what is before it', async () => {
    for (const body of [
      { id: 'v', name: 'a\0b' },
      { id: 'v', service_plan: [{ name: '\0' }] },
      { id: 'v', 'x\0': 1 },
    ])
      expect(await api.ask('POST', '/v1/vehicles', { body })).toMatchObject({ status: 400, body: { field: 'body' } });
    const headers = { 'content-type': 'text/csv' };
    expect((await api.ask('POST', '/v1/import/drivers', { body: 'id,name\nd,a\0b\n', headers })).status).toBe(400);
    const deep = `{"id":"v","x":${'['.repeat(20_000)}"\\u0000"${']'.repeat(20_000)}}`;
    expect((await api.ask('POST', '/v1/vehicles', { body: deep })).status).toBe(400);
    expect((await api.ask('GET', '/v1/vehicles/v')).status).toBe(404);
    expect((await api.ask('POST', '/v1/vehicles', { body: { id: 'v', name: 'a\\u0000b' } })).status).toBe(201);
  });

  test('show their state, with ages and units; one that was never heard is offline', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 'v' } });
    expect((await api.ask('GET', '/v1/vehicles/v/state')).body).toMatchObject({ status: 'offline', ts: null, signals: {} });
    const { aState } = await import('./testing/fake-streams.js');
    const now = api.deps.clock.now();
    api.live.put(aState('v', { at: now, signals: { engine_rpm: { value: 1726, at: now - 2_000 } } }));
    const { body } = await api.ask('GET', '/v1/vehicles/v/state');
    expect(body).toMatchObject({ vehicle: 'v', ts: new Date(now).toISOString(), speed_kmh: 48.3, status: 'driving' });
    expect(body.signals.engine_rpm).toMatchObject({ value: 1726, unit: 'rpm', ts: new Date(now - 2_000).toISOString() });
  });
});

describe('devices', () => {
  test('get a secret once, kept as its hash; the vehicle is registered with them', async () => {
    const { status, body } = await api.ask('POST', '/v1/devices', { body: { id: 'd-1' } });
    expect([status, body.id, body.vehicle]).toEqual([201, 'd-1', 'd-1']);
    expect(api.registry.device('d-1')).toMatchObject({ format: 'telltale-v1', secret_hash: secretHash(body.secret) });
    expect(api.registry.vehicle('d-1')).toBeDefined();
    expect(JSON.stringify((await api.ask('GET', '/v1/devices')).body)).not.toContain(body.secret);
    expect(JSON.stringify(api.database.rows.audit)).not.toContain(body.secret);
  });

  test('a rotated secret leaves the old one valid for 24 h', async () => {
    const before = (await api.ask('POST', '/v1/devices', { body: { id: 'd-1' } })).body.secret;
    const after = (await api.ask('POST', '/v1/devices/d-1/rotate')).body.secret;
    const device = api.registry.device('d-1')!;
    expect([device.secret_hash, device.old_secret_hash]).toEqual([secretHash(after), secretHash(before)]);
    expect(device.old_valid_until! - Date.now()).toBeGreaterThan(86_390_000);
  });

  test.each([
    [400, 'id', { id: 'fleet' }],
    [400, 'format', { id: 'd', format: 'morse' }],
    [409, 'foreign_id', { id: 'd', format: 'teltonika', foreign_id: '356307042441013' }],
  ])('%i names %s', async (status, field, body) => {
    await api.ask('POST', '/v1/devices', { body: { id: 'other', format: 'teltonika', foreign_id: '356307042441013' } });
    expect(await api.ask('POST', '/v1/devices', { body })).toMatchObject({ status, body: { field } });
  });

  test('are changed in what is given, and in nothing else', async () => {
    await api.ask('POST', '/v1/devices', { body: { id: 'd-1', format: 'teltonika', foreign_id: 'aabb' } });
    const secret = api.registry.device('d-1')!.secret_hash;
    const body = { vehicle: 'v-2', speaks_for: ['d-2'], signal_names: { RPM_CAN: 'engine_rpm' } };
    const changed = await api.ask('PATCH', '/v1/devices/d-1', { body });
    expect(changed).toMatchObject({ status: 200, body: { ...body, format: 'teltonika', foreign_id: 'aabb' } });
    expect(api.registry.device('d-1')).toMatchObject({ ...body, secret_hash: secret });
    expect(api.registry.vehicle('v-2')).toBeDefined();
    const cleared = await api.ask('PATCH', '/v1/devices/d-1', { body: { signal_names: null } });
    expect(cleared.body).toMatchObject({ signal_names: null, speaks_for: ['d-2'] });
  });

  test.each([
    ['signal_names', { signal_names: { RPM_CAN: 'warp_factor' } }],
    ['speaks_for[0]', { speaks_for: ['not an id'] }],
    ['format', { format: 'morse' }],
  ])('a change names %s where it is wrong', async (field, body) => {
    await api.ask('POST', '/v1/devices', { body: { id: 'd-1' } });
    expect(await api.ask('PATCH', '/v1/devices/d-1', { body })).toMatchObject({ status: 400, body: { field } });
  });

  test('a vehicle that a device speaks for is not deleted under it', async () => {
    await api.ask('POST', '/v1/devices', { body: { id: 'd-1', vehicle: 'v-1' } });
    expect((await api.ask('DELETE', '/v1/vehicles/v-1')).status).toBe(409);
    expect((await api.ask('DELETE', '/v1/devices/d-1')).status).toBe(204);
    expect((await api.ask('DELETE', '/v1/vehicles/v-1')).status).toBe(204);
  });
});

describe('drivers', () => {
  test('are assigned to vehicles by time; their names stay out of journal and audit', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 'v-1' } });
    expect((await api.ask('POST', '/v1/drivers', { body: { id: 'p-1', name: 'Somebody' } })).status).toBe(201);
    const body = { vehicle: 'v-1', from: 1_763_769_600_000, to: '2025-11-22T08:00:00+02:00' };
    const made = await api.ask('POST', '/v1/drivers/p-1/assignments', { body });
    expect(made).toMatchObject({ status: 201, body: { from: '2025-11-22T00:00:00.000Z', to: '2025-11-22T06:00:00.000Z' } });
    expect((await api.ask('GET', '/v1/drivers/p-1/assignments')).body.items).toHaveLength(1);
    expect(JSON.stringify(api.registry.facts) + JSON.stringify(api.database.rows.audit)).not.toContain('Somebody');

    const backwards = await api.ask('POST', '/v1/drivers/p-1/assignments', { body: { ...body, to: body.from - 1 } });
    expect(backwards).toMatchObject({ status: 400, body: { field: 'to' } });
    const never = await api.ask('POST', '/v1/drivers/p-1/assignments', { body: { vehicle: 'v-1', from: 'yesterday' } });
    expect(never).toMatchObject({ status: 400, body: { field: 'from' } });
    expect((await api.ask('DELETE', `/v1/drivers/p-1/assignments/${made.body.id}`)).status).toBe(204);
    expect((await api.ask('DELETE', '/v1/drivers/p-1')).status).toBe(204);
    expect((await api.ask('GET', '/v1/drivers/p-1')).status).toBe(404);
  });
});

describe('rules', () => {
  test('a form learns of each kind what can be set on it, with its default', async () => {
    const { status, body } = await api.ask('GET', '/v1/rules/kinds');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      {
        kind: 'harsh_braking',
        severity: 'warning',
        params: [{ name: 'threshold', type: 'number', unit: 'm/s2', default: -3.5, per_class: false }],
      },
      { kind: 'device_offline', params: [] },
    ]);
  });

  test('take the params of their kind, with its defaults', async () => {
    const { status, body } = await api.ask('POST', '/v1/rules', {
      body: { kind: 'harsh_braking', applies_to: { classes: ['van'] } },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ params: { threshold: -3.5 }, cooldown_s: 60, enabled: true, severity: null });
    const put = await api.ask('PUT', `/v1/rules/${body.id}`, { body: { ...body, params: { threshold: -2 } } });
    expect(put.body.params).toEqual({ threshold: -2 });
    expect(api.registry.rule(body.id)?.params).toEqual({ threshold: -2 });
  });

  test.each([
    [400, 'kind', { kind: 'telepathy' }],
    [422, 'params.threshold', { kind: 'harsh_braking', params: { threshold: 3 } }],
    [422, 'params.treshold', { kind: 'harsh_braking', params: { treshold: -3 } }],
    [400, 'cooldown', { kind: 'harsh_braking', cooldown: 5 }],
    [
      400,
      'schedule.zone',
      { kind: 'harsh_braking', schedule: { zone: 'Mars/Base', windows: [{ days: [1], from: '08:00', to: '17:00' }] } },
    ],
  ])('%i names %s', async (status, field, body) => {
    expect(await api.ask('POST', '/v1/rules', { body })).toMatchObject({ status, body: { field } });
    expect(api.registry.rules()).toEqual([]);
  });
});

describe('who is limited to groups', () => {
  beforeEach(async () => {
    for (const [id, group] of [
      ['n-1', 'north'],
      ['s-1', 'south'],
    ]) {
      await api.ask('POST', '/v1/vehicles', { body: { id, group } });
      await api.ask('POST', '/v1/devices', { body: { id: `d-${id}`, vehicle: id } });
    }
  });

  test('sees and changes vehicles, devices, fences and rules of these groups only', async () => {
    const token = await api.tokenOf('fleet_manager', ['north']);
    const status = async (method: string, path: string, body?: unknown) => (await api.ask(method, path, { token, body })).status;
    const ids = async (path: string) => (await api.ask('GET', path, { token })).body.items.map((one: { id: string }) => one.id);
    expect(await ids('/v1/vehicles')).toEqual(['n-1']);
    expect(await ids('/v1/devices')).toEqual(['d-n-1']);
    expect(await status('GET', '/v1/vehicles/s-1')).toBe(404);
    expect(await status('GET', '/v1/vehicles/s-1/state')).toBe(404);
    expect(await status('PATCH', '/v1/vehicles/n-1', { group: 'south' })).toBe(403);
    expect(await status('POST', '/v1/devices', { id: 'd-9', vehicle: 's-1' })).toBe(403);
    expect(await status('DELETE', '/v1/devices/d-s-1')).toBe(404);
    expect(await status('POST', '/v1/rules', { kind: 'harsh_braking' })).toBe(403);
    expect(await status('POST', '/v1/rules', { kind: 'harsh_braking', applies_to: { groups: ['north'] } })).toBe(201);
  });

  test('cannot give more than they have', async () => {
    const token = await api.tokenOf('admin', ['north']);
    const ask = (body: object) => api.ask('POST', '/v1/tokens', { token, body: { name: 'more', role: 'viewer', ...body } });
    expect((await ask({ groups: [] })).status).toBe(403);
    expect((await ask({ groups: ['north', 'south'] })).status).toBe(403);
    expect((await ask({ groups: ['north'] })).status).toBe(201);
    expect((await api.ask('GET', '/v1/audit', { token })).status).toBe(403);
  });
});

test('every change is in the audit trail, with who made it', async () => {
  const token = await api.tokenOf('fleet_manager');
  await api.ask('POST', '/v1/vehicles', { token, body: { id: 'v-9' } });
  await api.ask('DELETE', '/v1/vehicles/v-9', { token });
  const { items } = (await api.ask('GET', '/v1/audit')).body;
  expect(items.slice(0, 2)).toMatchObject([
    { action: 'DELETE /vehicles/{id}', subject: 'v-9', by: 'token fleet_manager' },
    { action: 'POST /vehicles', subject: 'v-9', by: 'token fleet_manager' },
  ]);
});
