// Proves: partitions are saved one after the other over the period, never all at once, whatever comes before the first tick and after a restart.
import { expect, test } from '@jest/globals';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { Counters } from '../../model/counters.js';
import type { Fact } from '../../model/fact.js';
import { seconds } from '../../model/units.js';
import { defaultRuleSettings } from '../../rules/default-rules.js';
import { recordOfFact } from '../fleet-registry.js';
import { Shard } from './shard.js';

const PARTITIONS = 8;
const START = Date.UTC(2026, 0, 5, 8);

const open = async (state: MemoryStateStore): Promise<Shard> => {
  const journal = { ofVehicle: async function* () {}, oldest: () => 1 };
  const shard = new Shard({ journal, state, counters: new Counters(), partitions: PARTITIONS, snapshotEvery: seconds(16) });
  for (let p = 0; p < PARTITIONS; p++) await shard.assign(p);
  return shard;
};

/** Gives all partitions a fact and saves those that are due. @returns which */
const give = async (shard: Shard, offset: number, fact: Fact): Promise<number[]> => {
  const saved: number[] = [];
  const record = { ...recordOfFact(fact, START), offset };
  for (let p = 0; p < PARTITIONS; p++) {
    await shard.fold(p, [record]);
    if (!shard.snapshotDue(p)) continue;
    await shard.snapshot(p, []);
    saved.push(p);
  }
  return saved;
};

const tick = (second: number): Fact => ({ type: 'tick', at: START + seconds(second) });

test('one after the other, each once in a period', async () => {
  const state = new MemoryStateStore();
  const first = await open(state);
  let offset = 1;
  for (const rule of defaultRuleSettings()) expect(await give(first, offset++, { type: 'rule_put', rule })).toEqual([]);
  const times = new Map<number, number[]>();
  for (let second = 0; second < 64; second++) {
    const saved = await give(first, offset++, tick(second));
    expect(saved.length).toBeLessThanOrEqual(1);
    for (const p of saved) times.set(p, [...(times.get(p) ?? []), second]);
  }
  expect(times.size).toBe(PARTITIONS);
  for (const [, at] of times) expect(at.slice(1).map((second, i) => second - at[i]!)).toEqual(at.slice(1).map(() => 16));
  // An hour later, after a restart.
  const second = await open(state);
  for (let i = 0; i < 20; i++) expect((await give(second, offset++, tick(3_600 + i))).length).toBeLessThanOrEqual(1);
});
