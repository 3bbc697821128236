import type { Supervisor } from '../actors/supervisor.js';
import type { Counters } from '../model/counters.js';
import { COUNTED_FROM_START } from '../observability/counted-from-start.js';
import { Metrics } from '../observability/metrics.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { Quarantine } from '../ports/live.js';
import type { AlertLog, RaisedAlert } from '../streams/alert-log.js';
import type { FoldShards } from '../streams/fold/fold-shards.js';
import type { RecordedTimes } from '../streams/recorded-times.js';
import type { RollUp } from '../streams/roll-up.js';

export interface MetricParts {
  counters: Counters;
  clock: Clock;
  shards: () => FoldShards;
  journal: Journal;
  rollUp: RollUp;
  alerts: AlertLog;
  recorded: RecordedTimes;
  quarantine: Quarantine;
  supervisor: () => Supervisor;
  /** What the listener counts; undefined while there is none. */
  listenerCounts: () => object | undefined;
}

/** The gauges of this server, and the latency of its alerts. */
export const appMetrics = (parts: MetricParts): Metrics => {
  const { counters, clock, shards, journal, rollUp, alerts, recorded, quarantine, supervisor, listenerCounts } = parts;
  const lag = () => {
    const folded = shards().positions();
    return Math.max(0, ...[...journal.head()].map(([p, head]) => head - (folded.get(p) ?? 0)));
  };
  const gauges = {
    fold_lag_records: { help: 'Records that the slowest partition has not folded yet', value: lag },
    shards: { help: 'Threads that fold; 0: the main one does', value: () => shards().threads().length },
    shard_busy_ratio: {
      help: 'The part of its time that the busiest of them worked since it was started',
      value: () =>
        Math.max(
          0,
          ...shards()
            .threads()
            .map(({ busy }) => busy),
        ),
    },
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
    heap_used_bytes: { help: 'JavaScript heap in use, garbage included', value: () => process.memoryUsage().heapUsed },
    resident_memory_bytes: { help: 'Resident memory of the process', value: () => process.memoryUsage.rss() },
  };
  const ofListener = () =>
    Object.fromEntries(Object.entries(listenerCounts() ?? {}).map(([name, count]) => [`mqtt_${name}_total`, Number(count)]));
  for (const name of COUNTED_FROM_START) counters.add(name, 0);
  const metrics = new Metrics(counters, gauges, ofListener);
  const { alertLatency } = metrics;
  const measure = ({ alert, offset, foundAt }: RaisedAlert): void => {
    const received = Date.parse(alert.raised_at);
    const told = clock.now();
    alertLatency.observe('received', received - Date.parse(alert.occurred_at));
    alertLatency.observe('sent', told - received);
    // What was folded again after a start, or came of no message but of a tick, was recorded at no known time.
    const recordedAt = recorded.of(offset);
    if (recordedAt === undefined) return;
    alertLatency.observe('recorded', recordedAt - received);
    alertLatency.observe('evaluated', foundAt - recordedAt);
    alertLatency.observe('told', told - foundAt);
  };
  // The channel of the viewers writes to their sockets in a microtask of this turn; what is queued for the next tick comes after it.
  alerts.onRaised(raised => process.nextTick(() => raised.forEach(measure)));
  return metrics;
};
