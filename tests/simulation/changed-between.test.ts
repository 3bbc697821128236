// Proves: a deadline is judged by what was in force at the reading that gave it its time, whether a tick comes to it first, or a reading, or it is folded
// again after conditions were changed. So trips, and who is told of what under which key, do not depend on whether something late, or a crash,
// came after the change.
import { expect, test } from '@jest/globals';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { START } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const settingsWith = (gap: number) => ({ ...defaultFleetSettings, trip: { ...defaultFleetSettings.trip, gap } });

interface Said {
  ts: number;
  received: number;
}

/** Drives north, an event each second, for so many minutes. */
const drive = (from: number, minutes: number): Said[] =>
  Array.from({ length: minutes * 60 }, (_, i) => ({ ts: from + i * SECOND, received: from + i * SECOND + 50 }));

/** A drive, a silence in which trips begin to end later, and a drive again. */
const CHANGED_AT = START + 11 * MINUTE;
const messages = [...drive(START, 6), ...drive(START + 16 * MINUTE, 3)];

const feed = (fold: SimulatedFold, said: readonly Said[]): void => {
  fold.say({ type: 'settings_put', settings: settingsWith(4 * MINUTE) }, START);
  let second = START;
  let changed = false;
  const tickTo = (until: number): void => {
    for (; second <= until; second += SECOND) {
      if (second > CHANGED_AT && !changed) {
        changed = true;
        fold.say({ type: 'settings_put', settings: settingsWith(60 * MINUTE) }, second);
      }
      fold.tick(second);
    }
  };
  for (const { ts, received } of [...said].sort((a, b) => a.received - b.received)) {
    tickTo(received);
    const lat = 50 + ((ts - START) / SECOND) * 0.0001;
    fold.send({
      ...{ device: 'v-1', received },
      payload: JSON.stringify({
        ts,
        seq: ts,
        gps: { lat, lon: 8, speed_kmh: 40 },
        signals: { vehicle_speed: 40 },
        ignition: true,
      }),
    });
  }
  tickTo(second + 20 * MINUTE);
};

const newFold = (): SimulatedFold => new SimulatedFold(options => new LocalShards(options));
const undisturbed = async (said: readonly Said[]): Promise<SimulatedFold> => {
  const fold = newFold();
  feed(fold, said);
  await fold.start();
  await fold.run(10_000);
  return fold;
};

const trips = (fold: SimulatedFold) =>
  (fold.outcome().trips as { startedAt: number; endedAt: number }[]).map(({ startedAt, endedAt }) => ({ startedAt, endedAt }));

/** One message in the first drive, and one in the second, come only now. */
const late = (at: number): Said[] =>
  messages.map(one => (one.ts === START + 3 * MINUTE || one.ts === START + 17 * MINUTE ? { ...one, received: at } : one));

test('what comes late after a change of the gap between trips makes no other trips', async () => {
  const inOrder = trips(await undisturbed(messages));
  expect(inOrder).toHaveLength(2);
  for (const at of [CHANGED_AT + MINUTE, START + 18 * MINUTE, START + 25 * MINUTE])
    expect(trips(await undisturbed(late(at)))).toEqual(inOrder);
});

test('nor does a crash between any two of its records', async () => {
  const said = late(START + 18 * MINUTE + 30 * SECOND);
  const whole = await undisturbed(said);
  const crashed = newFold();
  feed(crashed, said);
  const left = crashed.journal.records.splice(0);
  await crashed.start();
  while (left.length > 0) {
    crashed.journal.records.push(...left.splice(0, 37));
    await crashed.run(11);
    await crashed.crash();
  }
  await crashed.run();
  expect(crashed.outcome()).toEqual(whole.outcome());
  expect([...crashed.effects].sort()).toEqual([...whole.effects].sort());
});
