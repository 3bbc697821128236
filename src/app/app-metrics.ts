import type { Supervisor } from '../actors/supervisor.js';
import type { Counters } from '../model/counters.js';
import { Metrics } from '../observability/metrics.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { Quarantine } from '../ports/live.js';
import type { AlertLog } from '../streams/alert-log.js';
import type { FoldShards } from '../streams/fold/fold-shards.js';
import type { RollUp } from '../streams/roll-up.js';

export interface MetricParts {
  counters: Counters;
  clock: Clock;
  shards: () => FoldShards;
  journal: Journal;
  rollUp: RollUp;
  alerts: AlertLog;
  quarantine: Quarantine;
  supervisor: () => Supervisor;
  /** What the listener counts; undefined while there is none. */
  listenerCounts: () => object | undefined;
}

/** The gauges of this server, and the latency of its alerts. */
export const appMetrics = (parts: MetricParts): Metrics => {
  const { counters, clock, shards, journal, rollUp, alerts, quarantine, supervisor, listenerCounts } = parts;
  const lag = () => {
    const folded = shards().positions();
    return Math.max(0, ...[...journal.head()].map(([p, head]) => head - (folded.get(p) ?? 0)));
  };
  const gauges = {
    fold_lag_records: { help: 'Records that the slowest partition has not folded yet', value: lag },
    rollup_pending_rows: { help: 'Rows that SQL does not have yet', value: () => rollUp.pending() },
    database_up: { help: '1 while SQL answers', value: () => (rollUp.up ? 1 : 0) },
    quarantine_entries: { help: 'Entries in quarantine', value: () => quarantine.size().entries },
    alert_cursor: { help: 'The newest cursor of the alert stream', value: () => alerts.head() },
    actor_restarts: {
      help: 'Restarts of all actors',
      value: () =>
        supervisor()
          .status()
          .reduce((sum, { restarts }) => sum + restarts, 0),
    },
    resident_memory_bytes: { help: 'Resident memory of the process', value: () => process.memoryUsage.rss() },
  };
  const ofListener = () =>
    Object.fromEntries(Object.entries(listenerCounts() ?? {}).map(([name, count]) => [`mqtt_${name}_total`, Number(count)]));
  const metrics = new Metrics(counters, gauges, ofListener);
  alerts.onEntry(({ change, alert }) => {
    if (change !== 'raised') return;
    const raised = Date.parse(alert.raised_at);
    metrics.alertLatency.observe({ stage: 'received' }, Math.max(0, raised - Date.parse(alert.occurred_at)) / 1000);
    metrics.alertLatency.observe({ stage: 'sent' }, Math.max(0, clock.now() - raised) / 1000);
  });
  return metrics;
};
