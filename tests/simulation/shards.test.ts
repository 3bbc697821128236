// Proves: how many threads fold makes no difference. The same journal gives the same effects, byte for byte, the same outcomes, refusals,
// books and live positions in this process and over the lines of two or three shards; a data directory goes from one number to another
// at any crash; and partitions that began in threads, for their long tail, come home one by one while others are folded.
import { isDeepStrictEqual as equals } from 'node:util';
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { CatchUpShards } from '../../src/app/shards/catch-up-shards.js';
import { randomOf } from '../../src/simulator/random.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { channelShards } from '../harness/channel-shards.js';
import { waitFor } from '../harness/wait-for.js';
import { fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import type { MemoryJournal } from './memory-journal.js';
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

/** @param made the shards of the newest start come last */
const catchUp =
  (shards: number, farBehind: () => boolean, made: CatchUpShards[]): StartShards =>
  options => {
    const fold = new CatchUpShards({
      ...options,
      journal: options.journal as MemoryJournal,
      longTail: 500,
      farBehind,
      local: new LocalShards(options),
      threads: () => channelShards({ ...options, shards, changed: () => {} }).shards,
    });
    made.push(fold);
    return fold;
  };

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

test('begun in threads, and home when it has caught up', async () => {
  const made: CatchUpShards[] = [];
  const there = journalOf(catchUp(2, () => there.counters.get('events_folded_total') < 1_000, made));
  await there.start();
  const fold = made[0]!;
  expect(
    fold
      .threads()
      .flatMap(({ partitions }) => partitions)
      .sort(),
  ).toEqual([0, 1, 2, 3]);
  const all = there.journal.records.splice(0);
  const away: number[] = [];
  while (all.length > 0) {
    there.journal.records.push(...all.splice(0, 25));
    await there.run(25);
    away.push(fold.threads().flatMap(({ partitions }) => partitions).length);
    // Wherever a partition is just now, each vehicle is there once.
    const vehicles = there.livePositions().map(({ vehicle }) => vehicle);
    expect(vehicles).toEqual([...new Set(vehicles)]);
  }
  expect(away[0]).toBe(4);
  expect(away[away.length - 1]).toBe(0);
  // Not all at once.
  expect(new Set(away).size).toBeGreaterThan(2);
  expect([...there.effects].sort()).toEqual([...here.effects].sort());
  expect(there.outcome()).toEqual(here.outcome());
  expect(there.refusals.sort()).toEqual(here.refusals.sort());
  expect(books(there)).toEqual(books(here));
  expect(await there.rejectedValues()).toEqual(await here.rejectedValues());
  expect(there.livePositions()).toEqual(here.livePositions());
  for (const { vehicle } of here.livePositions()) expect(await there.liveState(vehicle)).toEqual(await here.liveState(vehicle));
});

test('with crashes on the way there and back', async () => {
  const random = randomOf('home and away', 2);
  const made: CatchUpShards[] = [];
  let far = true;
  const live = journalOf(catchUp(3, () => far, made));
  const all = live.journal.records.splice(0);
  // What nobody has folded when it starts is a tail.
  live.journal.records.push(...all.splice(0, 900));
  await live.start();
  let crashes = 0;
  while (all.length > 0) {
    far = random.next() < 0.3;
    live.journal.records.push(...all.splice(0, 1 + random.below(700)));
    if (random.next() < 0.4) {
      crashes++;
      await live.crash();
    }
    await live.run(30 + random.below(60));
  }
  expect(crashes).toBeGreaterThan(1);
  expect(made.length).toBe(crashes + 1);
  expect([...live.effects].sort()).toEqual([...here.effects].sort());
  expect(live.outcome()).toEqual(here.outcome());
});
