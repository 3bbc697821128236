import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { AlertLatency } from './alert-latency.js';

// Proves: quantiles are of the newest alerts only, a clock that runs ahead counts as none, and the histogram has every alert.
test('stages are told apart, and the newest count', async () => {
  const registry = new Registry();
  const latency = new AlertLatency(registry);
  for (let n = 0; n < 2_000; n++) latency.observe('recorded', n < 976 ? 9_999 : n - 976);
  latency.observe('evaluated', -5);
  const summary = latency.summary();
  expect(summary.map(({ stage }) => stage)).toEqual(['received', 'recorded', 'evaluated', 'told', 'sent']);
  expect(summary[1]).toEqual({ stage: 'recorded', count: 2_000, p50_ms: 512, p99_ms: 1_013 });
  expect(summary[2]).toEqual({ stage: 'evaluated', count: 1, p50_ms: 0, p99_ms: 0 });
  expect(summary[4]).toEqual({ stage: 'sent', count: 0, p50_ms: null, p99_ms: null });
  expect(await registry.metrics()).toContain('telltale_alert_latency_seconds_count{stage="recorded"} 2000');
});
