import type { Supervisor } from '../actors/supervisor.js';
import type { LevelJournal } from '../adapters/leveldb/leveldb-journal.js';
import type { MqttServer } from '../adapters/mqtt/mqtt-server.js';
import type { MqttSubscriber } from '../adapters/mqtt/mqtt-subscriber.js';
import type { Settings } from '../config/settings.js';
import type { Counters } from '../model/counters.js';
import type { Metrics } from '../observability/metrics.js';
import type { Clock } from '../ports/clock.js';
import type { Quarantine, SystemStatus } from '../ports/live.js';
import type { FoldShards } from '../streams/fold/fold-shards.js';
import type { RollUp } from '../streams/roll-up.js';
import { version } from './version.js';

export interface SystemParts {
  startedAt: number;
  clock: Clock;
  settings: Settings;
  supervisor: Supervisor;
  listener: MqttServer | MqttSubscriber | undefined;
  rollUp: RollUp;
  journal: LevelJournal;
  shards: FoldShards;
  counters: Counters;
  quarantine: Quarantine;
  metrics: Metrics;
  external: boolean;
}

const iso = (at: number): string => new Date(at).toISOString();

/** What an operator wants to know at a glance. */
export const systemStatus = async (parts: SystemParts): Promise<SystemStatus> => {
  const { startedAt, clock, settings, supervisor, listener, rollUp, journal, shards, counters, quarantine, metrics } = parts;
  const folded = shards.positions();
  const threads = shards.threads();
  return {
    version,
    node: process.version,
    started_at: iso(startedAt),
    uptime_s: Math.round((clock.now() - startedAt) / 1000),
    shards: threads.length,
    shard_threads: threads,
    listener: {
      address: listener?.address ?? '',
      connected: listener?.connected ?? false,
      connections: listener?.connections() ?? 0,
    },
    database: {
      kind: settings.database_url ? 'mysql' : 'embedded',
      up: rollUp.up,
      pending_rows: rollUp.pending(),
      error: rollUp.lastError,
    },
    partitions: [...journal.head()].map(([partition, head]) => {
      const at = folded.get(partition) ?? 0;
      return { partition, head, folded: at, lag: head - at, rolled_up: rollUp.written(partition) };
    }),
    stages: supervisor.status().map(({ name, state, restarts, lastError, since }) => {
      return { name, state, restarts, last_error: lastError, since: iso(since) };
    }),
    counters: { ...counters.all(), ...prefixed('mqtt_', listener?.counters ?? {}) },
    unknown_fields: await shards.unknownFields(),
    rejected_values: await shards.rejectedValues(),
    quarantine: quarantine.size(),
    alert_latency: metrics.alertLatency.summary(),
  };
};

const prefixed = (prefix: string, counts: object): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [prefix + name, count as number]));
