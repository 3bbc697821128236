// Proves: how many threads fold makes no difference. The same journal gives the same effects, byte for byte, the same outcomes, refusals,
// books and live positions in this process and over the lines of two or three shards; and a data directory goes from one number to another
// at any crash.
import { isDeepStrictEqual as equals } from 'node:util';
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { randomOf } from '../../src/simulator/random.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { channelShards } from '../harness/channel-shards.js';
import { waitFor } from '../harness/wait-for.js';
import { fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold, type StartShards } from './simulated-fold.js';

const events = fleetDrive('shards', 6, 8);
const fences = fencesAlong(events);

const open: SimulatedFold[] = [];
afterEach(async () => {
  for (const fold of open.splice(0)) await fold.close();
});

const threads =
  (shards: number): StartShards =>
  options =>
    channelShards({ ...options, shards, changed: () => {} }).shards;

/** A drive with late and unreadable messages, one event a message, ticks, and conditions that change on the way. */
const journalOf = (startShards?: StartShards): SimulatedFold => {
  const fold = new SimulatedFold(startShards);
  open.push(fold);
  setUp(fold, fences);
  const random = randomOf('shards', 3);
  const messages = events
    .map(({ device, ts, text }) => ({ device, text, received: ts + 50 + (random.next() < 0.15 ? random.below(40_000) : 0) }))
    .sort((a, b) => a.received - b.received);
  let second = START;
  for (const [i, { device, text, received }] of messages.entries()) {
    for (; second <= received; second += 1_000) fold.tick(second);
    if (i === messages.length >> 1) {
      fold.say({ type: 'geofence_deleted', id: fences[0]!.id }, received);
      fold.say({ type: 'device_put', device: { id: device, vehicle: device, signal_names: { x: 'y' } } as never }, received);
    }
    fold.send({ device, received, payload: i % 97 === 0 ? '{"ts":' : text, topic: `telltale/v1/${device}/events` });
  }
  for (const end = second + 7_200_000; second <= end; second += 20_000) fold.tick(second);
  return fold;
};

const bookNames = ['events_decoded_total', 'events_folded_total', 'events_late_total', 'events_quarantined_total'];
const books = ({ counters }: SimulatedFold): number[] => bookNames.map(name => counters.get(name));

let here: SimulatedFold;
beforeAll(async () => {
  here = journalOf();
  await here.start();
  await here.run(400);
});

// Thousands of records each, and the machine may be busy.
jest.setTimeout(60_000);

test('the journal has something to tell', async () => {
  const fold = here;
  expect(fold.effects.size).toBeGreaterThan(20);
  expect(fold.outcome().trips.length).toBeGreaterThan(5);
  expect(fold.outcome().points.length).toBeGreaterThan(5);
  expect(fold.refusals.length).toBeGreaterThan(5);
  for (const count of books(fold)) expect(count).toBeGreaterThan(5);
  expect(fold.livePositions()).toHaveLength(6);
});

test.each([1, 2, 3, 9])('%d threads tell what this process tells', async shards => {
  const there = journalOf(threads(shards));
  await there.start();
  await there.run(400);
  expect([...there.effects].sort()).toEqual([...here.effects].sort());
  expect(there.outcome()).toEqual(here.outcome());
  expect(there.refusals.sort()).toEqual(here.refusals.sort());
  expect(books(there)).toEqual(books(here));
  expect(await there.rejectedValues()).toEqual(await here.rejectedValues());
  for (const { vehicle } of here.livePositions()) expect(await there.liveState(vehicle)).toEqual(await here.liveState(vehicle));
  await waitFor('the positions', () => equals(there.livePositions(), here.livePositions()));
});

test('live, with crashes, and another number of threads after each', async () => {
  const random = randomOf('numbers of shards', 0);
  const live = journalOf();
  await live.start();
  const all = live.journal.records.splice(0);
  const numbers = [2, 3, 0, 1, 4];
  let crashes = 0;
  while (all.length > 0) {
    live.journal.records.push(...all.splice(0, 1 + random.below(800)));
    await live.run(1 + random.below(80));
    if (random.next() < 0.6) {
      const shards = numbers[crashes++ % numbers.length]!;
      await live.moveTo(shards === 0 ? options => new LocalShards(options) : threads(shards));
      // At once, not when the first tick comes.
      if (live.journal.records.length > 2_000) expect(live.livePositions()).toHaveLength(6);
    }
  }
  await live.run();
  expect(crashes).toBeGreaterThan(3);
  expect([...live.effects].sort()).toEqual([...here.effects].sort());
  expect(live.outcome()).toEqual(here.outcome());
});
