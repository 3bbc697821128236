import type { Alert } from '../../src/model/alert.js';
import { Counters } from '../../src/model/counters.js';
import type { Fact } from '../../src/model/fact.js';
import type { LiveState } from '../../src/model/live-state.js';
import type { Silence } from '../../src/model/outage.js';
import type { Instant } from '../../src/model/units.js';
import { applyEffect } from '../../src/streams/alert-document.js';
import { recordOfFact } from '../../src/streams/fleet-registry.js';
import type { AlertEffect, FoldEffects } from '../../src/streams/fold/effects.js';
import type { Hearing } from '../../src/streams/fold/hearing.js';
import { Shard } from '../../src/streams/fold/shard.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryStateStore } from './memory-state-store.js';

const PARTITIONS = 4;

/** A message on its way: who sent it, what, and when it arrives. */
export interface Sent {
  device: string;
  received: Instant;
  payload: string;
  topic?: string;
}

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
  private shard = this.newShard();
  private folded = 1;

  private newShard(): Shard {
    const { journal, state, counters } = this;
    return new Shard({ journal, state, counters, partitions: PARTITIONS, snapshotEvery: 30_000 });
  }

  async start(): Promise<void> {
    let from = this.folded;
    for (let p = 0; p < PARTITIONS; p++) from = Math.min(from, await this.shard.assign(p));
    this.folded = Math.max(1, from);
  }

  say(fact: Fact, received: Instant): void {
    this.journal.add(recordOfFact(fact, received));
  }

  send({ device, received, payload, topic = `telltale/v1/${device}/events` }: Sent): void {
    const header = { kind: 'message' as const, received, format: 'telltale-v1', device, topic, dup: false };
    this.journal.add({ key: device, header, body: Buffer.from(payload) });
  }

  tick(at: Instant): void {
    this.say({ type: 'tick', at }, at);
  }

  /** Folds all that is in the journal, at most `atOnce` records in a batch, and saves whom it is time to save. */
  async run(atOnce = 100): Promise<void> {
    const end = this.journal.records.length + 1;
    while (this.folded < end) {
      const next = Math.min(end, this.folded + atOnce);
      for (let p = 0; p < PARTITIONS; p++) {
        const records = this.journal.slice(p, this.folded, next);
        if (records.length === 0) continue;
        this.take(await this.shard.fold(p, records));
        if (this.shard.snapshotDue(p)) await this.shard.snapshot(p, []);
      }
      this.folded = next;
    }
    this.grown();
  }

  /** Everything in memory is gone; what was saved is not. */
  async crash(): Promise<void> {
    this.shard = this.newShard();
    await this.start();
  }

  grown(): void {
    for (const row of this.shard.grown(Number.POSITIVE_INFINITY)) this.put(row);
  }

  rejectedValues(): Record<string, number> {
    return this.shard.rejectedValues();
  }

  liveState(vehicle: string): LiveState | undefined {
    return this.shard.state(this.journal.partitionOf(vehicle), vehicle);
  }

  async hearing(...asked: Parameters<Shard['hearing']>): Promise<Hearing> {
    return this.shard.hearing(...asked);
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
      points: table('track').map(([, row]) => row),
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
