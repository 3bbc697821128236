// Proves: the harsh events of recorded drives, and their trips, are the same whether a drive arrives reading by reading, in bursts, shuffled
// within a minute, or twice.
import { expect, test } from '@jest/globals';
import { extraRules } from '../../accuracy/harsh-rules.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { randomOf } from '../../src/simulator/random.js';
import { type DriveEvent, readDrive, realDataFolder, recordedTrips } from '../harness/real-data.js';
import { SimulatedFold } from '../simulation/simulated-fold.js';

const folder = realDataFolder('arrival of recorded drives in other orders');
/** By wheel speed, by GPS with an accelerometer, by GPS alone; the shorter ones, with events in them. */
const DRIVES = ['kit_2017-07-06_KA_KA_Normal', 'drive14', 'drive18', 'ndsbr_A_5'];
const HOUR = 3_600_000;

interface Message {
  received: number;
  events: DriveEvent[];
}

const orders: Readonly<Record<string, (events: readonly DriveEvent[]) => Message[]>> = {
  'in bursts of ten minutes': events => {
    const bursts: Message[] = [];
    for (let from = 0; from < events.length; from += 600) {
      const some = events.slice(from, from + 600);
      bursts.push({ received: some.at(-1)!.ts + 5_000, events: some });
    }
    return bursts;
  },
  'shuffled within a minute': events => {
    const random = randomOf('shuffled', 0);
    return events
      .map(event => ({ received: event.ts + Math.floor(random.next() * 60_000), events: [event] }))
      .sort((a, b) => a.received - b.received);
  },
  twice: events =>
    [...events, ...events].map((event, i) => ({ received: event.ts + (i < events.length ? 100 : 2 * HOUR), events: [event] })),
};

const readingByReading = (events: readonly DriveEvent[]): Message[] =>
  events.map(event => ({ received: event.ts + 100, events: [event] }));

const outcomeOf = async (messages: readonly Message[]): Promise<{ alerts: unknown[]; trips: unknown[] }> => {
  const fold = new SimulatedFold();
  const { device } = messages[0]!.events[0]!;
  const start = messages[0]!.received;
  for (const rule of [...defaultRuleSettings(), ...extraRules]) fold.say({ type: 'rule_put', rule }, start);
  let second = start;
  for (const { received, events } of messages) {
    for (; second < received; second += 5_000) fold.tick(second);
    fold.send({ device, received, payload: JSON.stringify(events.map(({ obd: _frames, ...event }) => event)) });
  }
  for (const end = second + 3 * HOUR; second < end; second += 30_000) fold.tick(second);
  await fold.start();
  await fold.run(50_000);
  const { alerts, trips } = fold.outcome();
  return { alerts, trips };
};

// Jest refuses an empty table.
(folder === undefined ? test.skip : test).each(DRIVES)(
  '%s',
  async trip => {
    const drive = (await recordedTrips(folder!)).find(one => one.trip === trip)!;
    const events: DriveEvent[] = [];
    for await (const event of readDrive(folder!, drive)) events.push(event);
    const plain = await outcomeOf(readingByReading(events));
    expect(plain.alerts.length).toBeGreaterThan(2);
    expect(plain.trips).toHaveLength(1);
    for (const [order, of] of Object.entries(orders))
      expect({ order, ...(await outcomeOf(of(events))) }).toEqual({ order, ...plain });
  },
  120_000,
);

test('the recordings are there, or it was said that they are not', () => {
  expect(folder === undefined || DRIVES.length > 0).toBe(true);
});
