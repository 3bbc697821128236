// Proves: SQL has the newest row of each key and never an older one over it, whenever it is away, whenever a snapshot falls between, and
// whenever the process dies; one row that SQL will never take holds up no other.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../tests/simulation/memory-state-store.js';
import { Counters } from '../model/counters.js';
import { TelltaleError } from '../model/errors.js';
import type { Offset, Partition } from '../model/record.js';
import type { Database, RollUpRow } from '../ports/database.js';
import type { StateWrite } from '../ports/state-store.js';
import { RollUp } from './roll-up.js';

class Away extends TelltaleError {
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly fault = 'outage';
}

const row = (key: string, version: number): RollUpRow =>
  ({ table: 'driver_seen', key, row: { id: String(version) } }) as RollUpRow;

/** SQL as a map; away, or slow, when the test says so. */
class FakeSql {
  readonly rows = new Map<string, number>();
  readonly writes: number[] = [];
  migrations = 0;
  away = false;
  bad = new Set<string>();
  hold: Promise<void> | undefined;
  positions: ReadonlyMap<Partition, Offset> = new Map();

  async migrate(): Promise<void> {
    if (this.away) throw new Away('away');
    this.migrations++;
  }

  async writeRollUps(rows: readonly RollUpRow[], positions: ReadonlyMap<Partition, Offset>): Promise<void> {
    await this.hold;
    if (this.away) throw new Away('away');
    this.writes.push(rows.length);
    if (rows.some(({ key }) => this.bad.has(key))) throw new Error('column too long');
    for (const { key, ...rest } of rows) if ('row' in rest) this.rows.set(key, Number((rest.row as { id: string }).id));
    this.positions = positions;
  }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 8; i++) await new Promise(resolve => setImmediate(resolve));
};

const scene = (given: { sql?: FakeSql; state?: MemoryStateStore; rowsInMemory?: number; rowsAtOnce?: number } = {}) => {
  const { sql = new FakeSql(), state = new MemoryStateStore(), rowsInMemory = 1_000, rowsAtOnce = 100 } = given;
  const clock = new ManualClock();
  const counters = new Counters();
  const told: string[] = [];
  const rejected: string[] = [];
  const grown: RollUpRow[] = [];
  const rollUp = new RollUp({
    database: sql as unknown as Database,
    state,
    clock,
    counters,
    grown: async (_limit, take) => take(grown.splice(0)),
    positions: () => new Map([[0, 42]]),
    flushEvery: 1_000,
    rowsAtOnce,
    rowsInMemory,
    watch: (up, error) => told.push(up ? 'up' : `away: ${error}`),
    reject: ({ key }) => rejected.push(key),
  });
  const snapshot = () => rollUp.spill(0, writes => state.write(writes));
  return { sql, state, clock, counters, told, rejected, grown, rollUp, snapshot };
};

const fail = (error: unknown): void => {
  throw error;
};

test('rows go out with the flush, the newest of each key, with the position they stand for', async () => {
  const { sql, rollUp, clock, grown } = scene();
  await rollUp.start(fail);
  rollUp.put(0, [row('a', 1), row('b', 1)]);
  rollUp.put(0, [row('a', 2)]);
  grown.push(row('c', 7));
  clock.advance(1_000);
  await settle();
  expect([...sql.rows]).toEqual([
    ['a', 2],
    ['b', 1],
    ['c', 7],
  ]);
  expect(rollUp.written(0)).toBe(42);
  expect(rollUp.pending()).toBe(0);
});

test('SQL that is away at first is waited for, is brought up to date when it comes, and gets everything', async () => {
  const sql = new FakeSql();
  sql.away = true;
  const { rollUp, clock, told, counters } = scene({ sql });
  await rollUp.start(fail);
  rollUp.put(0, [row('a', 1)]);
  for (let i = 0; i < 60; i++) {
    clock.advance(1_000);
    await settle();
  }
  expect(rollUp.up).toBe(false);
  // Waits grow: it is not asked every second.
  expect(counters.get('rollup_retries_total')).toBeLessThan(12);
  sql.away = false;
  clock.advance(15_000);
  await settle();
  expect([...sql.rows]).toEqual([['a', 1]]);
  expect(told).toEqual(['away: away', 'up']);
  rollUp.put(0, [row('a', 2)]);
  sql.away = true;
  clock.advance(1_000);
  await settle();
  sql.away = false;
  clock.advance(15_000);
  await settle();
  expect(sql.rows.get('a')).toBe(2);
  expect(sql.migrations).toBe(2);
});

test('flush resolves when what waited is in SQL, also behind one under way; at once while SQL is away', async () => {
  const { sql, rollUp } = scene();
  await rollUp.start(fail);
  let release = (): void => {};
  sql.hold = new Promise(resolve => {
    release = resolve;
  });
  rollUp.put(0, [row('a', 1)]);
  const first = rollUp.flush();
  await settle();
  rollUp.put(0, [row('a', 2), row('b', 1)]);
  const second = rollUp.flush();
  release();
  await Promise.all([first, second]);
  expect([...sql.rows]).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  sql.away = true;
  rollUp.put(0, [row('a', 3)]);
  await rollUp.flush();
  await rollUp.flush();
  expect(rollUp.pending()).toBe(1);
});

test('rows that SQL did not take are on disk with the snapshot, and the next process writes them', async () => {
  const sql = new FakeSql();
  sql.away = true;
  const before = scene({ sql });
  await before.rollUp.start(fail);
  before.rollUp.put(0, [row('a', 1), row('b', 1)]);
  await before.snapshot();
  before.rollUp.put(0, [row('b', 2)]);
  await before.snapshot();
  sql.away = false;
  const after = scene({ sql, state: before.state });
  await after.rollUp.start(fail);
  expect(after.rollUp.pending()).toBe(2);
  await after.rollUp.flush();
  expect(Object.fromEntries(sql.rows)).toEqual({ a: 1, b: 2 });
  const third = scene({ sql, state: before.state });
  await third.rollUp.start(fail);
  expect(third.rollUp.pending()).toBe(0);
});

test('beyond the bound rows are on disk only, come back newest first, and SQL gets all of them', async () => {
  const sql = new FakeSql();
  sql.away = true;
  const { rollUp, snapshot } = scene({ sql, rowsInMemory: 10, rowsAtOnce: 7 });
  await rollUp.start(fail);
  for (let version = 1; version <= 3; version++) {
    rollUp.put(
      0,
      Array.from({ length: 50 }, (_, i) => row(`k${i}`, version)),
    );
    await snapshot();
  }
  rollUp.put(0, [row('k3', 9)]);
  await rollUp.flush();
  sql.away = false;
  rollUp.up = true;
  await rollUp.flush();
  expect(sql.rows.size).toBe(50);
  expect(sql.rows.get('k3')).toBe(9);
  expect([...sql.rows.values()].filter(version => version === 3)).toHaveLength(49);
  expect(Math.max(...sql.writes)).toBeLessThanOrEqual(7);
});

test('a snapshot that lands while SQL takes the same row leaves no old row behind', async () => {
  const { sql, state, rollUp } = scene();
  await rollUp.start(fail);
  rollUp.put(0, [row('a', 1)]);
  let taken = (): void => {};
  sql.hold = new Promise(resolve => {
    taken = resolve;
  });
  const flushed = rollUp.flush();
  await settle();
  // The snapshot's rows are laid out; SQL answers before they are on disk.
  const saved = rollUp.spill(0, async (writes: StateWrite[]) => {
    taken();
    await settle();
    await state.write(writes);
  });
  await Promise.all([flushed, saved]);
  sql.hold = undefined;
  rollUp.put(0, [row('a', 2)]);
  await rollUp.flush();
  // The next process, after a snapshot that has row 2 behind it.
  await rollUp.spill(0, writes => state.write(writes));
  const next = scene({ sql, state });
  await next.rollUp.start(fail);
  await next.rollUp.flush();
  expect(sql.rows.get('a')).toBe(2);
});

test('a snapshot that fails keeps its rows for the next one', async () => {
  const { sql, state, rollUp, snapshot } = scene();
  sql.away = true;
  await rollUp.start(fail);
  rollUp.put(0, [row('a', 1)]);
  await expect(rollUp.spill(0, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  await snapshot();
  sql.away = false;
  const next = scene({ sql, state });
  await next.rollUp.start(fail);
  await next.rollUp.flush();
  expect(sql.rows.get('a')).toBe(1);
});

test('one row that SQL will not have is left out, told and counted, and the others get on', async () => {
  const { sql, rollUp, rejected, counters } = scene();
  sql.bad.add('k17');
  await rollUp.start(fail);
  rollUp.put(
    0,
    Array.from({ length: 40 }, (_, i) => row(`k${i}`, 1)),
  );
  await rollUp.flush();
  expect(sql.rows.size).toBe(39);
  expect(rejected).toEqual(['k17']);
  expect(counters.get('rollup_rows_rejected_total')).toBe(1);
  expect(rollUp.up).toBe(true);
  expect(rollUp.pending()).toBe(0);
});

test('stop writes what is left', async () => {
  const { sql, rollUp, clock } = scene();
  await rollUp.start(fail);
  rollUp.put(0, [row('a', 5)]);
  await rollUp.stop();
  expect(sql.rows.get('a')).toBe(5);
  rollUp.put(0, [row('a', 6)]);
  clock.advance(60_000);
  await settle();
  expect(sql.rows.get('a')).toBe(5);
});

test('whatever the order of rows, flushes, snapshots, outages and crashes: SQL ends with the newest of each', async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('put a', 'put b', 'put c') },
    { weight: 3, arbitrary: fc.constantFrom('flush', 'snapshot', 'flush+snapshot', 'snapshot+flush') },
    { weight: 1, arbitrary: fc.constantFrom('away', 'back', 'crash') },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      const sql = new FakeSql();
      const state = new MemoryStateStore();
      let now = scene({ sql, state, rowsInMemory: 1, rowsAtOnce: 2 });
      await now.rollUp.start(fail);
      const newest = new Map<string, number>();
      /** Rows since the last snapshot: what the fold says again after a crash. */
      let tail: RollUpRow[] = [];
      let version = 0;
      const snapshot = async () => {
        const count = tail.length;
        await now.snapshot();
        tail = tail.slice(count);
      };
      for (const name of steps) {
        if (name.startsWith('put')) {
          const given = row(name.slice(4), ++version);
          newest.set(given.key, version);
          tail.push(given);
          now.rollUp.put(0, [given]);
        } else if (name === 'flush') await now.rollUp.flush();
        else if (name === 'snapshot') await snapshot();
        else if (name === 'flush+snapshot') await Promise.all([now.rollUp.flush(), snapshot()]);
        else if (name === 'snapshot+flush') await Promise.all([snapshot(), now.rollUp.flush()]);
        else if (name === 'away') sql.away = true;
        else if (name === 'back') {
          sql.away = false;
          now.rollUp.up = true;
        } else {
          await settle();
          now = scene({ sql, state, rowsInMemory: 1, rowsAtOnce: 2 });
          await now.rollUp.start(fail);
          now.rollUp.put(0, tail);
        }
      }
      sql.away = false;
      now.rollUp.up = true;
      await now.rollUp.flush();
      expect(Object.fromEntries(sql.rows)).toEqual(Object.fromEntries(newest));
      // And so it stays after another start.
      await snapshot();
      const last = scene({ sql, state });
      await last.rollUp.start(fail);
      await last.rollUp.flush();
      expect(Object.fromEntries(sql.rows)).toEqual(Object.fromEntries(newest));
    }),
    { numRuns: 150 },
  );
});

test('a snapshot of one partition holds its own rows only, and none that will be asked for again', async () => {
  const { sql, rollUp, grown } = scene();
  sql.away = true;
  await rollUp.start(fail);
  grown.push(row('grown', 1));
  await rollUp.flush();
  rollUp.put(0, [row('a', 1)]);
  rollUp.put(1, [row('b', 1)]);
  const keysIn = async (p: Partition): Promise<string[]> => {
    const keys: string[] = [];
    await rollUp.spill(p, async (writes: StateWrite[]) => {
      for (const write of writes) if ('put' in write) keys.push(write.put.slice(write.put.lastIndexOf('/') + 1));
    });
    return keys;
  };
  expect(await keysIn(1)).toEqual(['b']);
  expect(await keysIn(0)).toEqual(['a']);
  expect(await keysIn(0)).toEqual([]);
});

test('a row that has grown outlives the bound of rows in memory: what stands on disk under its key is older', async () => {
  const { sql, rollUp, snapshot, grown } = scene({ rowsInMemory: 2 });
  await rollUp.start(fail);
  sql.away = true;
  rollUp.put(0, [row('a', 1), row('b', 1), row('c', 1)]);
  await snapshot();
  rollUp.up = true;
  grown.push(row('a', 2));
  await rollUp.flush();
  rollUp.put(0, [row('d', 1), row('e', 1)]);
  await snapshot();
  sql.away = false;
  rollUp.up = true;
  await rollUp.flush();
  expect(Object.fromEntries(sql.rows)).toEqual({ a: 2, b: 1, c: 1, d: 1, e: 1 });
});
