// Proves, on every route that there is: who sees one group learns nothing of another, not by id, filter, list, count or error; every field
// that a body needs is asked for by name; every parameter of a query is checked; nobody's body is read.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TripOutcome } from '../model/trip.js';
import { ROLES, type Role } from '../ports/database.js';
import { exampleOf } from './http/example-of.js';
import type { AnyRoute } from './http/route.js';
import { mayDo } from './roles.js';
import { anAlert, aState } from './testing/fake-streams.js';
import { type Answered, startTestApi, type TestApi } from './testing/start-test-api.js';

type Json = Record<string, unknown>;
interface Operation {
  parameters: { name: string; in: string; schema: Json }[];
  requestBody?: { content: Record<string, { schema: Json }> };
}

const GROUPS = ['north', 'south'] as const;
const START = Date.parse('2026-11-20T08:00:00Z');
let api: TestApi;
let components: Json;
const tokens = new Map<Role, string>();

/** One of everything, in each group; its name is in every id and text. */
const seed = async (group: (typeof GROUPS)[number]): Promise<void> => {
  const { registry, database, alerts, live, quarantine, webhooks, notifications } = api;
  const put = (path: string, body: object) =>
    api
      .ask('POST', `/v1${path}`, { body })
      .then(answer => expect([path, answer.status, answer.body]).toEqual([path, 201, answer.body]));
  await put('/vehicles', { id: `vehicles-${group}`, name: `Van ${group}`, group });
  await put('/devices', { id: `devices-${group}`, vehicle: `vehicles-${group}` });
  await put('/drivers', { id: `drivers-${group}`, name: `Name ${group}`, group });
  await put(`/drivers/drivers-${group}/assignments`, { vehicle: `vehicles-${group}`, from: START });
  const circle = { type: 'Point', coordinates: [0, 0] };
  await put('/geofences', {
    ...{ type: 'Feature', id: `geofences-${group}`, geometry: circle },
    properties: { name: `Fence ${group}`, radius_m: 10, groups: [group] },
  });
  await put('/rules', { id: `rules-${group}`, kind: 'harsh_braking', applies_to: { groups: [group] } });
  await put('/rules', {
    id: `rules-of-vehicle-${group}`,
    kind: 'harsh_braking',
    applies_to: { vehicles: [`vehicles-${group}`] },
  });
  await put('/webhooks', { id: `webhooks-${group}`, url: `https://${group}.example/`, groups: [group] });
  await put('/notification-policies', {
    ...{ id: `notification-policies-${group}`, name: group, groups: [group], to: [{ webhook: `webhooks-${group}` }] },
  });
  await put('/tokens', { name: `token of ${group}`, role: 'viewer', groups: [group] });
  await put('/users', { user: `user of ${group}`, password: 'correct horse', role: 'viewer', groups: [group] });
  const more = { driver: `drivers-${group}`, trip: `trips-${group}`, message: `Message ${group}` };
  const alert = anAlert(`alerts-${group}`, `vehicles-${group}`, more);
  alerts.put(alert);
  database.rows.alerts.set(alert.id, alert);
  live.put(aState(`vehicles-${group}`));
  const trip: TripOutcome = {
    ...{
      id: `trips-${group}`,
      vehicle: `vehicles-${group}`,
      driver: `drivers-${group}`,
      startedAt: START,
      endedAt: START + 600_000,
    },
    ...{
      status: 'closed',
      start: null,
      end: null,
      distance: 5,
      distanceSource: 'gps',
      idle: 0,
      moving: 600,
      maxSpeed: 60,
      fuel: null,
    },
    ...{ counts: {}, from: 1, to: 9 },
  };
  database.rows.trips.set(trip.id, trip);
  database.rows.days.push({
    ...{ driver: `drivers-${group}`, vehicle: `vehicles-${group}`, day: new Date().toISOString().slice(0, 10), distance: 400 },
    ...{ driving: 30_000, idle: 100, trips: 1, maxSpeed: 80, fuel: null, counts: {}, night: 0 },
  });
  await quarantine.add({
    ...{ id: `quarantine-${group}`, device: `devices-${group}`, vehicle: `vehicles-${group}`, topic: group, received_at: START },
    ...{ reason: 'unreadable', detail: group, bytes: new Uint8Array(), truncated: false, hash: '', offset: null },
  });
  webhooks.letters.push({
    ...{ id: `letter-${group}`, entry: { cursor: 1, change: 'raised', alert }, attempts: 1, failed_at: START, status: null },
    ...{ reason: 'status', detail: group },
  });
  notifications.records.push({
    ...{ id: `record-${group}`, policy: `notification-policies-${group}`, kind: 'alerts', to: { mqtt: group }, made_at: START },
    ...{
      subject: group,
      text: group,
      alerts: [alert.id],
      count: 1,
      status: 'sent',
      attempts: 1,
      settled_at: START,
      detail: null,
    },
  });
  expect(registry.vehicle(`vehicles-${group}`)?.group).toBe(group);
};

beforeAll(async () => {
  api = await startTestApi({ checkAnswers: false });
  components = (api.api.openApi.components as { schemas: Json }).schemas;
  for (const group of GROUPS) await seed(group);
  for (const role of ROLES) tokens.set(role, await api.tokenOf(role, ['north']));
}, 60_000);
afterAll(() => api.close());

const operationOf = ({ path, method }: AnyRoute): Operation =>
  (api.api.openApi.paths as Record<string, Record<string, Operation>>)[path]![method]!;

/** `/drivers/{id}/notes/{note}` with ids of one group: `drivers-south`, `note-south`. */
const filled = ({ path }: AnyRoute, whose: string): string =>
  `/v1${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `${name === 'id' ? path.split('/')[1] : name}-${whose}`)}`;

const ask = (route: AnyRoute, path: string, token: string | null): Promise<Answered> => {
  const schema = Object.values(operationOf(route).requestBody?.content ?? {})[0]?.schema;
  const body = schema === undefined ? undefined : exampleOf(schema, components);
  return api.ask(route.method.toUpperCase(), path, { token, body });
};

/** An answer without what was asked about in it, and without the second in which it was made. */
const anonymous = ({ status, body }: Answered, whose: string): [number, string] => [
  status,
  (JSON.stringify(body) ?? '').replaceAll(whose, 'SOMEBODY').replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"THEN"'),
];

/** Facts and rows that were there before; whoever may not see a thing must not change it either. */
const state = () => JSON.stringify([api.registry.facts.length, api.webhooks.list(), api.notifications.policies()]);

describe.each(ROLES)('a %s of the group north', role => {
  const allowed = () => api.api.routes.filter(({ action }) => action !== null && mayDo(role, action));

  test('is answered about what is of the south as about what is not there at all, by every route', async () => {
    const before = state();
    const wrong: unknown[] = [];
    for (const route of allowed().filter(({ path }) => path.includes('{'))) {
      const [foreign, none] = [
        anonymous(await ask(route, filled(route, 'south'), tokens.get(role)!), 'south'),
        anonymous(await ask(route, filled(route, 'nobody'), tokens.get(role)!), 'nobody'),
      ];
      if (foreign.join() !== none.join() || ![403, 404, 400].includes(foreign[0]))
        wrong.push([route.method, route.path, foreign, none]);
    }
    expect(wrong).toEqual([]);
    expect(state()).toBe(before);
  }, 60_000);

  test('finds nothing of the south in any list, nor by any filter', async () => {
    const wrong: unknown[] = [];
    for (const route of allowed().filter(({ method, path }) => method === 'get' && !path.includes('{'))) {
      const list = await ask(route, filled(route, ''), tokens.get(role)!);
      const own = JSON.stringify(list.body).replaceAll('/v1', '');
      if (own.includes('south')) wrong.push([route.path, own.slice(0, 500)]);
      for (const { name, in: where } of operationOf(route).parameters) {
        if (where !== 'query' || !['vehicle', 'driver', 'group', 'trip', 'policy', 'geofence', 'rule'].includes(name)) continue;
        const kind = name === 'policy' ? 'notification-policies-' : name === 'group' ? '' : `${name}s-`;
        const [foreign, none] = [
          anonymous(await ask(route, `${filled(route, '')}?${name}=${kind}south`, tokens.get(role)!), `${kind}south`),
          anonymous(await ask(route, `${filled(route, '')}?${name}=${kind}nobody`, tokens.get(role)!), `${kind}nobody`),
        ];
        if (foreign.join() !== none.join()) wrong.push([route.path, name, foreign, none]);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  // Without it the two above could pass by refusing everything.
  test('sees what is of the north', async () => {
    for (const [path, id] of [
      ['/vehicles/{id}', 'vehicles-north'],
      ['/vehicles/{id}/state', 'vehicles-north'],
      ['/devices/{id}', 'devices-north'],
      ['/drivers/{id}', 'drivers-north'],
      ['/trips/{id}', 'trips-north'],
      ['/alerts/{id}', 'alerts-north'],
      ['/geofences/{id}', 'geofences-north'],
      ['/rules/{id}', 'rules-north'],
      ['/rules/{id}', 'rules-of-vehicle-north'],
      ['/webhooks/{id}', 'webhooks-north'],
      ['/notification-policies/{id}', 'notification-policies-north'],
    ] as const) {
      const { action } = api.api.routes.find(route => route.method === 'get' && route.path === path)!;
      // A driver's token that belongs to no driver owns nothing.
      const may = mayDo(role, action!) && role !== 'driver';
      const { status } = await api.ask('GET', `/v1${path.replace('{id}', id)}`, { token: tokens.get(role)! });
      expect([id, may ? status : [403, 404].includes(status)]).toEqual([id, may ? 200 : true]);
    }
  });
});

describe('what is asked', () => {
  test('every field that a body needs is missed by name, all of them at once', async () => {
    const wrong: unknown[] = [];
    for (const route of api.api.routes) {
      const schema = operationOf(route).requestBody?.content['application/json']?.schema;
      if (schema === undefined || route.consumes !== undefined || route.action === null) continue;
      const required = (resolved(schema).required as string[] | undefined) ?? [];
      const { status, body } = await api.ask(route.method.toUpperCase(), filled(route, 'north'), { body: {} });
      const named = ((body?.errors ?? []) as { field: string }[]).map(({ field }) => field);
      const missed = required.filter(name => !named.some(field => field === name || field.startsWith(`${name}.`)));
      if (required.length > 0 && (status !== 400 || missed.length > 0)) wrong.push([route.method, route.path, status, missed]);
    }
    expect(wrong).toEqual([]);
  });

  test('a field of the wrong type is refused by name', async () => {
    const wrong: unknown[] = [];
    for (const route of api.api.routes) {
      const schema = operationOf(route).requestBody?.content['application/json']?.schema;
      if (schema === undefined || route.consumes !== undefined || route.action === null) continue;
      const base = exampleOf(schema, components) as Json;
      for (const name of Object.keys((resolved(schema).properties as Json | undefined) ?? {})) {
        const { status, body } = await api.ask(route.method.toUpperCase(), filled(route, 'north'), {
          body: { ...base, [name]: { certainly: ['not', 'this'] } },
        });
        const named = ((body?.errors ?? []) as { field: string }[]).some(({ field }) => field.startsWith(name));
        // What takes any object takes this one.
        const isOpen = 'additionalProperties' in ((resolved(schema).properties as Record<string, Json>)[name] ?? {});
        if (!isOpen && ((status !== 400 && status !== 422) || !named)) wrong.push([route.method, route.path, name, status]);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  test('numbers, times and words of a query are checked', async () => {
    const wrong: unknown[] = [];
    for (const route of api.api.routes.filter(({ method }) => method === 'get')) {
      for (const { name, in: where, schema } of operationOf(route).parameters) {
        const isText = schema.type === 'string' && !('enum' in schema) && !('pattern' in schema);
        if (where !== 'query' || isText || !('type' in schema || 'enum' in schema)) continue;
        const { status, body } = await api.ask('GET', `${filled(route, 'north')}?${name}=%00no%20such`);
        // Where others are missing as well, it is among those that are named.
        const named = [body.field, ...((body.errors ?? []) as { field: string }[]).map(({ field }) => field)];
        if (status !== 400 || !named.includes(`query.${name}`)) wrong.push([route.path, name, status, named]);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  test('a name that is none of ours pollutes nothing: __proto__ and constructor in bodies, queries and params of rules', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const evil = `{"${key}":{"polluted":true,"role":"admin"},"kind":"harsh_braking","params":{"${key}":{"polluted":true}}}`;
      for (const route of api.api.routes.filter(({ body }) => body !== undefined))
        await api.ask(route.method.toUpperCase(), filled(route, 'nobody'), { body: evil });
      await api.ask('GET', `/v1/vehicles?${key}=x&${key}[polluted]=true`);
      expect(({} as Json).polluted).toBeUndefined();
      expect(Object.prototype).not.toHaveProperty('polluted');
    }
    const rule = await api.ask('POST', '/v1/rules', { body: '{"kind":"harsh_braking","params":{"__proto__":{"threshold":-1}}}' });
    expect(rule.body?.params?.threshold ?? -3.5).toBe(-3.5);
  }, 30_000);

  test('SQL, paths and odd signs in ids and filters are words, no commands', async () => {
    const before = state();
    for (const odd of [
      "x' OR '1'='1",
      'x; DROP TABLE user',
      '../../etc/passwd',
      '..%2f..%2f',
      '%00',
      'x"y',
      '`x`',
      '{{x}}',
      'a'.repeat(200),
    ]) {
      const id = encodeURIComponent(odd);
      for (const route of api.api.routes.filter(({ method, path }) => method === 'get' && path.includes('{id}'))) {
        const { status } = await api.ask('GET', `/v1${route.path.replaceAll(/\{\w+\}/g, id)}`);
        expect([route.path, odd, status >= 400 && status < 500]).toEqual([route.path, odd, true]);
      }
      const { status } = await api.ask('GET', `/v1/alerts?vehicle=${id}&cursor=${id}`);
      expect(status).toBe(400);
    }
    expect(state()).toBe(before);
  }, 30_000);
});

describe('who is nobody', () => {
  test('is refused before a body is read: a broken, a huge and a compressed one get 401 like a good one', async () => {
    const huge = 'x'.repeat(3 * 1024 * 1024);
    for (const body of ['{broken', JSON.stringify({ huge })]) {
      expect((await api.ask('POST', '/v1/vehicles', { token: null, body })).status).toBe(401);
      expect((await api.ask('POST', '/v1/vehicles', { token: 'wrong', body })).status).toBe(401);
    }
    expect((await api.ask('POST', '/v1/session', { token: null, body: JSON.stringify({ token: huge }) })).status).toBe(413);
    expect((await api.ask('POST', '/v1/vehicles', { body: JSON.stringify({ name: huge }) })).status).toBe(413);
  });

  test('learns from nothing which paths there are', async () => {
    const one = anonymous(await api.ask('GET', '/v1/nothing', { token: null }), 'nothing');
    const other = anonymous(await api.ask('GET', '/v1/vehicles', { token: null }), 'vehicles');
    expect(one).toEqual(other);
  });

  test('a role that may not is refused before the body is read, too', async () => {
    const viewer = await api.tokenOf('viewer');
    expect((await api.ask('POST', '/v1/vehicles', { token: viewer, body: '{broken' })).status).toBe(403);
  });
});

const resolved = (schema: Json): Json =>
  typeof schema.$ref === 'string' ? (components[schema.$ref.split('/').at(-1)!] as Json) : schema;
