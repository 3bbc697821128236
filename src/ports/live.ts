import type { Alert, AlertChange } from '../model/alert.js';
import type { ForeignId } from '../model/foreign-id.js';
import type { AlertId, DeviceId, VehicleId } from '../model/ids.js';
import type { LivePosition, LiveState } from '../model/live-state.js';
import type { Offset, Partition } from '../model/record.js';
import type { Saying } from '../model/saying.js';
import type { Instant } from '../model/units.js';

/** The newest of every vehicle, and who wants to hear of changes. */
export interface LiveStates {
  /** What viewers see; may be some tenths of a second behind `state`. */
  position(vehicle: VehicleId): LivePosition | undefined;
  positions(): Iterable<LivePosition>;
  /** All that is known now. */
  state(vehicle: VehicleId): Promise<LiveState | undefined>;
  /** Called with the vehicles that changed, at most some times a second, never twice with the same change. @returns stop */
  onChanged(listener: (vehicles: readonly VehicleId[]) => void): () => void;
}

/** One entry of the alert stream. Cursors ascend; each alert change has one, given once. */
export interface AlertEntry {
  cursor: number;
  change: AlertChange;
  alert: Alert;
}

/** The alert stream: durable, resumable. */
export interface AlertStream {
  /** The newest cursor. */
  head(): number;
  /** The oldest cursor that can be resumed from. */
  oldest(): number;
  /** Entries after `cursor`, oldest first, at most `limit`. */
  after(cursor: number, limit: number): Promise<AlertEntry[]>;
  /** Called for each new entry, in order, after it is on disk. @returns stop */
  onEntry(listener: (entry: AlertEntry) => void): () => void;
  /** The alert as it is now, from the server's own store: there while SQL is not. */
  alert(id: AlertId): Promise<Alert | undefined>;
}

/** What could not be taken. */
export interface QuarantineEntry {
  id: string;
  device: DeviceId | null;
  vehicle: VehicleId | null;
  topic: string;
  received_at: Instant;
  /** A stable word: `unreadable`, `wrong_type`, `out_of_range`, `too_far_ahead`, `too_large`, `poison`, … */
  reason: string;
  detail: string;
  /** The detail for other languages; entries of before have none. */
  said?: Saying;
  /** The first 256 KiB. */
  bytes: Uint8Array;
  truncated: boolean;
  /** SHA-256 of the whole, hex. */
  hash: string;
  /** Where the record stands, when it was recorded. */
  offset: Offset | null;
  /** The format of a part that had been routed before it was refused; absent where it is a message by its topic. */
  format?: string;
  /** Who such a part says it is from. */
  foreign?: ForeignId;
}

export interface Quarantine {
  /** Keeps an entry; the oldest go when the total bound is reached. The same id twice is one entry. @returns false if it was there */
  add(entry: QuarantineEntry): Promise<boolean>;
  /** All of them in one write, or none. @returns those that were not there */
  addAll(entries: readonly QuarantineEntry[]): Promise<QuarantineEntry[]>;
  /** Newest first. `before` is the id of the last one seen. */
  list(before: string | undefined, limit: number): Promise<QuarantineEntry[]>;
  entry(id: string): Promise<QuarantineEntry | undefined>;
  remove(id: string): Promise<void>;
  size(): { entries: number; bytes: number };
}

/** A thread that folds. */
export interface ShardStatus {
  shard: number;
  partitions: Partition[];
  /** The part of its time that it worked since it was started, 0 to 1. */
  busy: number;
  /** Records that it has been given and not answered. */
  waiting: number;
}

/** What `/system` shows. */
export interface SystemStatus {
  version: string;
  node: string;
  started_at: string;
  uptime_s: number;
  /** Threads that fold; 0: the main one does. */
  shards: number;
  shard_threads: ShardStatus[];
  listener: { address: string; connected: boolean; connections: number };
  database: { kind: 'mysql' | 'embedded'; up: boolean; pending_rows: number; error: string | null };
  partitions: { partition: Partition; head: Offset; folded: Offset; lag: number; rolled_up: Offset | null }[];
  stages: {
    name: string;
    state: 'starting' | 'running' | 'backing_off' | 'stopped' | 'failed';
    restarts: number;
    last_error: string | null;
    since: string;
  }[];
  /** The books (guarantee 8) and every bound that bit, by name. */
  counters: Record<string, number>;
  /** By device and name: what it sent and nobody here knows, since the start. */
  unknown_fields: Record<string, Record<string, number>>;
  /** Values of signals that were not believed, by reason. */
  rejected_values: Record<string, number>;
  quarantine: { entries: number; bytes: number };
  /** Of alerts: how long each stage took the newest of them, ms. */
  alert_latency: { stage: string; count: number; p50_ms: number | null; p99_ms: number | null }[];
}
