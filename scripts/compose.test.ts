import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { newServerCounters } from '../src/adapters/mqtt/mqtt-counters.js';
import { newSubscriberCounters } from '../src/adapters/mqtt/subscriber-limits.js';

interface Service {
  image?: string;
  depends_on?: Record<string, { condition: string }>;
  environment: Record<string, string>;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number };
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  ports?: string[];
  volumes?: string[];
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const composed = ['docker-compose.yml', 'deploy/monitoring.yml'].map(file => parse(readFileSync(file, 'utf8')) as Compose);
const services: Compose['services'] = Object.assign({}, ...composed.map(each => each.services));
const volumes: Compose['volumes'] = Object.assign({}, ...composed.map(each => each.volumes));
const dockerfile = readFileSync('Dockerfile', 'utf8');

describe.each(Object.entries(services))('compose service %s', (_name, service) => {
  // Proves: an orchestrator can tell a hung service from a healthy one, and none can take the machine down.
  test('has a health check and limits', () => {
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    expect(service.deploy?.resources.limits).toEqual({ cpus: expect.any(String), memory: expect.any(String) });
  });

  // Proves: nobody runs with a password that stands in the repository, not even by forgetting to set one.
  test('takes its secrets from the environment and refuses to start without them', () => {
    for (const [name, value] of Object.entries(service.environment)) {
      if (/PASSWORD|TOKEN|SECRET/.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
      const login = /\/\/[^:/@]+:([^@]*)@/.exec(value);
      if (login) expect(login[1]).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    }
  });

  // Proves: nothing is reachable from other machines unless somebody asks for it.
  test('publishes its ports on the loop-back address by default', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^\$\{TELLTALE_PUBLISH:-127\.0\.0\.1\}:/);
  });

  // Proves: every mount leads to something: a named volume that is declared, or a file that is committed.
  test('mounts what exists', () => {
    for (const mount of service.volumes ?? []) {
      const source = mount.split(':')[0] ?? '';
      expect(source.startsWith('./') ? existsSync(source) : source in volumes).toBe(true);
    }
  });
});

// Proves: the server is not started before its database and its broker can answer.
test('the server waits until MySQL and Mosquitto are healthy', () => {
  expect(services.telltale?.depends_on).toEqual({
    mysql: { condition: 'service_healthy' },
    mosquitto: { condition: 'service_healthy' },
  });
});

// Proves: a session and its queue outlive a restart of the broker, within bounds.
test('the broker keeps sessions, with limits', () => {
  const settings = new Map(
    readFileSync('deploy/mosquitto.conf', 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const),
  );
  expect(settings.get('allow_anonymous')).toBe('false');
  expect(settings.get('persistence')).toBe('true');
  for (const limit of [
    'max_queued_messages',
    'max_queued_bytes',
    'max_inflight_messages',
    'max_packet_size',
    'max_connections',
  ]) {
    expect(Number(settings.get(limit))).toBeGreaterThan(0);
  }
});

// Proves: the image runs without root, can be asked for its health, and is stopped by a signal that reaches the server.
test('the image is built for production', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK /m);
  expect(last).toMatch(/^ENTRYPOINT \["node",/m);
  expect(last).not.toMatch(/npm|\bARG\b.*(TOKEN|PASSWORD)/);
});

// Proves: however the server is started, V8 collects in the same way: a fold without it waits longer, or more often, for collections, and nobody would see why.
test.each(['Dockerfile', 'deploy/telltale.service', 'scripts/start.mjs', 'src/cli/main.ts'])('%s says how V8 collects', file => {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('--max-semi-space-size=64');
  expect(text).toContain('--no-memory-reducer');
});

// Proves: what Prometheus alerts on and Grafana shows is there: every metric they name is one that the source counts or measures.
test('alerts and dashboard name metrics that exist', () => {
  const named = [
    readFileSync('deploy/prometheus-alerts.yml', 'utf8'),
    readFileSync('deploy/grafana/dashboards/telltale.json', 'utf8'),
  ]
    .flatMap(text => text.match(/telltale_[a-z0-9_]+/g) ?? [])
    .map(name => name.replace(/^telltale_/, '').replace(/_bucket$/, ''));
  const source = sourceText('src');
  const known = (name: string): boolean =>
    [name, `telltale_${name}`, name.replace(/^mqtt_(.+)_total$/, '$1'), name.replace(/_total$/, '')].some(word =>
      new RegExp(`\\b${word}`).test(source),
    );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(name => !known(name))).toEqual([]);
});

// Proves: each alert is explained where its summary sends people to.
test('the runbook explains every alert', () => {
  const { groups } = parse(readFileSync('deploy/prometheus-alerts.yml', 'utf8')) as { groups: { rules: { alert: string }[] }[] };
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  for (const { alert } of groups.flatMap(({ rules }) => rules)) expect(runbook).toContain(`| \`${alert}\` |`);
});

// Proves: whoever sees a number at /metrics finds in the runbook what it means: every one that the source counts or measures has its place there.
test('the runbook explains every metric', () => {
  const source = sourceText('src');
  const counted = [
    ...source.matchAll(/\badd\(\s*'([a-z0-9_]+)_total'/g),
    ...['src/adapters', 'src/app', 'src/streams'].flatMap(folder => [
      ...sourceText(folder).matchAll(/\bcount\('([a-z0-9_]+)'[,)]/g),
    ]),
    ...source.matchAll(/^ {2}\| '((?:api|ws|http_devices)_[a-z_]+)'/gm),
    ...readFileSync('src/app/app-metrics.ts', 'utf8').matchAll(/^ {4}([a-z_]+): \{\s*help:|^ {4}([a-z_]+): \{$/gm),
  ].map(([, name, other]) => (name ?? other)!.replace(/^http_devices_/, ''));
  const broker = Object.keys({ ...newServerCounters(), ...newSubscriberCounters() }).map(name => `mqtt_${name}`);
  const explained = new Set(readFileSync('docs/runbook.md', 'utf8').match(/(?<=`)[a-z0-9_]+(?=`|\{)/g));
  expect(counted.length).toBeGreaterThan(80);
  expect([...new Set([...counted, ...broker])].filter(name => !explained.has(name))).toEqual([]);
});

const sourceText = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
