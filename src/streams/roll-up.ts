import type { Counters } from '../model/counters.js';
import { faultOf } from '../model/errors.js';
import type { Offset, Partition } from '../model/record.js';
import { type Millis, seconds } from '../model/units.js';
import type { Cancel, Clock } from '../ports/clock.js';
import type { Database, RollUpRow } from '../ports/database.js';
import type { StateStore, StateWrite } from '../ports/state-store.js';

export interface RollUpOptions {
  database: Database;
  state: StateStore;
  clock: Clock;
  counters: Counters;
  /** Rows that have grown, asked for at each flush; `take` is called in the turn in which they come. */
  grown(limit: number, take: (rows: readonly RollUpRow[]) => void): Promise<void>;
  positions(): Map<Partition, Offset>;
  flushEvery: Millis;
  /** Rows in one transaction. */
  rowsAtOnce: number;
  /** Rows kept in memory while SQL is away; beyond it they go to disk. */
  rowsInMemory: number;
  /** SQL is there, or away: told at each change. */
  watch(up: boolean, error: string | null): void;
  /** A row that SQL will never take; it is left out, so that the others get on. */
  reject(row: RollUpRow, error: unknown): void;
  /** The fold has much to make good: what merely grows is not asked for until it has, and nothing hurries. */
  farBehind?(): boolean;
}

const PENDING = 'rollup/pending/';
/**
 * So many vehicles that have grown go with one flush, four times a second. What opens or ends goes at once; what merely grows is written
 * again and again, and with thousands of vehicles on the road it would keep a core busy with tracks.
 */
const VEHICLES_AT_ONCE = 100;
/** And with a flush that hurries for an alert: in a small fleet that is everybody, so trips and days tell of it as soon as the alert. */
const VEHICLES_IN_HURRY = 25;
/** And when somebody waits for what was changed: all of a fleet that is not large; what a change brings itself does not wait to be asked for. */
const VEHICLES_WHEN_ASKED = 2_000;
/** Rows of alerts that come together go together. */
const HURRY: Millis = 50;
const RETRY_MOST = seconds(15);
const firstOf = (rows: ReadonlyMap<string, RollUpRow>, most: number): RollUpRow[] => {
  const first: RollUpRow[] = [];
  for (const row of rows.values()) {
    if (first.length >= most) break;
    first.push(row);
  }
  return first;
};
const idOf = ({ table, key }: RollUpRow): string => `${table}/${key}`;

/**
 * Writes outcomes into SQL: absolute rows, the newest of each key only. While SQL is away rows wait in memory, and from the next snapshot
 * on disk; folding the tail again brings the same rows, so that none is lost and twice is once.
 */
export class RollUp {
  private readonly rows = new Map<string, RollUpRow>();
  /** Keys of rows that came since the last snapshot of their partition. What has grown is not among them: it is asked for again. */
  private readonly fresh = new Map<Partition, Set<string>>();
  /** Keys of rows here that were asked for when they had grown: newer than what may stand on disk. */
  private readonly byGrowth = new Set<string>();
  /** Keys that stand on disk until SQL has them. */
  private readonly spilled = new Set<string>();
  /** Who looks at rows on disk or changes them waits here for the one before: a snapshot and a flush never meet half way. */
  private disk: Promise<unknown> = Promise.resolve();
  private flushing: Promise<void> | undefined;
  private timer: Cancel | undefined;
  private hurried: Cancel | undefined;
  private wait: Millis = 0;
  private stopped = false;
  private fail: (error: unknown) => void = () => {};
  private positionsWritten: ReadonlyMap<Partition, Offset> = new Map();
  /** The tables are there. */
  private ready = false;
  up = true;
  lastError: string | null = null;

  constructor(private readonly options: RollUpOptions) {}

  /**
   * Takes up what was on disk when the last process ended.
   * @param fail told of what is neither an absence of SQL nor a row that it will not have
   */
  async start(fail: (error: unknown) => void): Promise<void> {
    this.stopped = false;
    this.fail = fail;
    for await (const [at] of this.options.state.range(PENDING, `${PENDING}\uffff`)) this.spilled.add(at.slice(PENDING.length));
    this.plan(this.options.flushEvery);
  }

  /** Takes rows that came of records of partition `p`. */
  put(p: Partition, rows: readonly RollUpRow[]): void {
    for (const row of rows) {
      const id = idOf(row);
      this.rows.set(id, row);
      this.byGrowth.delete(id);
      this.freshOf(p).add(id);
    }
  }

  private putGrown(rows: readonly RollUpRow[]): void {
    for (const row of rows) {
      const id = idOf(row);
      this.rows.set(id, row);
      this.byGrowth.add(id);
    }
  }

  private freshOf(p: Partition): Set<string> {
    let fresh = this.fresh.get(p);
    if (!fresh) {
      fresh = new Set();
      this.fresh.set(p, fresh);
    }
    return fresh;
  }

  /** A row that waits in memory. */
  waiting(table: RollUpRow['table'], key: string): RollUpRow | undefined {
    return this.rows.get(`${table}/${key}`);
  }

  /** Where partition `p` stood when SQL was written last; null before that. */
  written(p: Partition): Offset | null {
    return this.positionsWritten.get(p) ?? null;
  }

  pending(): number {
    return this.rows.size + this.spilled.size;
  }

  /** So many rows wait that a snapshot should take them to disk. */
  isPressed(): boolean {
    return this.rows.size > this.options.rowsInMemory;
  }

  /** Writes what waits, soon; resolves when it is in SQL or SQL is away. */
  async flush(vehicles = VEHICLES_WHEN_ASKED): Promise<void> {
    if (this.flushing) await this.flushing;
    if (!this.up) return;
    this.flushing ??= this.flushNow(vehicles).finally(() => {
      this.flushing = undefined;
    });
    await this.flushing;
  }

  /** Does not wait for the next flush: somebody is going to look up what an alert is about. */
  hurry(): void {
    if (this.stopped || this.options.farBehind?.()) return;
    this.hurried ??= this.options.clock.after(HURRY, () => {
      this.hurried = undefined;
      this.flush(VEHICLES_IN_HURRY).catch(this.fail);
    });
  }

  private plan(after: Millis): void {
    if (this.stopped) return;
    this.timer = this.options.clock.after(after, () => {
      this.flushing ??= this.flushNow(this.options.farBehind?.() ? 0 : VEHICLES_AT_ONCE).finally(() => {
        this.flushing = undefined;
      });
      this.flushing.then(() => this.plan(this.wait || this.options.flushEvery), this.fail);
    });
  }

  /** @param vehicles at most so many of those that have grown go with it */
  private async flushNow(vehicles: number): Promise<void> {
    const { database, counters, grown, rowsAtOnce } = this.options;
    // While SQL is away they would only gather here; they go on growing where they are.
    if (vehicles > 0 && this.up) await grown(vehicles, rows => this.putGrown(rows));
    try {
      // Also where it was away: another process may have been at it meanwhile.
      if (!this.ready || !this.up) await database.migrate();
      this.ready = true;
      while (this.pending() > 0) {
        await this.unspill();
        const batch = firstOf(this.rows, rowsAtOnce);
        if (batch.length === 0) break;
        await this.write(batch);
        await this.done(batch);
        counters.add('rollup_rows_total', batch.length);
      }
      this.is(true, null);
      this.wait = 0;
    } catch (error) {
      this.is(false, error instanceof Error ? error.message : String(error));
      this.wait = Math.min(RETRY_MOST, Math.max(this.options.flushEvery, this.wait * 2));
      counters.add('rollup_retries_total');
    }
  }

  private is(up: boolean, error: string | null): void {
    const changed = up !== this.up || error !== this.lastError;
    this.up = up;
    this.lastError = error;
    if (changed) this.options.watch(up, error);
  }

  /** Writes rows; where SQL will not have one of them, finds out which, and writes the others. */
  private async write(rows: readonly RollUpRow[]): Promise<void> {
    const { database, positions, reject, counters } = this.options;
    try {
      const at = positions();
      await database.writeRollUps(rows, at);
      this.positionsWritten = at;
    } catch (error) {
      if (faultOf(error) === 'outage') throw error;
      if (rows.length === 1) {
        counters.add('rollup_rows_rejected_total');
        reject(rows[0]!, error);
        return;
      }
      const half = rows.length >> 1;
      await this.write(rows.slice(0, half));
      await this.write(rows.slice(half));
    }
  }

  /** Brings back rows from disk, unless a newer one is here. */
  private unspill(): Promise<void> {
    return this.alone(async () => {
      const missing: string[] = [];
      for (const id of this.spilled) {
        if (missing.length + this.rows.size >= this.options.rowsAtOnce) break;
        if (!this.rows.has(id)) missing.push(id);
      }
      const texts = await this.options.state.getMany(missing.map(id => PENDING + id));
      texts.forEach((text, i) => {
        const id = missing[i]!;
        if (text === undefined) this.spilled.delete(id);
        else if (!this.rows.has(id)) this.rows.set(id, JSON.parse(text) as RollUpRow);
      });
    });
  }

  /** SQL has these: they go from disk, then from memory. A row that changed meanwhile stays in both for the next flush. */
  private done(batch: readonly RollUpRow[]): Promise<void> {
    return this.alone(async () => {
      const unchanged = batch.filter(row => this.rows.get(idOf(row)) === row);
      const stored = unchanged.map(idOf).filter(id => this.spilled.has(id));
      if (stored.length > 0) {
        await this.options.state.write(
          stored.map((id): StateWrite => ({ del: PENDING + id })),
          { sync: false },
        );
      }
      for (const id of stored) this.spilled.delete(id);
      for (const row of unchanged) {
        const id = idOf(row);
        if (this.rows.get(id) !== row) continue;
        this.rows.delete(id);
        this.byGrowth.delete(id);
      }
    });
  }

  /**
   * Hands `save` what a snapshot of partition `p` has to hold so that no row is lost that its position has passed. Until it is on disk no flush takes rows
   * from there or puts them aside: else an old row could stay behind, and go over a newer one after the next start.
   */
  spill(p: Partition, save: (writes: StateWrite[]) => Promise<void>): Promise<void> {
    return this.alone(async () => {
      const { rowsInMemory, counters } = this.options;
      const fresh = [...this.freshOf(p)];
      this.freshOf(p).clear();
      const writes: StateWrite[] = [];
      for (const id of fresh) {
        const row = this.rows.get(id);
        if (!row) continue; // SQL has it
        writes.push({ put: PENDING + id, value: JSON.stringify(row) });
        this.spilled.add(id);
      }
      try {
        await save(writes);
      } catch (error) {
        for (const id of fresh) this.freshOf(p).add(id);
        throw error;
      }
      if (this.rows.size > rowsInMemory) for (const id of this.spilled) if (!this.isOnlyHere(id)) this.rows.delete(id);
      if (writes.length > 0) counters.add('rollup_spilled_rows_total', writes.length);
    });
  }

  /** Newer than what stands on disk under this key. */
  private isOnlyHere(id: string): boolean {
    if (this.byGrowth.has(id)) return true;
    for (const fresh of this.fresh.values()) if (fresh.has(id)) return true;
    return false;
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.disk.then(work);
    this.disk = result.catch(() => {});
    return result;
  }

  /** Writes what is left, as far as SQL takes it. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.();
    this.hurried?.();
    await this.flushing?.catch(() => {});
    if (this.up) await this.flushNow(Number.POSITIVE_INFINITY).catch(() => {});
  }
}
