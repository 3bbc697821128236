// Proves: what is known to have happened in a simulated fleet is found, and little else, when its devices jitter, jump, repeat themselves, keep
// data for days, have a wrong clock or zone, lose the engine's data, or are two on one vehicle; trips and scores stay what they were. The
// figures are held a little below those that `npm run accuracy -- faulty-fleet` prints.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { errorsOf, JUDGED_KINDS, type JudgedKind, type SpoiltOutcome, spoiltFleet } from './faulty-fleet.js';
import { SPOILS } from './spoil-drive.js';

let outcomes: readonly SpoiltOutcome[] = [];
beforeAll(async () => {
  outcomes = await spoiltFleet(5, 60);
}, 240_000);

const NAMES = SPOILS.map(({ name }) => name);
/** What of the engine's data is lost cannot be told; jumps of hundreds of metres go into fences and out again. */
const FLOORS: Record<string, Partial<Record<JudgedKind, { precision?: number; recall?: number }>>> = {
  'nothing of the engine for ten minutes of each twenty': {
    diagnostic_trouble_code: { precision: 0.5, recall: 0.3 },
    power_loss: { recall: 0.3 },
  },
  'multipath: jumps of 80 to 400 m for 1 to 4 s, twice in a minute': {
    geofence_enter: { precision: 0.92 },
    geofence_exit: { precision: 0.88, recall: 0.94 },
  },
};
const FLOOR = 0.94;

describe.each(NAMES)('%s', name => {
  const of = () => outcomes.find(({ spoil }) => spoil.name === name)!;

  test('what happened is found, and what is found happened', () => {
    for (const kind of JUDGED_KINDS) {
      const { precision, recall } = { precision: of().precision[kind], recall: of().recall[kind] };
      const least = { precision: FLOOR, recall: FLOOR, ...FLOORS[name]?.[kind] };
      expect([kind, precision, precision.hits >= least.precision * precision.of]).toEqual([kind, precision, true]);
      expect([kind, recall, recall.hits >= least.recall * recall.of]).toEqual([kind, recall, true]);
    }
  });

  test('trips and scores are what they were', () => {
    const { borders, distances, scores } = errorsOf(of(), outcomes[0]!);
    const engineLost = name.startsWith('nothing of the engine');
    const jumps = name.startsWith('multipath');
    const shakes = name.startsWith('positions jitter');
    expect(borders.hits / borders.of).toBeGreaterThanOrEqual(engineLost ? 0.55 : jumps ? 0.85 : 0.97);
    expect(Math.max(...distances)).toBeLessThanOrEqual(shakes ? 0.3 : 0.04);
    expect(Math.max(...scores)).toBeLessThanOrEqual(engineLost ? 9 : shakes ? 4 : 1.5);
  });
});

test('there is enough to judge by', () => {
  for (const kind of ['harsh_braking', 'harsh_acceleration', 'geofence_enter', 'geofence_exit'] as const)
    expect(outcomes[0]!.recall[kind].of).toBeGreaterThanOrEqual(8);
});
