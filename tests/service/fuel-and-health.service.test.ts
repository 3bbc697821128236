// Proves, from frames of devices over MQTT to the answers of REST, in a zone with its own midnight: litres, consumption, idling, cost and CO2 of
// vehicles whose use is known by construction, by whichever method they tell; refuels and drops; what wears, with a forecast that holds the
// true date in its band; "not enough data" where that is the truth; and what is left of a service plan by km, hours and date.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

const ZONE = 'Europe/Berlin';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 06:00 in UTC of today: 07:00 or 08:00 in the fleet's zone, so that a drive and its rests stand on one day of it. */
const today = Math.floor(Date.now() / DAY) * DAY;
const dayText = (days: number): string => new Date(today + days * DAY).toISOString().slice(0, 10);

type Event = Record<string, unknown> & { ts: number };
const hex = (value: number, digits: number): string => Math.round(value).toString(16).toUpperCase().padStart(digits, '0');
const METRES_PER_DEGREE = 111_195;

/** Twenty minutes at 72 km/h northwards: 24 km, each event once in `every_s` seconds; then ten minutes of idling. The engine is off from then on. */
const DRIVEN_S = 1_200;
const IDLED_S = 600;
const KM = 24;
const driveAndIdle = (start: number, every_s: number, obd: (moving: boolean) => string[], more: object = {}): Event[] => {
  const events: Event[] = [];
  for (let s = 0; s <= DRIVEN_S + IDLED_S; s += every_s) {
    const moving = s < DRIVEN_S;
    const lat = 48 + (Math.min(s, DRIVEN_S) * 20) / METRES_PER_DEGREE;
    events.push({
      ...{ ts: start + s * 1_000, ignition: true, ...more },
      gps: { lat, lon: 11, speed_kmh: moving ? 72 : 0, heading: 0, hdop: 0.8, sats: 12, fix: true },
      obd: [moving ? '410D48' : '410D00', moving ? '410C1F40' : '410C0C80', '41055A', ...obd(moving)],
    });
  }
  events.push({ ts: start + (DRIVEN_S + IDLED_S + 1) * 1_000, ignition: false, obd: ['410C0000'] });
  return events;
};

let server: Telltale;
let rest: RestClient;
beforeAll(async () => {
  server = await startTelltale({ env: { TELLTALE_TIME_ZONE: ZONE } });
  rest = restClient(server.http, server.adminToken);
}, 90_000);
afterAll(() => server.stop());

const send = async (vehicle: string, events: readonly Event[]): Promise<void> => {
  const device = await connectRegistered(server, `device-${vehicle}`, { vehicle });
  for (let n = 0; n < events.length; n += 300) await device.publish(events.slice(n, n + 300));
  await device.close();
};

interface FuelItem {
  vehicle: string;
  [key: string]: unknown;
}

describe('fuel', () => {
  const start = today - DAY + 6 * HOUR;
  const period = { from: dayText(-1), to: dayText(-1), by: 'vehicle' };
  /** L/h while moving and idling. */
  const RATE = { moving: 6, idling: 1.2 };
  const litres = (RATE.moving * DRIVEN_S + RATE.idling * IDLED_S) / 3_600;
  const idled = (RATE.idling * IDLED_S) / 3_600;
  const of = async (vehicle: string): Promise<FuelItem | undefined> =>
    (await rest.get<{ items: FuelItem[] }>('/fuel', period)).items.find(one => one.vehicle === vehicle);

  beforeAll(async () => {
    await rest.put('/settings/fuel', { currency: 'EUR', per_unit: { petrol: 1.8, diesel: 1.7 } });
    for (const [id, more] of [
      ['rate', { fuel_type: 'petrol' }],
      ['air', { fuel_type: 'petrol' }],
      ['tank', { fuel_type: 'diesel', tank_l: 50 }],
      ['silent', { fuel_type: 'petrol' }],
    ] as const)
      await rest.post('/vehicles', { id, class: 'car', ...more });
    await send(
      'rate',
      driveAndIdle(start, 1, moving => [`415E${hex((moving ? RATE.moving : RATE.idling) * 20, 4)}`]),
    );
    // 5 g of air a second, 1 while idling, of a mixture that is as it should be.
    await send(
      'air',
      driveAndIdle(start, 1, moving => [`4110${hex(moving ? 500 : 100, 4)}`, '41448000']),
    );
    await send(
      'silent',
      driveAndIdle(start, 1, () => []).map(({ obd: _, ...event }) => event as Event),
    );
    // 30 % after a drive, then 80 % without having driven: 25 L. Hours later 60 %: 10 L are gone.
    const level = (from: number, percent: number): Event[] =>
      Array.from({ length: 40 }, (_, n) => ({
        ...{ ts: from + n * 30_000, ignition: false, signals: { fuel_level: percent } },
        gps: { lat: 48 + (DRIVEN_S * 20) / METRES_PER_DEGREE, lon: 11, speed_kmh: 0, heading: 0, fix: true },
      }));
    const end = start + (DRIVEN_S + IDLED_S) * 1_000;
    await send('tank', [
      ...driveAndIdle(start, 5, () => ['412F4D']),
      ...level(end + MINUTE, 30),
      ...level(end + HOUR, 80),
      ...level(end + 3 * HOUR, 60),
    ]);
    await waitFor('the fuel of a day', async () => Number((await of('air'))?.litres ?? 0) > 0.55, { timeoutMs: 30_000 });
    await waitFor('the drop', async () => (await events()).some(({ kind }) => kind === 'drop'), { timeoutMs: 30_000 });
  }, 90_000);
  const events = async (): Promise<{ kind: string; litres: number }[]> =>
    (
      await rest.get<{ items: { kind: string; litres: number }[] }>('/vehicles/tank/fuel-events', {
        from: dayText(-2),
        to: dayText(0),
      })
    ).items;

  test('by the rate that the engine tells: litres, consumption, idling, cost, CO2', async () => {
    const found = (await of('rate'))!;
    expect(found).toMatchObject({ method: 'fuel_rate', uncertainty_percent: 5, estimated: false, currency: 'EUR' });
    expect(found.litres).toBeCloseTo(litres, 1);
    expect(found.distance_km as number).toBeCloseTo(KM, 0);
    expect(found.l_per_100km as number).toBeGreaterThan((100 * litres) / KM - 0.15);
    expect(found.l_per_100km as number).toBeLessThan((100 * litres) / KM + 0.15);
    expect(found.idle_litres).toBeCloseTo(idled, 2);
    expect(found.idle_cost).toBeCloseTo(1.8 * idled, 1);
    expect(found.cost).toBeCloseTo(1.8 * litres, 0);
    expect(found.co2_kg).toBeCloseTo(2.31 * litres, 1);
    expect(
      (found.waste as { pattern: string; litres: number }[]).find(({ pattern }) => pattern === 'idling')!.litres,
    ).toBeCloseTo(idled, 1);
    const [trip] = await rest.all<{ fuel_l: number; distance_km: number }>('/trips', { vehicle: 'rate' });
    expect(trip!.fuel_l).toBeCloseTo(litres, 1);
    expect(trip!.distance_km).toBeCloseTo(KM, 0);
  });

  test('by the air that goes in, less surely', async () => {
    const air_g = 5 * DRIVEN_S + 1 * IDLED_S;
    const found = (await of('air'))!;
    expect(found).toMatchObject({ method: 'maf', uncertainty_percent: 8, estimated: false });
    expect(found.litres).toBeCloseTo(air_g / 14.7 / 745, 1);
  });

  test('of a vehicle that tells nothing, nothing is said', async () => {
    expect(await of('silent')).toMatchObject({ litres: null, l_per_100km: null, co2_kg: null, note: expect.any(String) });
    expect((await of('silent'))!.distance_km as number).toBeCloseTo(KM, 0);
  });

  test('refuels and drops have their litres, and a drop its alert', async () => {
    const found = await events();
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(['drop', 'refuel']);
    expect(found.find(({ kind }) => kind === 'refuel')!.litres).toBeCloseTo(25, 0);
    expect(Math.abs(found.find(({ kind }) => kind === 'drop')!.litres)).toBeCloseTo(10, 0);
    const alerts = await rest.all<{ kind: string; unit: string; value: number; severity: string }>('/alerts', {
      vehicle: 'tank',
      kind: 'fuel_drop',
    });
    expect(alerts).toEqual([expect.objectContaining({ severity: 'critical' })]);
  });
});

interface Part {
  state: string;
  value: number | null;
  note: string;
  forecast: { at: string; low: string; high: string | null } | null;
  data: { days: number };
  trend: unknown[];
}
interface Health {
  state: string;
  service: { name: string; left_km: number | null; left_hours: number | null; left_days: number | null; due: string | null }[];
  [part: string]: unknown;
}

describe('health', () => {
  const DAYS = 26;
  const FALL = 0.02;
  /** Of day 0, which is today, at rest. */
  const LEFT = 12.1;
  const resting = (day: number): number => LEFT - FALL * day;

  beforeAll(async () => {
    for (const id of ['old', 'cold', 'new']) await rest.post('/vehicles', { id, class: 'car', fuel_type: 'petrol' });
    const days = Array.from({ length: DAYS }, (_, n) => n - DAYS);
    // Lean by 12 % at idle and 4 % on the way, in closed loop; the meter reads to a hundredth of a volt.
    await send(
      'old',
      days.flatMap(day => {
        const start = today + day * DAY + 6 * HOUR;
        const odometer_km = 50_000 + (day + DAYS) * 50;
        return [
          ...driveAndIdle(start, 5, moving => ['410302', '410578', `4106${hex(moving ? 133 : 143, 2)}`, '410780'], {
            odometer_km,
            external_voltage: 14.2,
            ...(day === -1 && { dtc: ['P0302'] }),
          }),
          ...[2, 3, 4, 5, 6, 7].map(hour => ({
            ...{ ts: start + hour * HOUR, ignition: false },
            external_voltage: Math.round(100 * (resting(day) + ((day + hour) % 3) * 0.01 - 0.01)) / 100,
          })),
        ];
      }),
    );
    await send(
      'cold',
      days.slice(-6).flatMap(day =>
        driveAndIdle(today + day * DAY + 6 * HOUR, 5, () => []).map(event => ({
          ...event,
          obd: (event.obd as string[]).map(frame => (frame === '41055A' ? '410564' : frame)),
        })),
      ),
    );
    await waitFor('the days of health', async () => ((await of('old')).battery as Part).data.days >= DAYS - 1, {
      timeoutMs: 60_000,
    });
    await waitFor('the cold engine', async () => ((await of('cold')).thermostat as Part).data.days >= 5, { timeoutMs: 30_000 });
  }, 120_000);
  const of = (vehicle: string) => rest.get<Health>(`/vehicles/${vehicle}/health`);

  test('an ageing battery fails on the day that the forecast says, within its band', async () => {
    const battery = (await of('old')).battery as Part;
    const truth = dayText((LEFT - 11.8) / FALL);
    const apart = (Date.parse(battery.forecast!.at) - Date.parse(truth)) / DAY;
    expect(Math.abs(apart)).toBeLessThanOrEqual(3);
    expect(battery.forecast!.low <= truth && (battery.forecast!.high ?? '9999') >= truth).toBe(true);
    expect(battery.value).toBeCloseTo(resting(-1), 1);
    expect(['watch', 'warning']).toContain(battery.state);
  });

  test('trims that are lean at idle point at an air leak; a misfire code is a misfire', async () => {
    const health = await of('old');
    const trims = health.fuel_trims as Part;
    expect(trims.value).toBeCloseTo((100 * (143 - 128)) / 128, 0);
    expect([trims.state, trims.note]).toEqual(['watch', expect.stringContaining('air leak')]);
    expect((health.misfire as Part).state).not.toBe('ok');
    expect((health.misfire as Part).note).toContain('P0302');
  });

  test('a thermostat that stays open is told; what is not measured is not judged', async () => {
    const health = await of('cold');
    expect(health.thermostat).toMatchObject({ state: 'warning', value: 60 });
    expect(health.battery).toMatchObject({ state: 'not_enough_data', value: null, forecast: null });
    for (const part of ['battery', 'charging', 'coolant', 'thermostat', 'fuel_trims', 'misfire', 'engine_power'])
      expect((await of('new'))[part]).toMatchObject({
        ...{ state: 'not_enough_data', value: null, forecast: null, trend: [] },
        note: expect.stringMatching(/^Not enough data/),
      });
  });

  test('the service plan is left by km, hours and date, with a day for each', async () => {
    const done = { date: dayText(-11), odometer_km: 50_000 + 15 * 50 };
    await rest.patch('/vehicles/old', {
      service_plan: [
        { name: 'oil', every_km: 15_000, last: done },
        { name: 'filter', every_hours: 100, last: done },
        { name: 'inspection', due_date: dayText(40) },
        { name: 'never told', every_hours: 100 },
      ],
    });
    const { service } = await of('old');
    const item = (name: string) => service.find(one => one.name === name)!;
    // Ten days of 50 km since, and eleven of half an hour, the day of the service among them.
    expect(item('oil').left_km).toBe(15_000 - 10 * 50);
    expect(item('filter').left_hours!).toBeCloseTo(100 - (11 * (DRIVEN_S + IDLED_S)) / 3_600, 0);
    expect(item('inspection').left_days!).toBeGreaterThan(38);
    expect(item('inspection').due).toBe(dayText(40));
    // Half an hour a day.
    const filterDays = (Date.parse(item('filter').due!) - today) / DAY;
    expect(filterDays).toBeGreaterThan(180);
    expect(filterDays).toBeLessThan(200);
    expect(item('never told')).toMatchObject({ left_hours: null, due: null });
  });
});
