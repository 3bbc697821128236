// Proves: a message without a time of its own that its device marked as sent before counts once, through a crash and when late data makes its
// vehicle fold again; where the first copy was lost it counts; and an equal message without the mark is another one.
import { expect, test } from '@jest/globals';
import { SimulatedFold } from '../../../tests/simulation/simulated-fold.js';

const START = Date.UTC(2026, 4, 4, 8);

const say = (fold: SimulatedFold, after: number, lines: string, dup = false): void => {
  const received = START + after;
  const topic = 'telltale/v1/d-1/obd';
  const header = { kind: 'message' as const, received, format: 'telltale-v1', device: 'd-1', topic, dup };
  fold.journal.add({ key: 'd-1', header, body: Buffer.from(lines) });
  fold.tick(received);
};
const rpmAt = async (fold: SimulatedFold): Promise<number> => (await fold.liveState('d-1'))!.signals.engine_rpm!.at - START;
const counts = ({ counters }: SimulatedFold) => [counters.get('events_folded_total'), counters.get('events_duplicate_total')];

test('a repeat is dropped, now and in every fold after', async () => {
  const fold = new SimulatedFold();
  await fold.start();
  say(fold, 0, '410C1AF8');
  say(fold, 1_000, '410D32');
  say(fold, 2_000, '410C1AF8', true);
  await fold.run(1);
  expect([await rpmAt(fold), counts(fold)]).toEqual([0, [2, 1]]);
  await fold.crash();
  say(fold, 3_000, '410D33');
  fold.send({
    device: 'd-1',
    received: START + 4_000,
    payload: JSON.stringify({ ts: START + 500, signals: { coolant_temp: 80 } }),
  });
  for (let second = 5; second < 10; second++) fold.tick(START + second * 1_000);
  await fold.run();
  expect(await rpmAt(fold)).toBe(0);
  expect((await fold.liveState('d-1'))!.signals.vehicle_speed).toEqual({ value: 51, at: START + 3_000 });
});

test('the mark alone is none, nor is equality alone', async () => {
  const fold = new SimulatedFold();
  await fold.start();
  say(fold, 0, '410C1AF8', true);
  say(fold, 1_000, '410D32');
  say(fold, 2_000, '410D32');
  say(fold, 3_000, '410C1AF8');
  await fold.run(2);
  expect([await rpmAt(fold), counts(fold)]).toEqual([3_000, [4, 0]]);
});
