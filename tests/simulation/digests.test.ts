// Proves the two digests of the design on the production fold under virtual time.
// Effect digest: the same journal gives the same effects, byte for byte: live, recovered after crashes anywhere, and replayed at once.
// Outcome digest: the same set of readings gives the same final trips, days, tracks and alerts, in any order, doubled, batched anyhow.
// And a past that is too long to be held says the same as one that is not.
import { beforeAll, expect, test } from '@jest/globals';
import { randomOf } from '../../src/simulator/random.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold, type StartShards } from './simulated-fold.js';

const MINUTES = 12;
const HOUR = 3_600_000;
let events: DeviceEvent[];

beforeAll(() => {
  events = fleetDrive('digests', 4, MINUTES);
});

type Message = { device: string; received: number; texts: string[] };

const inOrder = (): Message[] => events.map(({ device, ts, text }) => ({ device, received: ts + 50, texts: [text] }));

/** Messages by arrival, with a tick each second, and two hours of ticks behind them. */
const feed = (fold: SimulatedFold, messages: readonly Message[]): void => {
  let second = START;
  for (const { device, received, texts } of messages) {
    for (; second <= received; second += 1_000) fold.tick(second);
    fold.send({ device, received, payload: texts.length === 1 ? texts[0]! : `[${texts.join(',')}]` });
  }
  const end = messages[messages.length - 1]!.received + 2 * HOUR;
  for (; second <= end; second += 10_000) fold.tick(second);
};

const foldOf = async (messages: readonly Message[], atOnce = 500, startShards?: StartShards): Promise<SimulatedFold> => {
  const fold = new SimulatedFold(startShards);
  setUp(fold, fencesAlong(events));
  feed(fold, messages);
  await fold.start();
  await fold.run(atOnce);
  return fold;
};

const books = ({ counters }: SimulatedFold): [number, number] => [
  counters.get('events_decoded_total'),
  counters.get('events_folded_total') +
    counters.get('events_duplicate_total') +
    counters.get('events_too_late_total') +
    counters.get('events_poisoned_total'),
];

test('the drive has something to find', async () => {
  const { trips, alerts, days, records, fuel, health } = (await foldOf(inOrder())).outcome();
  expect(records.length).toBeGreaterThan(3);
  expect(trips.length).toBeGreaterThan(3);
  expect(days.length).toBeGreaterThan(3);
  const kinds = new Set(alerts.map(alert => (alert as { kind: string }).kind));
  for (const kind of [
    'geofence_enter',
    'geofence_dwell',
    'diagnostic_trouble_code',
    'after_hours_use',
    'service_due',
    'speeding',
  ])
    expect([...kinds]).toContain(kind);
  expect(fuel.length).toBeGreaterThan(3);
  expect(health.length).toBeGreaterThan(3);
});

test('effects are the same live, recovered and replayed', async () => {
  const replayed = await foldOf(inOrder(), 1_000_000);
  const random = randomOf('crashes', 0);
  const live = new SimulatedFold();
  setUp(live, fencesAlong(events));
  await live.start();
  feed(live, late(inOrder(), 'live'));
  const reference = new SimulatedFold();
  setUp(reference, fencesAlong(events));
  feed(reference, late(inOrder(), 'live'));
  await reference.start();
  await reference.run(1_000_000);
  // Live: small batches, and a crash after every so many of them.
  const all = live.journal.records.splice(0);
  while (all.length > 0) {
    live.journal.records.push(...all.splice(0, 1 + Math.floor(random.next() * 900)));
    await live.run(1 + Math.floor(random.next() * 50));
    if (random.next() < 0.5) await live.crash();
  }
  await live.run();
  expect([...live.effects].sort()).toEqual([...reference.effects].sort());
  expect(live.outcome()).toEqual(reference.outcome());
  expect(replayed.outcome().trips).toEqual(reference.outcome().trips);
});

const late = (messages: readonly Message[], seed: string): Message[] => {
  const random = randomOf(seed, 1);
  // A fifth of them is up to a minute on its way; arrival decides the order.
  return messages
    .map(message => ({
      ...message,
      received: message.received + (random.next() < 0.2 ? Math.floor(random.next() * 60_000) : 0),
    }))
    .sort((a, b) => a.received - b.received);
};

const shapes: [string, () => Message[]][] = [
  ['late by up to a minute', () => late(inOrder(), 'shuffle')],
  [
    'every message twice',
    () =>
      inOrder()
        .flatMap(message => [message, { ...message, received: message.received + 7 }])
        .sort((a, b) => a.received - b.received),
  ],
  [
    'in arrays of different sizes, some minutes at once',
    () => {
      const random = randomOf('arrays', 2);
      const messages: Message[] = [];
      for (const device of new Set(events.map(event => event.device))) {
        const its = events.filter(event => event.device === device);
        while (its.length > 0) {
          const some = its.splice(0, 1 + Math.floor(random.next() * 200));
          messages.push({ device, received: some[some.length - 1]!.ts + 500, texts: some.map(({ text }) => text) });
        }
      }
      return messages.sort((a, b) => a.received - b.received);
    },
  ],
  [
    'backwards in blocks of a minute',
    () => {
      const blocks = new Map<number, DeviceEvent[]>();
      for (const event of events) {
        const block = Math.floor((event.ts - START) / 60_000);
        blocks.set(block, [...(blocks.get(block) ?? []), event]);
      }
      let received = START + MINUTES * 60_000;
      return [...blocks.keys()]
        .sort((a, b) => b - a)
        .flatMap(block => blocks.get(block)!.map(({ device, text }) => ({ device, received: received++, texts: [text] })));
    },
  ],
];

test.each(shapes)('outcomes are those of the order it happened in: %s', async (_name, messages) => {
  const reference = await foldOf(inOrder());
  const other = await foldOf(messages());
  expect(other.outcome().trips).toEqual(reference.outcome().trips);
  expect(other.outcome().alerts).toEqual(reference.outcome().alerts);
  expect(other.outcome().days).toEqual(reference.outcome().days);
  expect(other.outcome().fuel).toEqual(reference.outcome().fuel);
  expect(other.outcome().health).toEqual(reference.outcome().health);
  expect(other.outcome().points).toEqual(reference.outcome().points);
  expect(other.outcome().records).toEqual(reference.outcome().records);
  const [decoded, accounted] = books(other);
  expect(accounted).toBe(decoded);
});

/** Some of what each vehicle said, one after the other. */
const afterAll = (messages: readonly Message[]): Message[] => {
  const end = messages.at(-1)!.received;
  const isLate = (n: number): boolean => n % 200 === 100;
  const moved = messages.filter((_, n) => isLate(n)).map((message, i) => ({ ...message, received: end + 2_000 * (i + 1) }));
  return [...messages.filter((_, n) => !isLate(n)), ...moved];
};

const long: [string, () => Message[]][] = [shapes[2]!, ['some of it after all of the rest', () => afterAll(inOrder())]];

test.each(long)('a past that is folded again page by page has the same effects, byte for byte: %s', async (_name, messages) => {
  const whole = await foldOf(messages());
  const pastBounds = { held: 150, page: 100, blocks: 16, block: 8 };
  const paged = await foldOf(messages(), 500, options => new LocalShards({ ...options, pastBounds }));
  expect(whole.counters.get('refolds_in_pages_total')).toBe(0);
  expect(paged.counters.get('refolds_in_pages_total')).toBeGreaterThan(0);
  expect([...paged.effects]).toEqual([...whole.effects]);
  expect([...paged.rows]).toEqual([...whole.rows]);
  expect(books(paged)).toEqual(books(whole));
});
