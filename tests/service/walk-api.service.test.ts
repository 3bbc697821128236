// Proves, with the client that is generated from the server's own description, against a real server: every operation that is described is
// there and answers with a status and a body as described, to the least of the roles that may; and refuses as described: nobody with 401, every
// other role with 403, what is not there and what is another group's with the same 404, what is malformed with 400 and 415, what is there already
// with 409, what is too large with 413. An operation that is new and not walked makes this fail.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import createClient from 'openapi-fetch';
import { exampleOf } from '../../src/api/http/example-of.js';
import { mayDo } from '../../src/api/roles.js';
import { describedRoutes } from '../../src/app/describe-api.js';
import { ROLES, type Role } from '../../src/ports/database.js';
import type { paths } from '../../web/src/api/generated/schema.js';
import { connectDevice } from '../harness/device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import type { Telltale } from '../harness/start-telltale.js';
import { type MovedClockServer, startWithMovedClock } from '../harness/start-with-moved-clock.js';
import { waitFor } from '../harness/wait-for.js';
import { startWebhookReceiver, type WebhookReceiver } from '../harness/webhook-receiver.js';
import { problemsBySchema } from '../walk/problems-by-schema.js';
import { type Client, lastSteps, type Step, type World, walkSteps } from '../walk/walk-steps.js';

jest.setTimeout(180_000);

type Json = Record<string, unknown>;
interface Operation {
  security?: unknown[];
  parameters: { name: string; in: string; required: boolean; schema: Json }[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Json }> }>;
}
interface Described {
  method: string;
  path: string;
  operation: Operation;
}

const START = Date.UTC(2026, 2, 9, 7);
const legs: readonly Leg[] = [
  { seconds: 40, to_kmh: 100 },
  { seconds: 700, to_kmh: 100 },
  { seconds: 5, to_kmh: 20 },
  { seconds: 20, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];
const MINUTES = 60_000;

let server: Telltale;
let rest: RestClient;
let receiver: WebhookReceiver;
let moveTo: MovedClockServer['moveTo'];
let components: Json;
let described: Described[];
let world: World;
let cookie = '';
const tokens = new Map<Role, string>();
const walked = new Set<string>();
/** What was not as described. */
const wrong: unknown[] = [];

beforeAll(async () => {
  ({ server, moveTo } = await startWithMovedClock({ TELLTALE_WEBHOOK_ALLOW_PRIVATE: 'true' }));
  rest = restClient(server.http, server.adminToken);
  receiver = await startWebhookReceiver();
  const openApi = (await (await fetch(`${server.http}/api/v1/openapi.json`)).json()) as Json;
  components = (openApi.components as { schemas: Json }).schemas;
  described = Object.entries(openApi.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  for (const role of ROLES) {
    const { token } = await rest.post<{ token: string }>('/tokens', { name: role, role });
    tokens.set(role, token);
  }
  world = { ids: {}, at: new Date(START + 5 * MINUTES).toISOString(), receiver: receiver.url, events: { drive, deadLetters } };
}, 90_000);
afterAll(() => server?.stop());

const drive = async (): Promise<void> => {
  const device = await connectDevice({ mqtt: server.mqtt, id: 'd-1', secret: world.ids.secret! });
  for (const events of inArraysOf(60, scriptedDrive({ start: START, legs, driver: 'p-1' }))) await device.publish(events);
  await device.publish([
    { ts: START + 20 * MINUTES, dtc: ['P0301'], ignition: false },
    { ts: START + 20 * MINUTES + 1_000, gps: { lat: 95, lon: 8 } },
  ]);
  await device.close();
  await waitFor('the drive in every list', async () => {
    const [trips, alerts, rubbish] = await Promise.all(
      ['/trips', '/alerts?kind=harsh_braking', '/quarantine'].map(path => rest.all<{ status?: string }>(path)),
    );
    return trips!.some(({ status }) => status === 'closed') && alerts!.length > 0 && rubbish!.length > 0;
  });
};

/** Two alerts that nobody takes until they are given up: ten attempts, an hour at least. */
const deadLetters = async (): Promise<void> => {
  await rest.patch('/webhooks/h-1', { kinds: ['diagnostic_trouble_code'] });
  receiver.status = 503;
  const device = await connectDevice({ mqtt: server.mqtt, id: 'd-1', secret: world.ids.secret! });
  await device.publish({ ts: START + 21 * MINUTES, dtc: ['P0301', 'P0302'], ignition: false });
  await device.publish({ ts: START + 22 * MINUTES, dtc: ['P0301', 'P0302', 'P0303'], ignition: false });
  await device.close();
  let ahead = 0;
  await waitFor(
    'two dead letters',
    async () => {
      ahead += 20 * MINUTES;
      await moveTo(ahead);
      return (await rest.all('/webhooks/h-1/dead-letters')).length === 2;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
  receiver.status = 200;
};

/** Holds an answer against what is described of it. */
const check = async (method: string, path: string, response: Response): Promise<void> => {
  const at = `${method} ${path} ${response.status}`;
  const { responses } = described.find(one => one.method === method && one.path === path)!.operation;
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!;
  const bytes = await response.arrayBuffer();
  const body = () => JSON.parse(Buffer.from(bytes).toString()) as unknown;
  if (!response.ok) {
    if (type !== 'application/problem+json') wrong.push([at, type]);
    if (responses[String(response.status)] === undefined && responses.default === undefined) wrong.push([at, 'not described']);
    for (const problem of problemsBySchema(body(), components.Problem as Json, components)) wrong.push([at, problem]);
    if ((body() as { status: number }).status !== response.status) wrong.push([at, 'another status in the body']);
    return;
  }
  const told = responses[String(response.status)];
  if (told === undefined) return void wrong.push([at, 'not described']);
  if (told.content === undefined) {
    if (bytes.byteLength > 0) wrong.push([at, 'a body where none is described']);
    return;
  }
  const content = told.content[type];
  if (content === undefined) return void wrong.push([at, `answered as ${type}`]);
  if (bytes.byteLength === 0) wrong.push([at, 'no body']);
  if (content.schema.type === 'string') return;
  for (const problem of problemsBySchema(body(), content.schema, components).slice(0, 5)) wrong.push([at, problem]);
};

const clientFor = (as: Step[0]): Client => {
  const page = { cookie, 'x-requested-with': 'telltale' };
  const client = createClient<paths>({
    baseUrl: `${server.http}/api/v1`,
    headers: as === 'page' ? page : as === 'nobody' ? {} : { authorization: `Bearer ${tokens.get(as)}` },
  });
  client.use({
    async onResponse({ request, response, schemaPath }) {
      const answer = response.clone();
      if (schemaPath === '/session' && request.method === 'POST') cookie = response.headers.get('set-cookie')!.split(';')[0]!;
      if (response.ok) walked.add(`${request.method} ${schemaPath}`);
      else wrong.push([as, request.method, schemaPath, response.status, await response.clone().text()]);
      await check(request.method, schemaPath, answer);
    },
  });
  return client;
};

const walk = async (steps: readonly Step[]): Promise<void> => {
  for (const [as, call] of steps) await call(clientFor(as), world);
  expect(wrong.splice(0)).toEqual([]);
};

/** The path with ids put in: those of `ids` by what they are, else of nobody. */
const filled = (path: string, ids: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const list = path.split('/')[1]!;
    return encodeURIComponent(ids[name === 'id' ? (path.startsWith('/rules/backtest') ? 'backtest' : list) : name] ?? 'nobody');
  });

/** One request by hand, checked against the description; `body` as text. */
const ask = async (
  { method, path }: Described,
  target: string,
  { token, body, type = 'application/json' }: { token?: string | undefined; body?: string | undefined; type?: string } = {},
): Promise<{ status: number; text: string }> => {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': type }),
  };
  const response = await fetch(`${server.http}/api/v1${target}`, { method, headers, body: body ?? null }).catch(
    (error: Error) => {
      throw new Error(`${method} ${target} with ${body?.length ?? 0} characters: ${error.message}`, { cause: error });
    },
  );
  await check(method, path, response.clone());
  return { status: response.status, text: await response.text() };
};

/** A body as described, of the first type that it may have. */
const exampleFor = ({ operation, path }: Described): { body?: string; type?: string } => {
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (content === undefined) return {};
  if (type === 'text/csv') return { type, body: 'id\nx\n' };
  // Either of its two fields is needed.
  if (path.endsWith('/contest')) return { type: type!, body: '{"reason":"a dog"}' };
  if (path.startsWith('/import')) return { type: type!, body: '{"type":"FeatureCollection","features":[]}' };
  return { type: type!, body: JSON.stringify(exampleOf(content.schema, components)) };
};

/** With what is asked for in the query. */
const asked = ({ operation }: Described): string => {
  const needed = operation.parameters.filter(one => one.in === 'query' && one.required);
  const values: Record<string, string> = { kind: 'speeding', at: world.at };
  return needed.length === 0
    ? ''
    : `?${needed.map(({ name }) => `${name}=${encodeURIComponent(values[name] ?? 'x')}`).join('&')}`;
};

const routes = describedRoutes();
const actionOf = ({ method, path }: Described) =>
  routes.find(route => route.path === path && route.method.toUpperCase() === method)!.action;
/** The least of the roles that may. */
const leastOf = (one: Described): Role =>
  (['viewer', 'coach', 'investigator', 'fleet_manager', 'admin'] as const).find(role => mayDo(role, actionOf(one)!))!;
const closed = () => described.filter(({ operation }) => operation.security === undefined);

describe('every operation', () => {
  test('answers as described to who may', () => walk(walkSteps));

  test('answers 401 to nobody, as described, before it looks at anything', async () => {
    const others: unknown[] = [];
    for (const one of closed()) {
      const { status } = await ask(one, filled(one.path), { body: one.operation.requestBody && '{broken' });
      if (status !== 401) others.push([one.method, one.path, status]);
    }
    expect([others, wrong.splice(0)]).toEqual([[], []]);
  });

  test('answers 403 to each role that may not, as described, before it looks at anything', async () => {
    const others: unknown[] = [];
    let refused = 0;
    for (const one of closed()) {
      for (const role of ROLES.filter(each => !mayDo(each, actionOf(one)!))) {
        refused++;
        const { status } = await ask(one, filled(one.path), {
          token: tokens.get(role),
          body: one.operation.requestBody && '{broken',
        });
        if (status !== 403) others.push([one.method, one.path, role, status]);
      }
    }
    expect([others, wrong.splice(0)]).toEqual([[], []]);
    expect(refused).toBeGreaterThan(200);
  });

  test('answers about what is of another group as about what is not there: 404, the same words, and nothing is changed', async () => {
    const { ids } = world;
    const there: Record<string, string> = {
      ...ids,
      ...{
        vehicles: 'v-1',
        devices: 'd-1',
        drivers: 'p-1',
        trips: ids.trip!,
        alerts: ids.alert!,
        rules: ids.groupRule ?? ids.rule!,
      },
      ...{ geofences: ids.geofence!, webhooks: 'h-1', 'notification-policies': 'n-1', quarantine: ids.quarantined! },
      ...{ users: ids.user!, tokens: ids.token! },
    };
    const { id: rule } = await rest.post<{ id: string }>('/rules', { kind: 'tow', applies_to: { groups: ['north'] } });
    there.rules = rule;
    const seen: unknown[] = [];
    const others: unknown[] = [];
    const before = JSON.stringify(await stateOf());
    for (const one of closed().filter(({ path }) => path.includes('{'))) {
      const role = leastOf(one);
      there[role] ??= (await rest.post<{ token: string }>('/tokens', { name: `south ${role}`, role, groups: ['south'] })).token;
      const inquiry = { token: there[role], ...exampleFor(one) };
      const [foreign, none] = [
        await ask(one, filled(one.path, there) + asked(one), inquiry),
        await ask(one, filled(one.path) + asked(one), inquiry),
      ];
      const plain = ({ status, text }: typeof none, target: string) =>
        `${status} ${Object.values(there).reduce((told, each) => told.replaceAll(each, 'nobody'), text.replaceAll(target, 'T'))}`;
      const same = plain(foreign, filled(one.path, there)) === plain(none, filled(one.path));
      seen.push(one.path);
      // Tokens are revoked by administrators of all groups alone.
      const wanted = `${one.method} ${one.path}` === 'DELETE /tokens/{id}' ? 403 : 404;
      if (foreign.status !== wanted || !same) others.push([one.method, one.path, role, foreign, none]);
    }
    expect([others, wrong.splice(0)]).toEqual([[], []]);
    expect(seen.length).toBeGreaterThan(50);
    expect(JSON.stringify(await stateOf())).toBe(before);
  });

  test('answers 400 to what is malformed, and names the field of a query; 415 to a body of another type; 413 to one that is too large', async () => {
    const others: unknown[] = [];
    for (const one of described) {
      const token = one.operation.security === undefined ? tokens.get(leastOf(one)) : undefined;
      const types = Object.keys(one.operation.requestBody?.content ?? {});
      if (types.length > 0) {
        const type = types.find(each => each.endsWith('json'))!;
        const wants = [
          [400, await ask(one, filled(one.path), { token, body: '{broken', type })],
          [400, await ask(one, filled(one.path), { token, body: '"neither list nor object"', type })],
          [415, await ask(one, filled(one.path), { token, body: 'x=1', type: 'application/x-www-form-urlencoded' })],
          [413, await ask(one, filled(one.path), { token, body: JSON.stringify('x'.repeat(5 * 1024 * 1024)), type })],
        ] as const;
        for (const [wanted, { status, text }] of wants)
          if (status !== wanted) others.push([one.method, one.path, wanted, status, text.slice(0, 200)]);
      }
      for (const { name, in: where, schema } of one.operation.parameters) {
        const isText = schema.type === 'string' && !('enum' in schema) && !('pattern' in schema);
        if (where !== 'query' || isText || !('type' in schema || 'enum' in schema)) continue;
        const { status, text } = await ask(one, `${filled(one.path)}?${name}=%00no%20such`, { token, ...exampleFor(one) });
        if (status !== 400 || !text.includes(`query.${name}`))
          others.push([one.method, one.path, name, status, text.slice(0, 200)]);
      }
    }
    expect([others, wrong.splice(0)]).toEqual([[], []]);
  });

  test('answers 409 to what is there already', async () => {
    const others: unknown[] = [];
    const { ids } = world;
    const circle = { type: 'Feature', geometry: { type: 'Point', coordinates: [8, 47] }, properties: { name: 'x', radius_m: 5 } };
    for (const [path, body] of [
      ['/vehicles', { id: 'v-1' }],
      ['/devices', { id: 'd-1' }],
      ['/drivers', { id: 'p-1' }],
      ['/geofences', { ...circle, id: ids.geofence }],
      ['/rules', { id: ids.rule, kind: 'tow' }],
      ['/webhooks', { id: 'h-1', url: receiver.url }],
      ['/notification-policies', { id: 'n-1', name: 'x', to: [{ mqtt: 'north' }] }],
      ['/users', { user: 'anna', password: 'correct horse', role: 'viewer' }],
      [`/alerts/${ids.alert}/acknowledge`, {}],
    ] as const) {
      const one = described.find(each => each.method === 'POST' && each.path === path.replace(ids.alert!, '{id}'))!;
      const { status } = await ask(one, path, { token: server.adminToken, body: JSON.stringify(body) });
      if (status !== 409) others.push([path, status]);
    }
    expect([others, wrong.splice(0)]).toEqual([[], []]);
  });

  test('takes away what the others made', () => walk(lastSteps));

  test('was walked', () => {
    expect(described.length).toBeGreaterThan(100);
    expect(described.map(({ method, path }) => `${method} ${path}`).filter(each => !walked.has(each))).toEqual([]);
  });
});

/** What there is, as an administrator sees it; without what says when something was last used. */
const stateOf = async (): Promise<unknown> =>
  Promise.all(
    [
      '/vehicles',
      '/devices',
      '/drivers',
      '/geofences',
      '/rules',
      '/webhooks',
      '/notification-policies',
      '/users',
      '/alerts',
      '/drivers/p-1/notes',
    ].map(path => rest.all(path)),
  );
