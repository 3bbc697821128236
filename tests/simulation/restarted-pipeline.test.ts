// Proves: whichever stage throws, wherever it throws, the fold actor comes back from the last snapshot and the journal hands over from there:
// every alert stands on the stream once, in the same order of changes, and SQL has the rows of an undisturbed run. What a failed stage left
// half done is not saved. Who waits for an offset since before a restart is told when it is reached after it.
import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { foldActor } from '../../src/actors/fold.actor.js';
import { Supervisor } from '../../src/actors/supervisor.js';
import { journalDefaults, LevelJournal } from '../../src/adapters/leveldb/leveldb-journal.js';
import { Counters } from '../../src/model/counters.js';
import type { NewRecord } from '../../src/model/record.js';
import type { Database, RollUpRow } from '../../src/ports/database.js';
import type { StateWrite } from '../../src/ports/state-store.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { AlertLog } from '../../src/streams/alert-log.js';
import { CarriedOut } from '../../src/streams/carried-out.js';
import { recordOfFact } from '../../src/streams/fleet-registry.js';
import type { FoldShards } from '../../src/streams/fold/fold-shards.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { startPipeline } from '../../src/streams/pipeline.js';
import { QuarantineStore } from '../../src/streams/quarantine-store.js';
import { RollUp } from '../../src/streams/roll-up.js';
import { channelShards } from '../harness/channel-shards.js';
import { tempDir } from '../harness/temp-dir.js';
import { ManualClock } from '../mqtt/manual-clock.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START } from './fleet-drive.js';
import { MemoryStateStore } from './memory-state-store.js';

const PARTITIONS = 4;
const CHUNK = 300;
let events: DeviceEvent[];
let records: NewRecord[];

beforeAll(() => {
  events = fleetDrive('digests', 4, 12);
  records = defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, START));
  records.push(...fencesAlong(events).map(geofence => recordOfFact({ type: 'geofence_put', geofence }, START)));
  let second = START;
  const tick = () => records.push(recordOfFact({ type: 'tick', at: second }, second));
  const arrivals = events.map((event, i) => ({ ...event, received: event.ts + (i % 11 === 5 ? 20_000 : 50) }));
  for (const { device, received, text } of arrivals.sort((a, b) => a.received - b.received)) {
    for (; second <= received; second += 1_000) tick();
    const header = {
      kind: 'message' as const,
      received,
      format: 'telltale-v1',
      device,
      topic: `telltale/v1/${device}/events`,
      dup: false,
    };
    records.push({ key: device, header, body: Buffer.from(text) });
  }
  for (const end = second + 7_200_000; second <= end; second += 20_000) tick();
  const message = records.find(({ header }) => header.kind === 'message')!;
  // Not the last one: every partition has read all when it has read the last tick.
  records.splice(-1, 0, { ...message, body: Buffer.from('{"ts":') });
});

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const until = async (done: () => boolean, poke: () => void = () => {}): Promise<void> => {
  for (let i = 0; i < 1_000 && !done(); i++) {
    poke();
    await sleep(2);
  }
  expect(done()).toBe(true);
};

type Faults = Partial<Record<'fold' | 'thread' | 'alerts' | 'write' | 'quarantine' | 'assign', number>>;

/**
 * Runs all records through the real journal, stages and supervisor. A fault throws at the nth call of its kind, once: `fold` when the nth partition has been
 * folded, and `thread` ends one when the nth is given.
 */
const run = async (faults: Faults, threads = 0) => {
  const left = new Map(Object.entries(faults));
  const strike = (kind: keyof Faults): void => {
    const n = left.get(kind);
    if (n === undefined) return;
    if (n > 1) left.set(kind, n - 1);
    else {
      left.delete(kind);
      throw new Error(`${kind} failed`);
    }
  };
  class Store extends MemoryStateStore {
    override async write(writes: readonly StateWrite[]): Promise<void> {
      if (writes.some(write => 'put' in write && write.put.startsWith('fold/position'))) strike('write');
      await super.write(writes);
    }
  }
  const directory = join(await tempDir('pipeline'), 'journal');
  const journal = await LevelJournal.open({ directory, partitions: PARTITIONS, ...journalDefaults, tailBytes: 20_000 });
  const state = new Store();
  const clock = new ManualClock();
  const counters = new Counters();
  const sql = new Map<string, string>();
  const database = {
    migrate: async () => {},
    writeRollUps: async (rows: readonly RollUpRow[]) => {
      for (const row of rows) {
        const key = `${row.table} ${row.key}`;
        if ('remove' in row) sql.delete(key);
        else sql.set(key, JSON.stringify(row.row));
      }
    },
  } as unknown as Database;
  let shards!: FoldShards;
  const carriedOut = new CarriedOut();
  const rollUp = new RollUp({
    database,
    state,
    clock,
    counters,
    grown: (limit, take) => shards.grown(limit, take),
    positions: () => shards.positions(),
    flushEvery: 1_000,
    rowsAtOnce: 50,
    rowsInMemory: 1_000,
    watch: () => {},
    reject: row => {
      throw new Error(`rejected ${row.key}`);
    },
  });
  const alerts = await AlertLog.load({ state, clock, counters, entriesKept: 10_000 });
  const take = alerts.take.bind(alerts);
  alerts.take = async effects => {
    strike('alerts');
    return take(effects);
  };
  const stream: string[] = [];
  alerts.onEntry(({ cursor, change, alert }) => stream.push(`${cursor} ${change} ${alert.id}`));
  const quarantine = new QuarantineStore(state, { entries: 100, bytes: 1_000_000 }, counters);
  const addAll = quarantine.addAll.bind(quarantine);
  quarantine.addAll = async entries => {
    strike('quarantine');
    return addAll(entries);
  };
  const deliverTo = { alerts, quarantine, rollUp, counters, tell: () => {}, changed: () => {} };
  const parts = () => {
    const options = { journal, state, counters, partitions: PARTITIONS, snapshotEvery: 30_000 };
    const lines = threads > 0 ? channelShards({ ...options, shards: threads, changed: () => {} }) : undefined;
    shards = lines?.shards ?? new LocalShards(options);
    const { fold, assign } = shards;
    shards.fold = async (records, folded) => {
      for (let partitions = 0; partitions < records.size; partitions++) {
        try {
          strike('thread');
        } catch {
          lines?.kill(1);
        }
      }
      await fold.call(shards, records, some => {
        for (const one of some) {
          strike('fold');
          folded([one]);
        }
      });
    };
    shards.assign = async p => {
      strike('assign');
      return assign.call(shards, p);
    };
    return { journal, shards, carriedOut, alerts, rollUp, deliverTo };
  };
  const escalated: Error[] = [];
  const supervisor = new Supervisor({
    clock,
    random: { fraction: () => 0, secret: () => new Uint8Array() },
    watch: () => {},
    escalate: error => escalated.push(error),
  });
  await rollUp.start(error => {
    throw error;
  });
  const reached = Promise.all([0, 1, 2, 3].map(p => carriedOut.reached(p, records.length)));
  await supervisor.start([foldActor(parts)]);
  for (let at = 0; at < records.length; at += CHUNK) {
    await journal.append(records.slice(at, at + CHUNK));
    if (at % (4 * CHUNK) === 0) await sleep(3);
    clock.advance(100);
  }
  const head = () => journal.head().get(0)!;
  const caughtUp = () => {
    const positions = shards.positions();
    return positions.size === PARTITIONS && [...positions.values()].every(next => next === head());
  };
  await until(caughtUp, () => clock.advance(100));
  await reached;
  const restarts = supervisor.status()[0]!.restarts;
  // Before the fold ends: what still grows is asked for while it is there.
  await rollUp.flush();
  await supervisor.stop();
  await rollUp.flush();
  await rollUp.stop();
  await journal.close();
  const alertsNow: Record<string, unknown> = {};
  for await (const [key, text] of state.range('alerts/by-id/', 'alerts/by-id/~')) {
    const { latency_ms: _latency, ...alert } = JSON.parse(text) as { latency_ms: number };
    alertsNow[key] = alert;
  }
  const rows = Object.fromEntries([...sql].filter(([key]) => !key.startsWith('alert ')).sort());
  return { restarts, escalated, stream, alerts: alertsNow, rows, quarantine: quarantine.size().entries, left };
};

let undisturbed: Awaited<ReturnType<typeof run>>;
const perVehicle = (stream: readonly string[]): string[] => stream.map(line => line.slice(line.indexOf(' ') + 1)).sort();

// Some thousand records each, through a real journal.
jest.setTimeout(120_000);

test('an undisturbed run has something to say', async () => {
  undisturbed = await run({});
  expect(undisturbed.restarts).toBe(0);
  expect(undisturbed.stream.length).toBeGreaterThan(5);
  expect(Object.keys(undisturbed.rows).length).toBeGreaterThan(5);
  expect(undisturbed.quarantine).toBe(1);
});

const cases: [string, Faults, number][] = [
  ['the fold, early', { fold: 3 }, 1],
  ['the fold, after snapshots', { fold: 40 }, 1],
  ['the alerts, at the first one', { alerts: 1 }, 1],
  ['the alerts, later', { alerts: 4 }, 1],
  ['a snapshot', { write: 2 }, 1],
  ['the quarantine', { quarantine: 1 }, 1],
  ['two stages', { fold: 20, alerts: 3 }, 2],
  ['the restart too', { fold: 20, assign: 6 }, 2],
];

test.each(cases)('%s throws: nothing is lost, nothing comes twice', async (_name, faults, failures) => {
  const disturbed = await run(faults);
  expect(disturbed.left.size).toBe(0);
  expect(disturbed.restarts).toBe(failures);
  expect(disturbed.escalated).toEqual([]);
  expect(perVehicle(disturbed.stream)).toEqual(perVehicle(undisturbed.stream));
  expect(disturbed.stream.map(line => Number(line.split(' ')[0]))).toEqual(disturbed.stream.map((_, i) => i + 1));
  expect(disturbed.alerts).toEqual(undisturbed.alerts);
  expect(disturbed.rows).toEqual(undisturbed.rows);
  expect(disturbed.quarantine).toBe(undisturbed.quarantine);
});

test.each<[string, Faults, number]>([
  ['no fault', {}, 0],
  ['a thread ends, early', { thread: 3 }, 1],
  ['a thread ends, later', { thread: 16 }, 1],
  ['a thread ends, and alerts fail', { thread: 6, alerts: 2 }, 2],
  ['a snapshot fails', { write: 2 }, 1],
  // Soon: threads that are slow are given more at once, and fold fewer times.
  ['the fold throws, and the restart too', { fold: 6, assign: 6 }, 2],
])('in two threads, %s: nothing is lost, nothing comes twice', async (_name, faults, failures) => {
  const disturbed = await run(faults, 2);
  expect(disturbed.left.size).toBe(0);
  expect(disturbed.restarts).toBe(failures);
  expect(disturbed.escalated).toEqual([]);
  expect(perVehicle(disturbed.stream)).toEqual(perVehicle(undisturbed.stream));
  expect(disturbed.alerts).toEqual(undisturbed.alerts);
  expect(disturbed.rows).toEqual(undisturbed.rows);
  expect(disturbed.quarantine).toBe(undisturbed.quarantine);
});

test('the journal is told by rejection that a stage broke, at once and from then on, and nothing of it is saved', async () => {
  const state = new MemoryStateStore();
  const counters = new Counters();
  let owner!: Parameters<LevelJournal['own']>[0];
  const ended = new Promise<void>(() => {});
  const journal = {
    ofVehicle: async function* () {},
    partitionOf: () => 0,
    own: async (given: typeof owner) => {
      owner = given;
      return { ended, close: async () => owner.release(0) };
    },
  } as unknown as LevelJournal;
  const shards = new LocalShards({ journal, state, counters, partitions: 1, snapshotEvery: 1 });
  const alerts = await AlertLog.load({ state, clock: new ManualClock(), counters, entriesKept: 10 });
  const rollUp = new RollUp({ state, counters, rowsInMemory: 10 } as unknown as ConstructorParameters<typeof RollUp>[0]);
  let failing = false;
  const fold = shards.fold.bind(shards);
  shards.fold = async (records, folded) => {
    if (failing) throw new Error('stage broke');
    return fold(records, folded);
  };
  const quarantine = new QuarantineStore(state, { entries: 1, bytes: 1 }, counters);
  const deliverTo = { alerts, quarantine, rollUp, counters, tell: () => {}, changed: () => {} };
  const failures: unknown[] = [];
  const parts = { journal, shards, carriedOut: new CarriedOut(), alerts, rollUp, deliverTo };
  const pipeline = await startPipeline(parts, error => failures.push(error));
  expect(await owner.assign(0)).toBe(0);
  const tick = (offset: number) => new Map([[0, [{ ...recordOfFact({ type: 'tick', at: START + offset }, START), offset }]]]);
  await owner.records(tick(1), () => {});
  failing = true;
  const first = owner.records(tick(2), () => {});
  const second = owner.records(tick(3), () => {});
  await expect(first).rejects.toThrow('stage broke');
  await expect(second).rejects.toThrow('stage broke');
  await expect(owner.records(tick(4), () => {})).rejects.toThrow('stage broke');
  expect(failures).toHaveLength(1);
  await pipeline.stop();
  expect(await state.get('fold/position/0000000000000000')).toBeUndefined();
});
