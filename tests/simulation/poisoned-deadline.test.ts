// Proves: a rule that throws when its time comes without a reading loses its own memory of that vehicle and nothing else: the vehicle's
// readings, its other rules and its trips go on, and so does every other vehicle.
import { afterEach, expect, jest, test } from '@jest/globals';
import { ruleOf } from '../../src/rules/index.js';
import { fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test.each(['in order', 'with late data'])('a deadline that throws, %s', async how => {
  const events = fleetDrive('deadline', 2, 4);
  const fold = async () => {
    const simulated = new SimulatedFold();
    setUp(simulated, fencesAlong(events));
    let second = START;
    const late = (i: number) => (how === 'in order' || i % 9 > 0 ? 0 : 30_000);
    const sent = events.map(({ device, ts, text }, i) => ({ device, received: ts + 50 + late(i), payload: text }));
    for (const message of sent.sort((a, b) => a.received - b.received)) {
      for (; second <= message.received; second += 1_000) simulated.tick(second);
      simulated.send(message);
    }
    for (const end = second + 7_200_000; second <= end; second += 10_000) simulated.tick(second);
    await simulated.start();
    await simulated.run();
    return simulated;
  };
  const rule = ruleOf('over_rev')!;
  jest.spyOn(rule, 'step').mockImplementation(() => {});
  jest.spyOn(rule, 'rests').mockReturnValue(false);
  const reference = await fold();
  // Waits from the first reading on, and throws whenever its time comes.
  jest.spyOn(rule, 'step').mockImplementation((memory, { at }) => {
    (memory as { from: number | null }).from ??= at;
  });
  Object.assign(rule, {
    due: (memory: { from: number | null }) => (memory.from === null ? undefined : memory.from + 20_000),
    lapse: () => {
      throw new Error('poisoned deadline');
    },
  });
  try {
    const poisoned = await fold();
    expect(poisoned.outcome()).toEqual(reference.outcome());
    expect(poisoned.refusals).toEqual(reference.refusals);
    expect(poisoned.counters.get('deadlines_poisoned_total')).toBeGreaterThan(0);
  } finally {
    Object.assign(rule, { due: undefined, lapse: undefined });
  }
});
