// Proves: whatever goes wrong in a world of devices, network, server, disk and SQL, in whatever order and at whatever step (kills, failed, torn
// and slow writes, a full disk, lost, doubled, late, reordered and poisoned messages, a clock that jumps, SQL that is away, slow or deadlocked, stages that throw,
// threads of the fold that die, rules that people change meanwhile), in the
// end every acknowledged event is in the journal, every alert was told once, in order and under the keys that its journal gives without a fault, and trips, days, tracks and alerts are those of the
// same events in a world where nothing went wrong. `TELLTALE_SEED=n` runs the one world again and tells its story. `npm test` runs
// a hundred of them, in plain processes after these here, the same two among them (under jest each costs three
// times as much); `npm run simulate:long` ten thousand.
import { expect, jest, test } from '@jest/globals';
import { wrongWith } from './world/compare.js';
import { everyFault } from './world/faults.js';
import { SHORT_PACE, World } from './world/world.js';

const only = process.env.TELLTALE_SEED;
const first = Number(only ?? process.env.TELLTALE_FIRST_SEED ?? 1);
const seeds = only === undefined ? Number(process.env.TELLTALE_SEEDS ?? 2) : 1;
const AT_ONCE = 10;
/** Worlds that were not right once: each stays as it was, beside the test that its cause got. 7000731: looked-at-after-late; 110002506: poison; the others: ahead-at-checkpoint. */
const KEPT =
  only === undefined
    ? [
        { seed: 7_000_731, faults: everyFault.slice(0, 11), kind: {} },
        { seed: 9_200_072, faults: everyFault.slice(0, 13), kind: { pace: SHORT_PACE } },
        { seed: 9_300_062, faults: everyFault.slice(0, 13), kind: { pace: SHORT_PACE } },
        {
          seed: 110_002_506,
          faults: everyFault.slice(0, 13),
          kind: { pace: SHORT_PACE, threads: 2, poisoned: true, changing: true },
        },
      ]
    : [];
jest.setTimeout(600_000);

test('a calm world is right', async () => {
  expect(await wrongWith(await new World(first, []).run())).toEqual([]);
});

for (const { seed, faults, kind } of KEPT)
  test(`world ${seed}, which was not right once`, async () => {
    expect(await wrongWith(await new World(seed, faults, kind).run())).toEqual([]);
  });

const groups = Array.from({ length: Math.ceil(seeds / AT_ONCE) }, (_, group) => first + group * AT_ONCE);

test.each(groups)('worlds from seed %i', async from => {
  for (let seed = from; seed < Math.min(from + AT_ONCE, first + seeds); seed++) {
    const end = await new World(seed, everyFault).run();
    const wrong = await wrongWith(end);
    if (only !== undefined) console.log(end.story.join('\n'));
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  }
});
