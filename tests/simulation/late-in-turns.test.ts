// Proves: however many vehicles have late data at once, a tick of a partition folds again no more than so many steps, and what the last vehicle of
// them takes beyond that: all others wait no longer for their hand-over. Who waits longest comes first, nobody is forgotten, and a crash between
// two ticks changes neither what is told nor under which key.
import { expect, test } from '@jest/globals';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const VEHICLES = 40;
const EVENTS = 100;
const PARTITIONS = 4;
const pace = { checkpoint: 8_000, stepsPerSecond: 500 };
/** Of one vehicle: all of its readings twice, and what is late. */
const STEPS_OF_ONE = 2 * (EVENTS - 1) + 1;

const event = (i: number): string =>
  JSON.stringify({
    ...{ ts: START + i * SECOND, seq: i + 1, ignition: true },
    ...{
      gps: { lat: 50 + i * 0.0001, lon: 8, speed_kmh: 40 },
      signals: { vehicle_speed: 40, engine_rpm: i % 50 < 10 ? 7_000 : 2_000 },
    },
  });

/** All drive; then the second event of each comes. @returns how many records there are before the ticks */
const feed = (fold: SimulatedFold): number => {
  setUp(fold, []);
  const devices = Array.from({ length: VEHICLES }, (_, v) => `v-${v + 100}`);
  const end = START + EVENTS * SECOND;
  for (let i = 0; i < EVENTS; i++) {
    fold.tick(START + i * SECOND);
    for (const device of devices) if (i !== 1) fold.send({ device, received: START + i * SECOND + 50, payload: event(i) });
  }
  for (const device of devices.reverse()) fold.send({ device, received: end - 500, payload: event(1) });
  return fold.journal.records.length;
};

const newFold = (): SimulatedFold => new SimulatedFold(options => new LocalShards({ ...options, pace }));

test('many that are late at once are folded again in turns, over crashes too', async () => {
  const fold = newFold();
  feed(fold);
  await fold.start();
  await fold.run(10_000);
  expect(fold.counters.get('events_late_total')).toBe(VEHICLES);
  const perTick: number[] = [];
  const crashed = newFold();
  feed(crashed);
  await crashed.start();
  await crashed.run(300);
  for (let i = 0; i < 20; i++) {
    const before = fold.counters.get('refolds_total');
    for (const one of [fold, crashed]) {
      one.tick(START + (EVENTS + i) * SECOND);
      await one.run();
    }
    perTick.push(fold.counters.get('refolds_total') - before);
    if (i % 2 === 1) await crashed.crash();
  }
  const most = Math.ceil(pace.stepsPerSecond / STEPS_OF_ONE);
  expect(Math.max(...perTick)).toBeLessThanOrEqual(most * PARTITIONS);
  expect(perTick.filter(refolds => refolds > 0).length).toBeGreaterThanOrEqual(VEHICLES / most / PARTITIONS);
  expect(fold.counters.get('refolds_total')).toBe(VEHICLES);
  expect(crashed.outcome()).toEqual(fold.outcome());
  expect([...crashed.effects].sort()).toEqual([...fold.effects].sort());
});
