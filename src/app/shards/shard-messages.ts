import type { VehicleId } from '../../model/ids.js';
import type { LiveState } from '../../model/live-state.js';
import type { Silence } from '../../model/outage.js';
import type { Offset, Partition } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import type { StateWrite } from '../../ports/state-store.js';
import type { AlertEffect, RefusalEffect } from '../../streams/fold/effects.js';
import type { Hearing } from '../../streams/fold/hearing.js';
import type { RefoldPace } from '../../streams/fold/refold/refold-pace.js';
import type { CarriedError } from './carried-error.js';
import type { CallMessage } from './line-calls.js';
import type { LiveColumns } from './live-columns.js';

/** What a thread is started with. */
export interface ShardTask {
  shard: number;
  partitions: number;
  snapshotEvery: number;
  /** Left out but in tests. */
  pace?: RefoldPace;
  /** So many vehicles of each partition may be awake; left out: all. */
  mostAwake?: number;
}

/** What the main thread asks of a shard. */
export interface ShardCalls {
  assign(p: Partition): Promise<{ next: Offset; lastTick: Instant }>;
  /** @returns the offset that it is saved up to now */
  snapshot(p: Partition): Promise<Offset>;
  release(p: Partition): Promise<void>;
  grown(limit: number): Promise<RollUpRow[]>;
  openChunk(p: Partition, vehicle: VehicleId): Promise<TrackChunk | undefined>;
  state(p: Partition, vehicle: VehicleId): Promise<LiveState | undefined>;
  hearing(rule: string | null, since: Instant): Promise<Hearing>;
  unknownFields(): Promise<Record<string, Record<string, number>>>;
  rejectedValues(): Promise<Record<string, number>>;
}

/** What a shard asks of the main thread, which has the files. */
export interface FileCalls {
  /** The oldest offset that is still in the journal. */
  oldest(): Promise<Offset>;
  /** Some records of a vehicle, the first of those from `from` to `to`, packed; undefined when there are none. */
  records(vehicle: VehicleId, from: Offset, to: Offset, atOnce?: number): Promise<ArrayBuffer | undefined>;
  stored(key: string): Promise<string | undefined>;
  /** Some entries, the first of those with `from` ≤ key < `to`; fewer than it gives at once are the last. */
  storedFrom(from: string, to: string): Promise<[key: string, value: string][]>;
  /** The snapshot of `p`, written with what the main thread has to add to it. */
  save(p: Partition, writes: readonly StateWrite[]): Promise<void>;
}

/** Entries that go over at once. */
export const ENTRIES_AT_ONCE = 200;

export type ToShard =
  | CallMessage
  | { type: 'fold'; records: ArrayBuffer }
  | { type: 'handed_over'; p: Partition; vehicles: readonly VehicleId[] };

/** What came of the records of one partition, where anything did. */
export interface FoundEffects {
  alerts: AlertEffect[];
  rows: RollUpRow[];
  refusals: RefusalEffect[];
  silences?: Silence[];
}

/** Numbers of one partition in `Folded.positions`: itself, its next offset, its newest tick, 1 where it is to be saved. */
export const POSITION_SIZE = 4;

/** Batches that were folded, in the order in which they came. */
export interface Folded {
  type: 'folded';
  positions: Float64Array;
  /** By the place among the positions. */
  effects: [place: number, FoundEffects][];
  counters: [name: string, n: number][];
}

export type FromShard = CallMessage | Folded | { type: 'live'; live: LiveColumns } | { type: 'failed'; error: CarriedError };
