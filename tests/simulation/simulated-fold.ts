import type { Alert } from '../../src/model/alert.js';
import { Counters } from '../../src/model/counters.js';
import { type DrawnChunk, trackChunkOf } from '../../src/model/drawn-track/drawn-chunk.js';
import type { Fact } from '../../src/model/fact.js';
import type { LivePosition, LiveState } from '../../src/model/live-state.js';
import type { Silence } from '../../src/model/outage.js';
import type { Partition, RecordBatch } from '../../src/model/record.js';
import type { Instant } from '../../src/model/units.js';
import { applyEffect } from '../../src/streams/alert-document.js';
import { recordOfFact } from '../../src/streams/fleet-registry.js';
import type { AlertEffect, FoldEffects } from '../../src/streams/fold/effects.js';
import type { FoldedPartition, FoldShards } from '../../src/streams/fold/fold-shards.js';
import type { Hearing } from '../../src/streams/fold/hearing.js';
import { LocalShards, type LocalShardsOptions } from '../../src/streams/fold/local-shards.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryStateStore } from './memory-state-store.js';

const PARTITIONS = 4;

/** A message on its way: who sent it, what, and when it arrives. */
export interface Sent {
  device: string;
  received: Instant;
  payload: string;
  topic?: string;
  /** Whom the device speaks for, where that is not itself. */
  vehicle?: string;
}

export type StartShards = (options: LocalShardsOptions) => FoldShards;

/** The production fold over a journal in memory, under virtual time: records go in, effects are gathered, crashes happen where asked. */
export class SimulatedFold {
  readonly journal = new MemoryJournal(PARTITIONS);
  readonly state = new MemoryStateStore();
  readonly counters = new Counters();
  /** Every effect by its key, as first told; a second telling must be the same. */
  readonly effects = new Map<string, string>();
  readonly alerts = new Map<string, Alert>();
  readonly rows = new Map<string, unknown>();
  readonly refusals: string[] = [];
  /** What the fold foresaw, for the watch for outages. */
  silences: Silence[] = [];
  private shards: FoldShards;
  private folded = 1;

  constructor(private startShards: StartShards = options => new LocalShards(options)) {
    this.shards = this.newShards();
  }

  private newShards(): FoldShards {
    const { journal, state, counters } = this;
    return this.startShards({ journal, state, counters, partitions: PARTITIONS, snapshotEvery: 30_000 });
  }

  async start(): Promise<void> {
    let from = this.folded;
    for (let p = 0; p < PARTITIONS; p++) from = Math.min(from, await this.shards.assign(p));
    this.folded = Math.max(1, from);
  }

  say(fact: Fact, received: Instant): void {
    this.journal.add(recordOfFact(fact, received));
  }

  send({ device, received, payload, topic = `telltale/v1/${device}/events`, vehicle = device }: Sent): void {
    const header = { kind: 'message' as const, received, format: 'telltale-v1', device, topic, dup: false };
    this.journal.add({ key: vehicle, header, body: Buffer.from(payload) });
  }

  tick(at: Instant): void {
    this.say({ type: 'tick', at }, at);
  }

  /** Folds all that is in the journal, at most `atOnce` records in a batch, and saves whom it is time to save. */
  async run(atOnce = 100): Promise<void> {
    const end = this.journal.end;
    while (this.folded < end) {
      const next = Math.min(end, this.folded + atOnce);
      const handOver = new Map<Partition, RecordBatch>();
      for (let p = 0; p < PARTITIONS; p++) {
        const records = this.journal.slice(p, this.folded, next);
        if (records.length > 0) handOver.set(p, records);
      }
      let settled = Promise.resolve();
      await this.shards.fold(handOver, some => {
        settled = settled.then(() => this.settle(some));
        settled.catch(() => {}); // heard where it is awaited, which may be later
      });
      await settled;
      this.folded = next;
    }
    await this.grown();
  }

  private async settle(some: readonly FoldedPartition[]): Promise<void> {
    for (const { partition, effects } of some) {
      this.take(effects);
      if (!this.shards.snapshotDue(partition)) continue;
      await this.shards.snapshot(partition, []);
      await this.shards.saved(partition);
    }
  }

  /** Everything in memory is gone; what was saved is not. */
  async crash(): Promise<void> {
    await this.shards.close();
    this.shards = this.newShards();
    await this.start();
  }

  /** Everything in memory is gone, and what comes after it folds in another way. */
  async moveTo(startShards: StartShards): Promise<void> {
    this.startShards = startShards;
    await this.crash();
  }

  close(): Promise<void> {
    return this.shards.close();
  }

  grown(): Promise<void> {
    return this.shards.grown(Number.POSITIVE_INFINITY, rows => {
      for (const row of rows) this.put(row);
    });
  }

  rejectedValues(): Promise<Record<string, number>> {
    return this.shards.rejectedValues();
  }

  liveState(vehicle: string): Promise<LiveState | undefined> {
    return this.shards.state(vehicle);
  }

  livePositions(): LivePosition[] {
    return [...this.shards.livePositions()].map(position => ({ ...position })).sort((a, b) => (a.vehicle < b.vehicle ? -1 : 1));
  }

  hearing(...asked: Parameters<FoldShards['hearing']>): Promise<Hearing> {
    return this.shards.hearing(...asked);
  }

  private take({ alerts, rows, refusals, silences }: FoldEffects): void {
    if (silences) this.silences.push(...silences);
    for (const effect of alerts) {
      const key = `${effect.partition}.${effect.offset}.${effect.n}`;
      const text = JSON.stringify(effect);
      const known = this.effects.get(key);
      if (known !== undefined) {
        if (known !== text) throw new Error(`effect ${key} was ${known} and is now ${text}`);
        continue;
      }
      this.effects.set(key, text);
      this.apply(effect);
    }
    for (const row of rows) this.put(row);
    for (const { offset, n, reason } of refusals) this.refusals.push(`${offset}.${n} ${reason}`);
  }

  private put(row: Parameters<typeof rowKey>[0]): void {
    if ('remove' in row) this.rows.delete(rowKey(row));
    else this.rows.set(rowKey(row), row.row);
  }

  private apply(effect: AlertEffect): void {
    const alert = applyEffect(this.alerts.get(effect.id), effect, null);
    if (alert) this.alerts.set(alert.id, alert);
  }

  /** What counts in the end, leaving out what depends on arrival by its nature. */
  outcome(): {
    trips: unknown[];
    days: unknown[];
    fuel: unknown[];
    health: unknown[];
    points: unknown[];
    alerts: unknown[];
    records: unknown[];
  } {
    const table = (name: string) => [...this.rows].filter(([key]) => key.startsWith(`${name} `)).sort(byKey);
    return {
      trips: table('trip').map(([, row]) => ({ ...(row as object), from: 0, to: 0 })),
      days: table('driver_day').map(([, row]) => row),
      fuel: table('fuel_day').map(([, row]) => row),
      health: table('vehicle_health_day').map(([, row]) => row),
      points: table('track').map(([, row]) => trackChunkOf(row as DrawnChunk)),
      records: table('record').map(([, row]) => row),
      alerts: [...this.alerts.values()]
        .filter(({ status, kind }) => status !== 'retracted' && kind !== 'device_offline')
        .map(({ raised_at: _raised, late: _late, evidence: _evidence, latency_ms: _latency, ...rest }) => rest)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  }
}

const rowKey = (row: { table: string; key: string; row?: unknown; remove?: true }): string => `${row.table} ${row.key}`;
const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
