// Proves: however many vehicles have late data at once, or are said to have been driven by somebody else, a tick of a partition folds again no more than so many steps, and what the last vehicle of
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

type For = 'what is late' | 'assignments';

/** All drive; then the second event of each comes, or who drove it is said. */
const feed = (fold: SimulatedFold, what: For): void => {
  setUp(fold, []);
  const devices = Array.from({ length: VEHICLES }, (_, v) => `v-${v + 100}`);
  const end = START + EVENTS * SECOND;
  for (let i = 0; i < EVENTS; i++) {
    fold.tick(START + i * SECOND);
    for (const device of devices)
      if (i !== 1 || what === 'assignments') fold.send({ device, received: START + i * SECOND + 50, payload: event(i) });
  }
  for (const device of devices.reverse()) {
    if (what === 'what is late') fold.send({ device, received: end - 500, payload: event(1) });
    else {
      const assignment = { id: `a-${device}`, vehicle: device, driver: `d-${device}`, from: START, to: null };
      fold.say({ type: 'assignment_put', assignment }, end - 500);
    }
  }
};

const newFold = (): SimulatedFold => new SimulatedFold(options => new LocalShards({ ...options, pace }));

test.each<For>(['what is late', 'assignments'])('%s of many at once is folded again in turns, over crashes too', async what => {
  const fold = newFold();
  feed(fold, what);
  await fold.start();
  await fold.run(10_000);
  expect(fold.counters.get('events_late_total')).toBe(what === 'what is late' ? VEHICLES : 0);
  expect(fold.counters.get('refolds_total')).toBe(0);
  const perTick: number[] = [];
  const crashed = newFold();
  feed(crashed, what);
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
