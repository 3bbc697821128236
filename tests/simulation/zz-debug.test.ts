// Proves: whichever stage throws, wherever it throws, the fold actor comes back from the last snapshot and the journal hands over from there:
// every alert stands on the stream once, in the same order of changes, and SQL has the rows of an undisturbed run. What a failed stage left
// half done is not saved.
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { foldActor } from '../../src/actors/fold.actor.js';
import { Supervisor } from '../../src/actors/supervisor.js';
import { journalDefaults, LevelJournal } from '../../src/adapters/leveldb/leveldb-journal.js';
import { Counters } from '../../src/model/counters.js';
import type { NewRecord } from '../../src/model/record.js';
import type { Database, RollUpRow } from '../../src/ports/database.js';
import type { StateWrite } from '../../src/ports/state-store.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { AlertLog } from '../../src/streams/alert-log.js';
import { recordOfFact } from '../../src/streams/fleet-registry.js';
import { Shard } from '../../src/streams/fold/shard.js';
import { startPipeline } from '../../src/streams/pipeline.js';
import { QuarantineStore } from '../../src/streams/quarantine-store.js';
import { RollUp } from '../../src/streams/roll-up.js';
import { tempDir } from '../harness/temp-dir.js';
import { ManualClock } from '../mqtt/manual-clock.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START } from './fleet-drive.js';
import { MemoryStateStore } from './memory-state-store.js';

const PARTITIONS = 4;
const CHUNK = 150;
let events: DeviceEvent[];
let records: NewRecord[];

beforeAll(() => {
  events = fleetDrive('pipeline', 3, 5);
  records = defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, START));
  records.push(...fencesAlong(events).map(geofence => recordOfFact({ type: 'geofence_put', geofence }, START)));
  let second = START;
  const tick = () => records.push(recordOfFact({ type: 'tick', at: second }, second));
  const arrivals = events.map((event, i) => ({ ...event, received: event.ts + (i % 11 === 5 ? 20_000 : 50) }));
  for (const { device, received, text } of arrivals.sort((a, b) => a.received - b.received)) {
    for (; second <= received; second += 1_000) tick();
    const header = { kind: 'message' as const, received, format: 'telltale-v1', device, topic: `telltale/v1/${device}/events`, dup: false }; // prettier-ignore
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

type Faults = Partial<Record<'fold' | 'alerts' | 'write' | 'quarantine' | 'assign', number>>;

/** Runs all records through the real journal, stages and supervisor. A fault throws at the nth call of its kind, once. */
const run = async (faults: Faults) => {
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
  let shard!: Shard;
  const rollUp = new RollUp({
    database,
    state,
    clock,
    counters,
    grown: limit => shard.grown(limit),
    positions: () => shard.positions(),
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
  const add = quarantine.add.bind(quarantine);
  quarantine.add = async entry => {
    strike('quarantine');
    return add(entry);
  };
  const deliverTo = { alerts, quarantine, rollUp, counters, tell: () => {}, changed: () => {} };
  const parts = () => {
    shard = new Shard({ journal, state, counters, partitions: PARTITIONS, snapshotEvery: 30_000 });
    const { fold, assign } = shard;
    shard.fold = async (p, decoded) => {
      const effects = await fold.call(shard, p, decoded);
      strike('fold');
      return effects;
    };
    shard.assign = async p => {
      strike('assign');
      return assign.call(shard, p);
    };
    return { journal, shard, alerts, rollUp, deliverTo };
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
  await supervisor.start([foldActor(parts)]);
  for (let at = 0; at < records.length; at += CHUNK) {
    await journal.append(records.slice(at, at + CHUNK));
    if (at % (4 * CHUNK) === 0) await sleep(3);
    clock.advance(100);
  }
  const head = () => journal.head().get(0)!;
  const caughtUp = () => {
    const positions = shard.positions();
    return positions.size === PARTITIONS && [...positions.values()].every(next => next === head());
  };
  await until(caughtUp, () => clock.advance(100));
  await Promise.all([0, 1, 2, 3].map(p => shard.reached(p, records.length)));
  const restarts = supervisor.status()[0]!.restarts;
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
  return { restarts, counts: counters.all(), escalated, stream, alerts: alertsNow, rows, quarantine: quarantine.size().entries, left };
};


test('debug', async () => {
  const brief = (r: Awaited<ReturnType<typeof run>>) => ({
    counts: Object.fromEntries(Object.entries(r.counts).filter(([k]) => /events|refold|snap/.test(k))),
    trips: Object.entries(r.rows).filter(([k]) => k.startsWith('trip')).map(([, v]) => { const t = JSON.parse(v); return [t.vehicle, t.moving, t.idle, t.fuel].join(' '); }),
    points: Object.entries(r.rows).filter(([k]) => k.startsWith('track')).map(([, v]) => { const t = JSON.parse(v); return [t.vehicle, t.columns.ts.length].join(' '); }),
  });

  const ref = JSON.stringify({ ...brief(await run({})), counts: 0 });
  for (let i = 0; i < 16; i++) {
    const got = brief(await run(i % 2 ? { fold: 3 + (i >> 1) } : { fold: 3 }));
    const same = JSON.stringify({ ...got, counts: 0 }) === ref;
    console.log(i, same, same ? '' : JSON.stringify(got), JSON.stringify(got.counts));
  }
}, 60000);
