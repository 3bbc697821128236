import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { BusyError, ExpiredError } from '../../model/history-errors.js';
import type { Clock, Random } from '../../ports/clock.js';
import type { Role } from '../../ports/database.js';
import { neverGiveWay } from '../../ports/give-way.js';
import type { SystemStatus } from '../../ports/live.js';
import { type ApiConfig, type ApiDeps, defaultApiConfig } from '../api-deps.js';
import { secretHash } from '../auth/secret-hash.js';
import { createApi } from '../create-api.js';
import { createFakeDatabase } from './fake-database.js';
import { createFakeNotifications } from './fake-notifications.js';
import { createFakeRegistry } from './fake-registry.js';
import { createFakeAlertStream, createFakeLiveStates, createFakeQuarantine } from './fake-streams.js';
import { createFakeWebhooks } from './fake-webhooks.js';

export const ADMIN_TOKEN = 'the-first-administrators-token';

const status: SystemStatus = {
  version: '0.0.0-test',
  node: process.version,
  started_at: '2026-11-22T00:00:00.000Z',
  uptime_s: 1,
  shards: 0,
  shard_threads: [],
  listener: { address: 'mqtt://127.0.0.1:1883', connected: true, connections: 0 },
  database: { kind: 'embedded', up: true, pending_rows: 0, error: null },
  partitions: [{ partition: 0, head: 5, folded: 5, lag: 0, rolled_up: 5 }],
  stages: [],
  counters: {},
  unknown_fields: {},
  rejected_values: {},
  quarantine: { entries: 0, bytes: 0 },
  alert_latency: [{ stage: 'sent', count: 1, p50_ms: 4, p99_ms: 4 }],
};

const timer = (id: NodeJS.Timeout) => () => clearTimeout(id);
const random: Random = { fraction: Math.random, secret: size => randomBytes(size) };

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  body: any;
}

/** The API over real HTTP on a free port, with everything behind it in memory. */
export const startTestApi = async (config: Partial<ApiConfig> = {}, more: Partial<ApiDeps> = {}) => {
  const alerts = createFakeAlertStream();
  const registry = createFakeRegistry(fact => {
    if (fact.type === 'alert_handled') alerts.handle(fact);
  });
  const live = createFakeLiveStates();
  const database = createFakeDatabase();
  const quarantine = createFakeQuarantine();
  const webhooks = createFakeWebhooks();
  const notifications = createFakeNotifications();
  const counters = new Map<string, number>();
  const time = { ahead: 0 };
  const clock: Clock = {
    now: () => Date.now() + time.ahead,
    after: (after, task) => timer(setTimeout(task, after)),
    every: (period, task) => timer(setInterval(task, period)),
  };
  const deps: ApiDeps = {
    registry,
    live,
    alerts,
    database,
    quarantine,
    webhooks,
    notifications,
    webhookCaller: {
      refusalOf: async url => (url.startsWith('http') ? undefined : { text: 'is no http or https URL', code: 'no_url' as const }),
    },
    system: async () => status,
    metrics: async () => '# HELP nothing\n',
    ready: () => ({ ready: true }),
    rawEvents: async () => ({ items: [], next: null }),
    history: {
      why: async () => {
        throw new ExpiredError('The raw records are gone.');
      },
      whyNot: async (vehicle, kind, at) => ({
        vehicle,
        kind,
        at: new Date(at).toISOString(),
        nearest: null,
        whole: true,
        rules: [],
      }),
    },
    evidence: {
      publicKey: () => ({ algorithm: 'Ed25519', public_key: 'PEM', fingerprint: '00' }),
      pack: async () => {
        throw new ExpiredError('The raw records are gone.');
      },
    },
    backtests: {
      start: () => {
        throw new BusyError('One is running.');
      },
      job: () => undefined,
      ended: () => Promise.reject(new Error('none')),
      cancel: () => false,
    },
    retryQuarantine: id => quarantine.remove(id),
    rules: {
      kinds: ['harsh_braking', 'device_offline'],
      schemaOf: kind => (kind === 'harsh_braking' ? z.object({ threshold: z.number().negative().default(-3.5) }) : z.object({})),
      cooldownOf: () => 60,
      describe: () => ({ when: 'it brakes by `threshold`', severity: 'warning', scheduleAs: undefined }),
    },
    formats: ['telltale-v1', 'teltonika'],
    deviceRequests: {
      has: () => false,
      speaker: () => undefined,
      take: async () => ({ status: 500, body: '', contentType: 'text/plain' }),
      takeUnnamed: async () => ({ status: 500, body: '', contentType: 'text/plain' }),
    },
    unitOf: signal => (signal === 'engine_rpm' ? 'rpm' : null),
    clock,
    random,
    giveWay: neverGiveWay,
    log: { info() {}, warn() {}, error: (context, message) => console.error(message, context) },
    count: (name, by = 1) => void counters.set(name, (counters.get(name) ?? 0) + by),
    config: {
      ...defaultApiConfig,
      version: status.version,
      adminTokenHash: secretHash(ADMIN_TOKEN),
      webRoot: '/nonexistent',
      checkAnswers: true,
      ...config,
    },
    ...more,
  };
  const api = createApi(deps);
  const server = createServer(api.handler).on('upgrade', api.upgrade);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  /** One request; `token` null = none. */
  const ask = async (
    method: string,
    path: string,
    { body, token = ADMIN_TOKEN, headers = {} }: { body?: unknown; token?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Answered> => {
    const response = await fetch(`http://127.0.0.1:${port}${path.startsWith('/v1') ? `/api${path}` : path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };

  return {
    ...{ api, deps, registry, live, alerts, database, quarantine, webhooks, notifications, counters, time, port, ask },
    /** A token of a role, limited to groups. */
    async tokenOf(role: Role, groups: string[] = []): Promise<string> {
      return (await ask('POST', '/v1/tokens', { body: { name: role, role, groups } })).body.token;
    },
    async close() {
      await api.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};

export type TestApi = Awaited<ReturnType<typeof startTestApi>>;
