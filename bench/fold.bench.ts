import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalDefaults, LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import { LevelStateStore } from '../src/adapters/leveldb/leveldb-state-store.js';
import { Counters } from '../src/model/counters.js';
import type { NewRecord } from '../src/model/record.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';
import { Shard } from '../src/streams/fold/shard.js';
import type { Figure } from './figure.js';
import { FROM, fleetMessages } from './fleet-messages.js';

const VEHICLES = 200;
const COPIES = 20;
const PER_MESSAGE = 10;
const PARTITIONS = 64;

/**
 * Folding the stored journal again, on one core: read from LevelDB, decode, order, track, all rules. Nothing is written. The second time is
 * measured: a good part of the first goes into compiling, which a server does once.
 */
export const run = async (): Promise<Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'fold-bench-'));
  const journal = await LevelJournal.open({
    directory: join(folder, 'journal'),
    partitions: PARTITIONS,
    ...journalDefaults,
    tailBytes: 1,
  });
  const state = await LevelStateStore.open(join(folder, 'state'));
  try {
    await journal.append(defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, FROM)));
    const records = fleetMessages(PER_MESSAGE, COPIES);
    for (let at = 0; at < records.length; at += 1_000) await journal.append(records.slice(at, at + 1_000));
    const events = records.length * PER_MESSAGE;
    await foldAll(journal, state, events);
    const { elapsed, cpu } = await foldAll(journal, state, events);
    const parsing = parseOnly(records);
    const note = `${events} events of ${VEHICLES * COPIES} vehicles in arrays of ${PER_MESSAGE}, all default rules, the second time`;
    return [
      { name: 'fold.again', value: events / elapsed, unit: 'events/s', note },
      {
        name: 'fold.cpu',
        value: cpu / events,
        unit: 'us/event',
        note: 'all threads of the process; steadier than the above on a shared machine',
      },
      {
        name: 'fold.parse_only',
        value: parsing,
        unit: 'us/event',
        note: 'CPU of JSON.parse of the same bodies and nothing else, in the same run: what this machine is worth just now (1.0 when calm)',
      },
    ];
  } finally {
    await journal.close();
    await state.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** @returns seconds, and microseconds of CPU */
const foldAll = async (
  journal: LevelJournal,
  state: LevelStateStore,
  events: number,
): Promise<{ elapsed: number; cpu: number }> => {
  const counters = new Counters();
  const shard = new Shard({ journal, state, counters, partitions: PARTITIONS, snapshotEvery: Number.MAX_SAFE_INTEGER });
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  let finish = () => {};
  const finished = new Promise<void>(resolve => {
    finish = resolve;
  });
  const ownership = await journal.own({
    assign: p => shard.assign(p),
    records: async handOver => {
      for (const [partition, batch] of handOver) await shard.fold(partition, batch);
      if (counters.get('events_folded_total') >= events) finish();
    },
    release: async p => shard.release(p),
  });
  await finished;
  const elapsed = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await ownership.close();
  return { elapsed, cpu: user + system };
};

/** CPU of the one part of it that nobody can leave out. */
const parseOnly = (records: readonly NewRecord[]): number => {
  const before = process.cpuUsage();
  let parsed = 0;
  for (const { body } of records.slice(0, 10_000)) parsed += (JSON.parse(Buffer.from(body).toString()) as unknown[]).length;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / parsed;
};
