// Proves: what was folded of a hand-over is told when the fold gives way, also where it does so amid the records of a partition: whoever asks how far
// behind the fold is, as ingest does, is not told of a long hand-over when all of it is over.
import { expect, test } from '@jest/globals';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { Counters } from '../../model/counters.js';
import { seconds } from '../../model/units.js';
import { defaultRuleSettings } from '../../rules/default-rules.js';
import { recordOfFact } from '../fleet-registry.js';
import { LocalShards } from './local-shards.js';

const START = Date.UTC(2026, 0, 5, 8);

test('a pause amid a partition tells of those before it', async () => {
  let asked = 0;
  let go = (): void => {};
  const shards = new LocalShards({
    journal: { ofVehicle: async function* () {}, oldest: () => 1, partitionOf: () => 0 },
    state: new MemoryStateStore(),
    counters: new Counters(),
    partitions: 3,
    snapshotEvery: seconds(30),
    // Asked before each of two partitions, then amid the records of the second.
    giveWay: () => (++asked === 3 ? new Promise<void>(resolve => (go = resolve)) : undefined),
  });
  for (let p = 0; p < 3; p++) await shards.assign(p);
  const [rule] = defaultRuleSettings();
  const facts = (many: number) =>
    Array.from({ length: many }, (_, i) => ({ ...recordOfFact({ type: 'rule_put', rule: rule! }, START), offset: 1 + i }));
  const told: number[][] = [];
  asked = 0;
  const fold = shards.fold(
    new Map([
      [0, facts(2)],
      [1, facts(100)],
      [2, facts(2)],
    ]),
    some => {
      told.push(some.map(({ partition }) => partition));
    },
  );
  await new Promise<void>(resolve => setImmediate(resolve));
  expect(told).toEqual([[0]]);
  go();
  await fold;
  expect(told.flat()).toEqual([0, 1, 2]);
});
