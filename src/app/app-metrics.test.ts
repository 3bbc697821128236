// Proves: what deploy/ alerts on and draws is at /metrics from the start, at 0, so that the first time counts; and once only where the listener has its own.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { newServerCounters } from '../adapters/mqtt/mqtt-counters.js';
import { Counters } from '../model/counters.js';
import { appMetrics, type MetricParts } from './app-metrics.js';

/** Parts of a server that was just started. */
const parts = (counters: Counters): MetricParts => ({
  ...{ counters, clock: { now: Date.now } as MetricParts['clock'], listenerCounts: newServerCounters },
  shards: () => ({ positions: () => new Map(), threads: () => [] }) as unknown as ReturnType<MetricParts['shards']>,
  journal: { head: () => new Map() } as unknown as MetricParts['journal'],
  rollUp: { pending: () => 0, up: true } as MetricParts['rollUp'],
  alerts: { head: () => 0, onRaised: () => {} } as unknown as MetricParts['alerts'],
  recorded: { of: () => undefined } as unknown as MetricParts['recorded'],
  quarantine: { size: () => ({ entries: 0, bytes: 0 }) } as MetricParts['quarantine'],
  supervisor: () => ({ status: () => [] }) as unknown as ReturnType<MetricParts['supervisor']>,
});

test('every metric that alerts and dashboard name is there before anything happened, and counters begin at 0', async () => {
  const counters = new Counters();
  const text = await appMetrics(parts(counters)).text();
  const shown = new Map(
    [...text.matchAll(/^(telltale_\w+)(?:\{.*\})? (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
  const named = ['deploy/prometheus-alerts.yml', 'deploy/grafana/dashboards/telltale.json']
    .flatMap(file => readFileSync(file, 'utf8').match(/telltale_[a-z0-9_]+/g) ?? [])
    // By the stage of alerts: there are none yet.
    .filter(name => !name.startsWith('telltale_alert_latency_seconds'));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(name => !shown.has(name))).toEqual([]);
  for (const name of named.filter(one => one.endsWith('_total'))) expect([name, shown.get(name)]).toEqual([name, 0]);
  counters.add('events_poisoned_total');
  expect(await appMetrics(parts(counters)).text()).toContain('\ntelltale_events_poisoned_total 1\n');
});
