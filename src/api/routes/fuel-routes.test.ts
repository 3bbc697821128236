// Proves: fuel and health come over REST as the rows say, with costs once a price is set, narrowed to the groups of who asks.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sampleDay, sampleFuelDay, sampleHealthDay } from '../../adapters/sql/sample-rows.js';
import type { DriverDay } from '../../model/trip.js';
import { newVehicle } from '../../model/vehicle.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
const drove = (vehicle: string, driver: string, day: string, distance: number): DriverDay =>
  sampleDay(1, { driver, vehicle, day, distance });
const PERIOD = 'from=2026-11-01&to=2026-11-30';

beforeAll(async () => {
  api = await startTestApi({ checkAnswers: true });
  for (const [id, group] of [
    ['v-1', 'north'],
    ['v-2', 'south'],
    ['v-3', 'south'],
  ] as const)
    await api.registry.change({ type: 'vehicle_put', vehicle: { ...newVehicle(id), group, tank_l: id === 'v-3' ? 60 : null } });
  const { rows } = api.database;
  const petrol = { fuelType: 'petrol', fuelTypeKnown: true, burnt: { maf: 8 }, measured: 100, idle: 1, idling: 3_600 } as const;
  rows.fuelDays.push(
    sampleFuelDay(1, { vehicle: 'v-1', driver: 'd-1', day: '2026-11-10', ...petrol, waste: { speeding: 0.5 } }),
    sampleFuelDay(1, { vehicle: 'v-1', driver: 'd-2', day: '2026-11-11', ...petrol, waste: {} }),
    sampleFuelDay(1, {
      vehicle: 'v-3',
      driver: 'd-2',
      day: '2026-11-11',
      ...petrol,
      burnt: {},
      idle: 0,
      waste: {},
      levelUsed: 20,
    }),
  );
  rows.days.push(
    drove('v-1', 'd-1', '2026-11-10', 100),
    drove('v-1', 'd-2', '2026-11-11', 100),
    drove('v-2', 'd-2', '2026-11-11', 50),
    drove('v-3', 'd-2', '2026-11-11', 150),
  );
});
afterAll(() => api.close());

test('by vehicle: litres, consumption, CO₂ and how it was measured; what nobody measured is not zero', async () => {
  const { status, body } = await api.ask('GET', `/v1/fuel?${PERIOD}`);
  expect(status).toBe(200);
  expect(body.items.map(({ vehicle }: { vehicle: string }) => vehicle)).toEqual(['v-1', 'v-2', 'v-3']);
  expect(body.items[0]).toMatchObject({
    ...{ litres: 16, distance_km: 200, l_per_100km: 8, idle_litres: 2, co2_kg: 36.96, method: 'maf', uncertainty_percent: 8 },
    ...{ cost: null, idle_cost: null, estimated: false },
  });
  expect(body.items[1]).toMatchObject({ litres: null, l_per_100km: null, distance_km: 50, method: null });
  expect(body.items[1].note).toMatch(/^Not enough data/);
  expect(body.items[2]).toMatchObject({ litres: 12, l_per_100km: 8, method: 'level', uncertainty_percent: 15 });
  expect(body.totals).toMatchObject({ litres: 28, distance_km: 400, l_per_100km: 8 });
  // Two vehicles err apart from each other: less than either alone.
  expect(body.totals.uncertainty_percent).toBeCloseTo(Math.hypot(16 * 8, 12 * 15) / 28, 1);
});

test('by driver, for those who may see drivers', async () => {
  const { body } = await api.ask('GET', `/v1/fuel?${PERIOD}&by=driver`);
  expect(body.items.map(({ driver, litres }: { driver: string; litres: number }) => [driver, litres])).toEqual([
    ['d-1', 8],
    ['d-2', 20],
  ]);
  const viewer = await api.ask('GET', `/v1/fuel?${PERIOD}&by=driver`, { token: await api.tokenOf('viewer') });
  expect(viewer.status).toBe(403);
});

test('costs once a price is set, and patterns with what they cost', async () => {
  const put = await api.ask('PUT', '/v1/settings/fuel', { body: { currency: 'EUR', per_unit: { petrol: 1.75 } } });
  expect(put.status).toBe(200);
  const { body } = await api.ask('GET', `/v1/fuel?${PERIOD}&vehicle=v-1`);
  expect(body.items[0]).toMatchObject({ cost: 28, idle_cost: 3.5, currency: 'EUR' });
  expect(body.items[0].waste).toMatchObject([
    { pattern: 'idling', litres: 2, cost: 3.5, share_percent: 12.5 },
    { pattern: 'speeding', litres: 0.5, cost: 0.88 },
  ]);
  expect(body.items[0].waste[0].text).toContain('3.5 EUR');
});

test('who is limited to a group learns nothing of another', async () => {
  const token = await api.tokenOf('viewer', ['north']);
  const { body } = await api.ask('GET', `/v1/fuel?${PERIOD}`, { token });
  expect(body.items.map(({ vehicle }: { vehicle: string }) => vehicle)).toEqual(['v-1']);
  expect(body.totals.distance_km).toBe(200);
  expect((await api.ask('GET', '/v1/vehicles/v-2/health', { token })).status).toBe(404);
  const fleet = await api.ask('GET', '/v1/health', { token });
  expect(fleet.body.items.map(({ vehicle }: { vehicle: string }) => vehicle)).toEqual(['v-1']);
});

test('health: parts with their data, honest where there is none, and the fleet by urgency', async () => {
  const today = Date.now();
  const day = (ago: number) => new Date(today - ago * 86_400_000).toISOString().slice(0, 10);
  for (let ago = 20; ago >= 0; ago--)
    api.database.rows.healthDays.push(
      sampleHealthDay(1, {
        vehicle: 'v-2',
        day: day(ago),
        battery: {
          ...sampleHealthDay(1).battery,
          resting: 12.05 + 0.015 * ago,
          cranking: null,
          starts: 0,
          ambient: null,
        },
        misfire: { idleDeviation: null, samples: 0 },
      }),
    );
  const { body } = await api.ask('GET', '/v1/vehicles/v-2/health');
  expect(body.battery.state).toBe('watch');
  expect(body.battery.data.days).toBe(21);
  expect(body.battery.forecast.at >= day(-14) && body.battery.forecast.at <= day(-18)).toBe(true);
  expect(body.misfire.state).toBe('not_enough_data');
  expect(body.misfire.note).toMatch(/^Not enough data: /);
  const fleet = await api.ask('GET', '/v1/health');
  expect(fleet.body.items[0]).toMatchObject({ vehicle: 'v-2', parts: { battery: 'watch' } });
  expect(fleet.body.items.at(-1).state).toBe('not_enough_data');
});

test('service: what is left, when it is expected by how much the vehicle is driven, and honest where nobody recorded it', async () => {
  const now = Date.now();
  const day = (ago: number) => new Date(now - ago * 86_400_000).toISOString().slice(0, 10);
  const none = { every_km: null, every_hours: null, every_days: null, due_date: null };
  const never = { odometer_km: null, engine_hours: null, date: null };
  await api.registry.change({
    type: 'vehicle_put',
    vehicle: {
      ...newVehicle('v-3'),
      service_plan: [
        { ...none, name: 'Tyres', every_km: 40_000, last: never },
        { ...none, name: 'Oil', every_km: 15_000, last: { ...never, odometer_km: 10_000 } },
        { ...none, name: 'Inspection', due_date: day(3), last: never },
      ],
    },
  });
  // 100 km a day, at 24,000 km now: 1,000 km or ten days to the oil.
  for (let ago = 10; ago >= 0; ago--)
    api.database.rows.healthDays.push(
      sampleHealthDay(1, { vehicle: 'v-3', day: day(ago), use: { odometer: 24_000 - 100 * ago, engineOn: 3_600 } }),
    );
  const { body } = await api.ask('GET', '/v1/vehicles/v-3/health');
  expect(body.service.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
    ['Inspection', 'warning'],
    ['Oil', 'watch'],
    ['Tyres', 'ok'],
  ]);
  expect(body.service[1]).toMatchObject({ left_km: 1_000, due: day(-10) });
  expect(body.service[2]).toMatchObject({ due: null, left_km: null });
  expect(body.service[2].text).toMatch(/^Not enough data/);
  expect(body.findings.map(({ part }: { part: string }) => part).filter((part: string) => part === 'service')).toHaveLength(2);
});
