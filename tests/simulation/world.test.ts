// Proves: whatever goes wrong in a world of devices, network, server, disk and SQL, in whatever order and at whatever step (kills, failed, torn
// and slow writes, a full disk, lost, doubled, late messages, a clock that jumps, SQL that is away, slow or deadlocked, stages that throw), in the
// end every acknowledged event is in the journal, every alert was told once and in order, and trips, days, tracks and alerts are those of the
// same events in a world where nothing went wrong. `TELLTALE_SEED=n` runs the one world again and tells its story.
import { expect, jest, test } from '@jest/globals';
import { wrongWith } from './world/compare.js';
import { everyFault } from './world/faults.js';
import { World } from './world/world.js';

const only = process.env.TELLTALE_SEED;
const SEEDS = only === undefined ? Number(process.env.TELLTALE_SEEDS ?? 100) : 1;
const AT_ONCE = 10;
jest.setTimeout(300_000);

test('a calm world is right', async () => {
  expect(await wrongWith(await new World(0, []).run())).toEqual([]);
});

const firstOf = (group: number): number => (only === undefined ? group * AT_ONCE + 1 : Number(only));

test.each(Array.from({ length: Math.ceil(SEEDS / AT_ONCE) }, (_, group) => firstOf(group)))(
  'worlds from seed %i',
  async first => {
    for (let seed = first; seed < first + Math.min(AT_ONCE, SEEDS); seed++) {
      const end = await new World(seed, everyFault).run();
      const wrong = await wrongWith(end);
      if (only !== undefined) console.log(end.story.join('\n'));
      expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    }
  },
);
