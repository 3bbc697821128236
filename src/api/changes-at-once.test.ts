// Proves: of those who change the same at the same time each is told what holds: one makes it and the others hear that it is there; what one
// set the other does not undo; what was deleted stays so; a secret that was told opens; and guesses that come together count one by one.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { secretHash } from './auth/secret-hash.js';
import { createFakeRegistry } from './testing/fake-registry.js';
import { type Answered, startTestApi, type TestApi } from './testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  // A fact is known when it is on disk, and others are heard meanwhile.
  const registry = createFakeRegistry();
  const onDisk = () => new Promise(resolve => setTimeout(resolve, 5));
  const slow: typeof registry = {
    ...registry,
    change: fact => onDisk().then(() => registry.change(fact)),
    changeAll: facts => onDisk().then(() => registry.changeAll(facts)),
  };
  api = await startTestApi({}, { registry: slow });
  const { database, webhooks, notifications } = api;
  for (const [of, name] of [
    [database, 'putDriver'],
    [database, 'driver'],
    [webhooks, 'put'],
    [notifications, 'put'],
  ] as unknown as [Record<string, (...given: unknown[]) => unknown>, string][]) {
    const real = of[name]!;
    of[name] = (...given) => onDisk().then(() => real(...given));
  }
});
afterEach(() => api.close());

type Asked = readonly [method: string, path: string, body?: unknown];
const together = (...asked: Asked[]): Promise<Answered[]> =>
  Promise.all(asked.map(([method, path, body]) => api.ask(method, `/v1${path}`, { body })));
const get = async (path: string) => api.ask('GET', `/v1${path}`);
const circle = { type: 'Point', coordinates: [8, 47] };

test.each([
  ['/vehicles', { id: 'same' }],
  ['/devices', { id: 'same' }],
  ['/drivers', { id: 'same' }],
  ['/geofences', { id: 'same', type: 'Feature', geometry: circle, properties: { name: 'x', radius_m: 50 } }],
  ['/rules', { id: 'same', kind: 'harsh_braking' }],
  ['/webhooks', { id: 'same', url: 'https://x.example/' }],
  ['/notification-policies', { id: 'same', name: 'x', to: [{ mqtt: 'north' }] }],
])('one of those who post the same to %s makes it', async (path, body) => {
  const answers = await together(...Array.from({ length: 4 }, (): Asked => ['POST', path, body]));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
});

test('one foreign id leads to one device, in whatever order it is asked for', async () => {
  await api.ask('POST', '/v1/devices', { body: { id: 'd-0' } });
  const answers = await together(
    ['POST', '/devices', { id: 'd-1', foreign_id: '350000000000017' }],
    ['PATCH', '/devices/d-0', { foreign_id: '350000000000017' }],
    ['POST', '/devices', { id: 'd-2', foreign_id: '350000000000017' }],
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
});

test('what each of several sets is set in the end', async () => {
  await api.ask('POST', '/v1/vehicles', { body: { id: 'v' } });
  await together(
    ['PATCH', '/vehicles/v', { name: 'Van' }],
    ['PATCH', '/vehicles/v', { group: 'north' }],
    ['PATCH', '/vehicles/v', { speed_limit_kmh: 80 }],
  );
  expect((await get('/vehicles/v')).body).toMatchObject({ name: 'Van', group: 'north', speed_limit_kmh: 80 });
  const import_ = api.ask('POST', '/v1/import/vehicles', { body: 'id,class\nv,bus\n', headers: { 'content-type': 'text/csv' } });
  await Promise.all([import_, ...(await together(['PATCH', '/vehicles/v', { odometer_km: 7 }]))]);
  expect((await get('/vehicles/v')).body).toMatchObject({ name: 'Van', class: 'bus', odometer_km: 7 });
});

test('a secret that was told opens, whatever else was changed meanwhile', async () => {
  await api.ask('POST', '/v1/devices', { body: { id: 'd' } });
  const [rotated] = await together(['POST', '/devices/d/rotate'], ['PATCH', '/devices/d', { foreign_id: 'x1' }]);
  expect(api.deps.registry.device('d')).toMatchObject({ secret_hash: secretHash(rotated!.body.secret), foreign_id: 'x1' });
});

test('what was deleted stays so, and who came later hears that it is gone', async () => {
  await api.ask('POST', '/v1/vehicles', { body: { id: 'v' } });
  await api.ask('POST', '/v1/rules', { body: { id: 'r', kind: 'harsh_braking' } });
  const answers = await together(
    ['DELETE', '/vehicles/v'],
    ['PATCH', '/vehicles/v', { name: 'Van' }],
    ['DELETE', '/rules/r'],
    ['PUT', '/rules/r', { kind: 'harsh_braking' }],
    ['DELETE', '/rules/r'],
  );
  const gone = (from: number, to: number) => answers.slice(from, to).filter(({ status }) => status === 204);
  expect([gone(0, 1), gone(2, 5)].map(({ length }) => length)).toEqual([1, 1]);
  expect([(await get('/vehicles/v')).status, (await get('/rules/r')).status]).toEqual([404, 404]);
});

test('a device speaks for a vehicle that is there', async () => {
  await api.ask('POST', '/v1/vehicles', { body: { id: 'v', name: 'Van' } });
  const [gone, made] = await together(['DELETE', '/vehicles/v'], ['POST', '/devices', { id: 'd', vehicle: 'v' }]);
  expect([gone!.status === 204 || gone!.status === 409, made!.status]).toEqual([true, 201]);
  expect((await get('/vehicles/v')).status).toBe(200);
});

test('the settings of the fleet and what fuel costs stand in one place, and neither takes the other away', async () => {
  const { time_zone: _, ...settings } = (await get('/settings')).body;
  const fuel = { currency: 'EUR', per_unit: { diesel: 1.6 } };
  await api.ask('PUT', '/v1/settings/fuel', { body: fuel });
  expect((await api.ask('PUT', '/v1/settings', { body: { ...settings, lateness_s: 3_600 } })).status).toBe(200);
  expect((await get('/settings/fuel')).body).toEqual(fuel);
  const dearer = { currency: 'EUR', per_unit: { diesel: 1.9 } };
  await together(['PUT', '/settings', { ...settings, lateness_s: 7_200 }], ['PUT', '/settings/fuel', dearer]);
  expect([(await get('/settings')).body.lateness_s, (await get('/settings/fuel')).body]).toEqual([7_200, dearer]);
});

test('guesses that come together are no cheaper than one after the other', async () => {
  await api.ask('POST', '/v1/users', { body: { user: 'mo', password: 'correct horse', role: 'viewer' } });
  const guess = (n: number) => api.ask('POST', '/v1/session', { token: null, body: { user: 'mo', password: `wrong ${n}` } });
  const statuses = (await Promise.all(Array.from({ length: 20 }, (_, n) => guess(n)))).map(({ status }) => status);
  expect(statuses.filter(status => status === 401)).toHaveLength(5);
  expect(statuses.filter(status => status === 429)).toHaveLength(15);
});

test('who is shut out while they change their password stays out', async () => {
  const { id } = (await api.ask('POST', '/v1/users', { body: { user: 'mo', password: 'correct horse', role: 'viewer' } })).body;
  const login = await api.ask('POST', '/v1/session', { token: null, body: { user: 'mo', password: 'correct horse' } });
  const headers = { cookie: login.headers.get('set-cookie')!.split(';')[0]!, 'x-requested-with': 'telltale' };
  const [, changed] = await Promise.all([
    api.ask('PATCH', `/v1/users/${id}`, { body: { disabled: true } }),
    api.ask('PUT', '/v1/session/password', {
      ...{ token: null, headers },
      body: { password: 'correct horse', new_password: 'battery staple' },
    }),
  ]);
  expect(changed.status).toBe(401);
  expect((await get(`/users/${id}`)).body.disabled).toBe(true);
});
