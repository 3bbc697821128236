// Proves: what a device's connection says is no reading of its vehicle, in a re-fold as little as live: it moves no newest time and changes no trip.
import { expect, test } from '@jest/globals';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const events = Array.from({ length: 120 }, (_, i) => ({
  ts: START + i * 1_000,
  seq: i + 1,
  gps: { lat: 50 + i * 1e-4, lon: 8, speed_kmh: 40 },
  ignition: true,
}));

const driven = async (statuses: boolean): Promise<{ fold: SimulatedFold; newest: number }> => {
  const fold = new SimulatedFold();
  setUp(fold, []);
  await fold.start();
  const send = (n: number, received: number) => fold.send({ device: 'v-1', received, payload: JSON.stringify(events[n]) });
  for (const n of events.keys()) {
    if (n !== 30) send(n, events[n]!.ts);
    fold.tick(events[n]!.ts);
  }
  // Later by the server's clock than all that the device has told by its own.
  const said = events.at(-1)!.ts + 20_000;
  if (statuses) fold.send({ device: 'v-1', received: said, payload: 'offline', topic: 'telltale/v1/v-1/status' });
  send(30, said + 1_000);
  fold.tick(said + 2_000);
  await fold.run();
  const newest = (await fold.liveState('v-1'))!.at;
  expect(fold.counters.get('refolds_total')).toBe(1);
  fold.tick(said + 7_200_000);
  await fold.run();
  return { fold, newest };
};

test('a status before a late event', async () => {
  const without = await driven(false);
  const among = await driven(true);
  expect(among.newest).toBe(events.at(-1)!.ts);
  expect(among.newest).toBe(without.newest);
  const trips = ({ fold }: typeof among) => fold.outcome().trips;
  expect(trips(among)).toHaveLength(1);
  expect(trips(among)).toEqual(trips(without));
  expect(among.fold.outcome().days).toEqual(without.fold.outcome().days);
});
