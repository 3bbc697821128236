// Proves: a vehicle that sends tens of thousands of events and never ends its trip is folded again from a checkpoint within the trip, not from its beginning,
// after a crash too; others get their turns while that is done, and between long messages; and what came late comes to the same as in order. What is late from before
// all of it makes it be folded again from its beginning, page by page.
import { expect, test } from '@jest/globals';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const EVENTS = 23_500;
const PER_MESSAGE = 500;
/** What the flood sent after its newest checkpoint: fold/refold-pace.ts has one taken after each 8,000. */
const AFTER_CHECKPOINT = EVENTS - 16_000 + 10;

/** Four events a second, always on the move. */
const flood = Array.from({ length: EVENTS }, (_, i) => ({
  ts: START + i * 250,
  seq: i + 1,
  gps: { lat: 50 + i * 2e-6, lon: 8, speed_kmh: 80 },
  ignition: true,
}));

const folded = async (late: readonly number[], asked: () => void = () => {}): Promise<SimulatedFold> => {
  const giveWay = () => {
    asked();
    return Promise.resolve();
  };
  const fold = new SimulatedFold(options => new LocalShards({ ...options, giveWay }));
  setUp(fold, []);
  const lateOnes = new Set(late);
  const send = (events: readonly unknown[], received: number) =>
    fold.send({ device: 'v-1', received, payload: JSON.stringify(events) });
  fold.tick(START);
  for (let i = 0; i < EVENTS; i += PER_MESSAGE) {
    const some = flood.slice(i, i + PER_MESSAGE);
    send(
      some.filter((_, n) => !lateOnes.has(i + n)),
      some.at(-1)!.ts,
    );
    fold.tick(some.at(-1)!.ts);
  }
  await fold.start();
  await fold.run(10);
  const end = flood.at(-1)!.ts;
  for (const [i, n] of late.entries()) {
    await fold.crash();
    const at = end + 2_000 * (i + 1);
    send([flood[n]!], at);
    fold.tick(at + 1_000);
    await fold.run();
  }
  fold.tick(end + 7_200_000);
  await fold.run();
  return fold;
};

test('late by minutes in a long trip: folded again from within it, in many turns', async () => {
  const inOrder = await folded([]);
  let asked = 0;
  const late = await folded([EVENTS - 700, EVENTS - 400], () => asked++);
  // A crash may make one of them be done once more.
  const refolds = late.counters.get('refolds_total');
  expect([2, 3]).toContain(refolds);
  expect(late.counters.get('refolded_readings_total')).toBeLessThanOrEqual(refolds * AFTER_CHECKPOINT);
  expect(late.counters.get('events_folded_total')).toBe(EVENTS + refolds - 2);
  // Besides what is asked after records, once for each 128 readings of both folds of a re-fold.
  expect(asked).toBeGreaterThan((2 * late.counters.get('refolded_readings_total')) / 128 - 20);
  expect(late.counters.get('refolds_in_pages_total')).toBe(0);
  expect(outcome(late).trips).toHaveLength(1);
  expect(outcome(late)).toEqual(outcome(inOrder));
  const beforeAll = await folded([0]);
  expect(beforeAll.counters.get('refolds_in_pages_total')).toBeGreaterThanOrEqual(1);
  expect(beforeAll.counters.get('refolded_readings_total')).toBeGreaterThanOrEqual(EVENTS);
  expect(outcome(beforeAll)).toEqual(outcome(inOrder));
}, 60_000);

const outcome = (fold: SimulatedFold) => {
  const { trips, days, points } = fold.outcome() as { trips: Record<string, unknown>[]; days: unknown[]; points: unknown[] };
  return { trips: trips.map(({ from: _from, to: _to, ...trip }) => trip), days, points };
};

test('a flood of one time, in which there is no moment to begin again from, leaves no window', async () => {
  const fold = new SimulatedFold();
  setUp(fold, []);
  await fold.start();
  const send = (events: readonly unknown[], received: number) =>
    fold.send({ device: 'v-1', received, payload: JSON.stringify(events) });
  send(flood.slice(0, 8), START + 8_000);
  send(flood.slice(10, 20), START + 9_000);
  send(flood.slice(8, 9), START + 10_000);
  fold.tick(START + 11_000);
  await fold.run();
  expect(fold.counters.get('refolds_total')).toBe(1);
  const burst = flood.slice(20, 20 + 21_000).map(event => ({ ...event, ts: START + 12_000 }));
  for (let i = 0; i < burst.length; i += PER_MESSAGE) send(burst.slice(i, i + PER_MESSAGE), START + 13_000);
  await fold.run();
  expect(fold.counters.get('windows_given_up_total')).toBe(1);
  send(flood.slice(9, 10), START + 14_000);
  fold.tick(START + 15_000);
  await fold.run();
  // So long a past is not waited for; as all of it is of one time, it is folded in one go at the end.
  expect(fold.counters.get('refolds_long_total')).toBe(1);
  for (let i = 16; i <= 18; i++) fold.tick(START + i * 1_000);
  await fold.run();
  expect(fold.counters.get('refolds_in_pages_total')).toBe(1);
  expect(fold.counters.get('windows_given_up_total')).toBe(2);
  expect(fold.counters.get('events_folded_total')).toBe(20 + burst.length);
}, 60_000);

test('others are asked for after each long message, not after sixteen of them', async () => {
  let asked = 0;
  const giveWay = () => {
    asked++;
    return undefined;
  };
  const fold = new SimulatedFold(options => new LocalShards({ ...options, giveWay }));
  setUp(fold, []);
  await fold.start();
  await fold.run(10);
  const before = asked;
  const messages = 10;
  for (let i = 0; i < messages; i++) {
    const some = flood.slice(i * PER_MESSAGE, (i + 1) * PER_MESSAGE);
    fold.send({ device: 'v-1', received: some.at(-1)!.ts, payload: JSON.stringify(some) });
  }
  await fold.run();
  expect(fold.counters.get('events_folded_total')).toBe(messages * PER_MESSAGE);
  expect(asked - before).toBeGreaterThanOrEqual(messages);
});
