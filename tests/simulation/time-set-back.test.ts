// Proves, on the production fold under virtual time: a server's clock that is a day ahead for a while, and is set right, leaves nothing behind. Trips,
// days and alerts are those of a life whose clock was right, each vehicle's silence is told when it is too long by the right time, late data is
// folded again, and partitions are saved. And ticks that say an earlier time without setting it back, as processes once wrote, hold nothing up.
import { expect, test } from '@jest/globals';
import type { Alert } from '../../src/model/alert.js';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const events = fleetDrive('set-back', 3, 6);
const END = events.at(-1)!.ts;
/** Trips end by silence before the test does. */
const soonOver = { ...defaultFleetSettings, trip: { ...defaultFleetSettings.trip, parkedAfter: MINUTE, gap: 4 * MINUTE } };

interface Clock {
  /** What the server's clock says at a moment. */
  at(time: number): number;
  /** When it is set right, if it is. */
  right?: number;
}

const always: Clock = { at: time => time };
/** Ahead by a day for some seconds. */
const ahead = (from: number, seconds: number): Clock => ({
  at: time => (time >= from && time < from + seconds * SECOND ? time + DAY : time),
  right: from + seconds * SECOND,
});

/** Devices say what happened at once, but for a message a minute, which comes 40 s late. */
const lived = async ({ at, right }: Clock, until = END + 30 * MINUTE, crashEvery = 0): Promise<SimulatedFold> => {
  const fold = new SimulatedFold();
  setUp(fold, fencesAlong(events));
  fold.say({ type: 'settings_put', settings: soonOver }, START);
  const messages = events
    .map(({ device, ts, text }, i) => ({ device, text, time: ts + (i % 61 === 0 ? 40_000 : 50) }))
    .sort((a, b) => a.time - b.time);
  let second = START;
  const tickTo = (time: number): void => {
    for (; second <= time; second += SECOND) {
      const set = right !== undefined && second >= right && second < right + SECOND;
      fold.say({ type: 'tick', at: at(second), ...(set && { set }) }, at(second));
    }
  };
  for (const { device, text, time } of messages) {
    tickTo(time);
    fold.send({ device, received: at(time), payload: text });
  }
  tickTo(until);
  await fold.start();
  if (crashEvery === 0) {
    await fold.run(500);
    return fold;
  }
  const left = fold.journal.records.splice(0);
  while (left.length > 0) {
    fold.journal.records.push(...left.splice(0, crashEvery));
    await fold.run(50);
    await fold.crash();
  }
  await fold.run();
  return fold;
};

const offline = (fold: SimulatedFold): Alert[] => [...fold.alerts.values()].filter(({ kind }) => kind === 'device_offline');
const spells: [string, Clock][] = [
  ['a second', ahead(START + 3 * MINUTE, 1)],
  ['half a minute', ahead(START + 3 * MINUTE, 30)],
  ['until all is over', ahead(START + 3 * MINUTE, 6 * 60)],
  ['after all was said', ahead(END + 3 * MINUTE, 30)],
];

test.each(spells)('a day ahead for %s: the outcome is that of a clock that is right', async (_name, clock) => {
  const fold = await lived(clock);
  expect(fold.outcome()).toEqual((await lived(always)).outcome());
});

test.each(spells)('a day ahead for %s: silence is told in time, once', async (_name, clock) => {
  const fold = await lived(clock);
  const told = offline(fold);
  expect(new Set(told.map(({ vehicle }) => vehicle)).size).toBe(3);
  expect(told).toHaveLength(3);
  for (const { raised_at } of told) {
    const after = Date.parse(raised_at) - Math.max(END, clock.right ?? 0);
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(17 * MINUTE);
  }
});

test.each(spells)('a day ahead for %s: crashes change nothing, and partitions are saved', async (_name, clock) => {
  const [whole, crashed] = [await lived(clock), await lived(clock, undefined, 400)];
  expect(crashed.outcome()).toEqual(whole.outcome());
  expect([...crashed.effects].sort()).toEqual([...whole.effects].sort());
  const before = await lived(clock, Math.max(END, clock.right ?? 0) + MINUTE);
  expect(whole.counters.get('snapshots_total')).toBeGreaterThan(before.counters.get('snapshots_total'));
});

test('ticks of an earlier time hold nothing up', async () => {
  const fold = new SimulatedFold();
  setUp(fold, []);
  const messages = events.filter(({ device }) => device === 'v-1').slice(0, 100);
  const [first, second] = messages.splice(50, 2) as [DeviceEvent, DeviceEvent];
  for (const { device, ts, text } of messages) {
    fold.tick(ts);
    fold.send({ device, received: ts + 50, payload: text });
  }
  const last = messages.at(-1)!.ts;
  fold.send({ device: 'v-1', received: last + 60, payload: first.text });
  fold.tick(last + SECOND);
  // The process that is started now has a clock that is half a minute behind.
  fold.send({ device: 'v-1', received: last - 30 * SECOND, payload: second.text });
  for (let i = 0; i < 3; i++) fold.tick(last - 30 * SECOND + i * SECOND);
  await fold.start();
  await fold.run();
  expect(fold.counters.get('events_late_total')).toBe(2);
  expect(fold.counters.get('refolds_total')).toBe(2);
});

test.each([0, 1])(
  'a message on its way while the clock is set right, crashes: %d: its vehicle falls silent in time, and its trip ends',
  async crashes => {
    const right = END + 30 * SECOND;
    const fold = new SimulatedFold();
    setUp(fold, fencesAlong(events));
    fold.say({ type: 'settings_put', settings: soonOver }, START);
    for (const { device, ts, text } of events) {
      fold.tick(ts);
      fold.send({ device, received: ts + 50, payload: text });
    }
    for (let time = END + SECOND; time < right; time += SECOND) fold.tick(time + DAY);
    fold.say({ type: 'tick', at: right, set: true }, right);
    // Taken by the wrong clock, written behind the tick.
    fold.send({
      device: 'v-1',
      received: right + DAY - 200,
      payload: JSON.stringify({ ts: right - 300, seq: 999_999, signals: { engine_rpm: 900 } }),
    });
    const until = right + 30 * MINUTE;
    for (let time = right + SECOND; time <= until; time += SECOND) fold.tick(time);
    await fold.start();
    const left = fold.journal.records.splice(0);
    while (left.length > 0) {
      fold.journal.records.push(...left.splice(0, Math.ceil(left.length / (crashes > 0 ? 2 : 1)) || 1));
      await fold.run(200);
      if (crashes > 0) await fold.crash();
      if (left.length < 200) fold.journal.records.push(...left.splice(0));
    }
    await fold.run(200);
    const told = offline(fold).filter(({ vehicle }) => vehicle === 'v-1');
    expect(told).toHaveLength(1);
    const after = Date.parse(told[0]!.raised_at) - right;
    expect(after).toBeGreaterThan(14 * MINUTE);
    expect(after).toBeLessThan(17 * MINUTE);
    // The engine that it told of ran for no longer than a silence may last: its trip is over.
    const trips = [...fold.rows]
      .filter(([key]) => key.startsWith('trip '))
      .map(([, row]) => row as { vehicle: string; status: string });
    const own = trips.filter(({ vehicle }) => vehicle === 'v-1');
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ status }) => status === 'open')).toEqual([]);
  },
);
