// Proves: a reading that came before its time and at which a checkpoint is taken is found again from there: what comes late after it is folded with it. The checkpoint is of before the
// reading, and used to point behind the record that has it.
import { expect, test } from '@jest/globals';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const EVENTS = 60;
/** What comes late, in the midst of what came before its time. */
const LATE = 40;
const AHEAD_BY = 120 * SECOND;

const event = (i: number): string =>
  JSON.stringify({
    ...{ ts: START + i * SECOND, seq: i + 1, ignition: true },
    ...{
      gps: { lat: 50 + i * 0.0001, lon: 8 + (i % 3) * 0.00005, speed_kmh: 40 + (i % 5) },
      signals: { vehicle_speed: 40 + (i % 5), engine_rpm: 2_000 },
    },
  });

/** @param ahead the server's clock is that far behind the device's while the second half comes */
const drive = async (ahead: number, checkpoint: number): Promise<ReturnType<SimulatedFold['outcome']>> => {
  const fold = new SimulatedFold(options => new LocalShards({ ...options, pace: { checkpoint, stepsPerSecond: 20_000 } }));
  setUp(fold, []);
  for (let i = 0; i < EVENTS; i++)
    if (i !== LATE || ahead === 0)
      fold.send({ device: 'v-1', received: START + i * SECOND - (i < EVENTS / 2 ? 0 : ahead), payload: event(i) });
  for (let second = 0; second < EVENTS + 60; second++) fold.tick(START + second * SECOND);
  await fold.start();
  await fold.run(1);
  if (ahead > 0) fold.send({ device: 'v-1', received: START + (EVENTS + 60) * SECOND, payload: event(LATE) });
  for (let second = 0; second < 900; second++) fold.tick(START + (EVENTS + 60 + second) * SECOND);
  await fold.run();
  expect(fold.counters.get('events_ahead_total') > 0).toBe(ahead > 0);
  expect(fold.counters.get('refolds_total')).toBe(ahead > 0 ? 1 : 0);
  return fold.outcome();
};

test.each([5, 7, 11])('late data among what came before its time, a checkpoint each %i readings', async checkpoint => {
  const inItsTime = await drive(0, 8_000);
  expect(await drive(AHEAD_BY, checkpoint)).toEqual(inItsTime);
});
