// Proves: what begins and ends a trip may differ by the group of a vehicle, from the fact that says so on, in the production fold.
import { expect, test } from '@jest/globals';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import { SimulatedFold } from './simulated-fold.js';

const START = Date.UTC(2026, 10, 22, 8);
const HOUR = 3_600_000;
const DEVICES = ['v-van', 'v-car'];

/** Five minutes of driving, ten of standing with nothing known of the engine, five of driving. */
const drive = (device: string) =>
  Array.from({ length: 1_200 }, (_, s) => {
    const stands = s >= 300 && s < 900;
    const way = s < 300 ? s : Math.max(300, s - 600);
    return { device, ts: START + s * 1_000, gps: { lat: 50 + way * 1e-4, lon: 8, speed_kmh: stands ? 0 : 40, heading: 0 } };
  });

test('vans that deliver keep their trip over a stop that ends that of a car', async () => {
  const fold = new SimulatedFold();
  const groups = { delivery: { parkedAfter: 1_800_000 } };
  fold.say({ type: 'settings_put', settings: { ...defaultFleetSettings, groups } }, START);
  for (const id of DEVICES) {
    const group = id === 'v-van' ? 'delivery' : 'office';
    const vehicle = {
      id,
      name: id,
      vin: null,
      class: 'van',
      fuel_type: null,
      group,
      odometer_km: null,
      speed_limit_kmh: null,
    } as const;
    fold.say({ type: 'vehicle_put', vehicle }, START);
    for (const event of drive(id)) fold.send({ device: id, received: event.ts + 50, payload: JSON.stringify(event) });
  }
  for (let at = START + 1_300_000; at < START + 3 * HOUR; at += 10_000) fold.tick(at);
  await fold.start();
  await fold.run();
  const trips = fold.outcome().trips as { vehicle: string }[];
  expect(DEVICES.map(id => trips.filter(({ vehicle }) => vehicle === id).length)).toEqual([1, 2]);
});
