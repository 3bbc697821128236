// Proves: values that cannot be true change no trip, day or alert, in whatever order they come and through a crash; they are counted by reason;
// and a speed that breaks off for good (a crash) is not among them.
import { expect, test } from '@jest/globals';
import { pseudoRandom } from '../harness/pseudo-random.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const MINUTES = 10;
const events = fleetDrive('implausible', 2, MINUTES);

/** Between two true events: all bits set, a spike, an odometer that falls. Moments without a position or another value. */
const SPOILT = [
  { engine_rpm: 16_383.75, vehicle_speed: 255, coolant_temp: 215 },
  { vehicle_speed: 249 },
  { odometer: 0.1 },
  { engine_rpm: 120 },
  { fuel_level: 0, intake_air_temp: 89 },
];

const spoilt = (): DeviceEvent[] =>
  events.flatMap((event, i) => {
    const signals = i % 40 === 20 ? SPOILT[((i / 40) % SPOILT.length) | 0] : undefined;
    return signals ? [event, { ...event, ts: event.ts + 1, text: JSON.stringify({ ts: event.ts + 1, signals }) }] : [event];
  });

const foldOf = async (sent: readonly DeviceEvent[], delay: () => number, crash = false): Promise<SimulatedFold> => {
  const fold = new SimulatedFold();
  setUp(fold, fencesAlong(events));
  const messages = sent.map(({ device, ts, text }) => ({ device, received: ts + 50 + delay(), payload: text }));
  let second = START;
  for (const message of messages.sort((a, b) => a.received - b.received)) {
    for (; second <= message.received; second += 1_000) fold.tick(second);
    fold.send(message);
  }
  for (; second <= START + (MINUTES + 5) * 60_000; second += 1_000) fold.tick(second);
  await fold.start();
  if (crash) {
    const rest = fold.journal.records.splice(fold.journal.records.length / 2);
    await fold.run();
    await fold.crash();
    fold.journal.records.push(...rest);
  }
  await fold.run();
  return fold;
};

const tellOf = (fold: SimulatedFold) => {
  const { trips, days, alerts } = fold.outcome();
  return { trips, days, alerts };
};

test('they change nothing, and are counted', async () => {
  const reference = tellOf(await foldOf(events, () => 0));
  expect(reference.alerts.length).toBeGreaterThan(0);
  const inOrder = await foldOf(spoilt(), () => 0);
  expect(tellOf(inOrder)).toEqual(reference);
  const rejected = await inOrder.rejectedValues();
  expect(Object.keys(rejected).sort()).toEqual(['above_range', 'below_range', 'changed_too_fast', 'fell']);
  const random = pseudoRandom(1);
  const shuffled = await foldOf(spoilt(), () => Math.floor(random() * 40_000), true);
  expect(tellOf(shuffled)).toEqual(reference);
  expect(await shuffled.rejectedValues()).toEqual(rejected);
});

test('a speed that breaks off and stays there is believed at its second sample', async () => {
  const fold = new SimulatedFold();
  setUp(fold, []);
  const speeds = [...Array.from({ length: 30 }, () => 140), 0, 0, 0, 0];
  speeds.forEach((vehicle_speed, i) => {
    const ts = START + i * 1_000;
    fold.send({ device: 'v-1', received: ts, payload: JSON.stringify({ ts, signals: { vehicle_speed } }) });
    fold.tick(ts);
  });
  await fold.start();
  await fold.run();
  expect(await fold.rejectedValues()).toEqual({ changed_too_fast: 1 });
  expect((await fold.liveState('v-1'))?.speed).toBe(0);
});
