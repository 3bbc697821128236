import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AlertWatch, watchAlerts } from '../harness/alert-watch.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';

let server: Telltale;
let rest: RestClient;
let alerts: AlertWatch;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  alerts = await watchAlerts(server.http, server.adminToken);
}, 90_000);

const METRES_PER_DEGREE = 111_195;
const ofVehicle = (vehicle: string) =>
  alerts
    .changes()
    .filter(({ alert }) => alert.vehicle === vehicle)
    .map(({ change, alert }) => `${change} ${alert.kind}`);

interface Rule {
  id: string;
  kind: string;
  params: Record<string, unknown>;
  schedule: unknown;
}

describe('dwelling in a fence', () => {
  // Proves: a vehicle that drives in and falls silent is told after `dwell_s` by the clock alone, live, once; and the stay ends when it left.
  test('told without a reading', async () => {
    const lat = 47.1;
    const { id } = await rest.post<{ id: string }>('/geofences', {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [8, lat + 300 / METRES_PER_DEGREE] },
      properties: { name: 'Ramp 7', radius_m: 150, on: ['dwell'], dwell_s: 3 },
    });
    const device = await connectRegistered(server, 'v-dwell');
    const legs: readonly Leg[] = [
      { seconds: 15, to_kmh: 50 },
      { seconds: 60, to_kmh: 50 },
    ];
    const drive = scriptedDrive({ start: Date.now() - 75_000, legs, lat, lon: 8 });
    // It comes in at 150 m from the start, some 19 s on its way; here its last words are of 2 s after that.
    const inside = drive.findIndex(({ gps }) => (gps.lat - lat) * METRES_PER_DEGREE > 150);
    const late = drive.slice(0, inside + 3);
    const shift = Date.now() - late.at(-1)!.ts;
    for (const event of late) await device.publish({ ...event, ts: event.ts + shift });
    const told = await alerts.waitFor({ kind: 'geofence_dwell', vehicle: 'v-dwell', geofence: id });
    expect(told).toMatchObject({
      change: 'raised',
      alert: { severity: 'warning', value: 3, threshold: 3, unit: 's', late: false },
    });
    expect(Date.parse(told.alert.occurred_at)).toBe(drive[inside]!.ts + shift);
    for (const event of drive.slice(late.length)) await device.publish({ ...event, ts: event.ts + shift + 5_000 });
    await alerts.waitFor({ kind: 'geofence_dwell', vehicle: 'v-dwell', change: 'updated' });
    expect(ofVehicle('v-dwell')).toEqual(['raised geofence_dwell', 'updated geofence_dwell']);
    await rest.delete(`/geofences/${id}`);
  });
});

describe('a speed limit of a fence, and of a vehicle', () => {
  // Proves: the lowest limit counts, and only inside of the fence.
  test('50 where 30 are allowed', async () => {
    const lat = 47.3;
    const { id } = await rest.post<{ id: string }>('/geofences', {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [8, lat + 500 / METRES_PER_DEGREE] },
      properties: { name: 'Yard', radius_m: 400, on: [], speed_limit_kmh: 30 },
    });
    const device = await connectRegistered(server, 'v-limit');
    const drive = scriptedDrive({
      ...{ start: Date.now() - 180_000, lat, lon: 8 },
      legs: [
        { seconds: 10, to_kmh: 50 },
        { seconds: 100, to_kmh: 50 },
      ],
    });
    await device.publish(drive);
    const { alert } = await alerts.waitFor({ kind: 'speeding', vehicle: 'v-limit', change: 'updated' });
    expect(alert).toMatchObject({ threshold: 30, value: 50, unit: 'km/h' });
    // From the middle of the circle 400 m to each side.
    expect((Date.parse(alert.ended_at!) - Date.parse(alert.occurred_at)) / 1_000).toBeGreaterThan(45);
    expect((Date.parse(alert.ended_at!) - Date.parse(alert.occurred_at)) / 1_000).toBeLessThan(62);
    await rest.delete(`/geofences/${id}`);

    await rest.patch('/vehicles/v-limit', { speed_limit_kmh: 40 });
    await device.publish(
      scriptedDrive({
        start: Date.now() - 40_000,
        seq: 500,
        legs: [
          { seconds: 2, to_kmh: 45 },
          { seconds: 30, to_kmh: 45 },
        ],
      }),
    );
    await alerts.waitFor({ kind: 'speeding', vehicle: 'v-limit', threshold: 40 });
  });
});

describe('a fence with a schedule', () => {
  // Proves: outside of its hours a fence tells nothing; a schedule without a zone is in the fleet's.
  test('enter only within its hours', async () => {
    const lat = 47.5;
    const today = ((new Date().getUTCDay() + 6) % 7) + 1;
    const others = [1, 2, 3, 4, 5, 6, 7].filter(day => ![today, ((today + 5) % 7) + 1, (today % 7) + 1].includes(day));
    const fence = (days: number[]) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [8, lat + 500 / METRES_PER_DEGREE] },
      properties: { name: 'Gate', radius_m: 100, on: ['enter'], schedule: { windows: [{ days, from: '00:00', to: '24:00' }] } },
    });
    const closed = await rest.post<{ id: string; properties: { schedule: { zone: string } } }>('/geofences', fence(others));
    expect(closed.properties.schedule.zone).toBe('UTC');
    const open = await rest.post<{ id: string }>('/geofences', fence([1, 2, 3, 4, 5, 6, 7]));
    const device = await connectRegistered(server, 'v-hours');
    const drive = scriptedDrive({
      start: Date.now() - 80_000,
      lat,
      lon: 8,
      legs: [
        { seconds: 10, to_kmh: 50 },
        { seconds: 60, to_kmh: 50 },
      ],
    });
    await device.publish(drive);
    await alerts.waitFor({ kind: 'geofence_enter', vehicle: 'v-hours', geofence: open.id });
    await alerts.quiet(500);
    expect(ofVehicle('v-hours')).toEqual(['raised geofence_enter']);
    for (const { id } of [closed, open]) await rest.delete(`/geofences/${id}`);
  });
});

describe('use after hours', () => {
  // Proves: nothing is told until hours are set; the schedule of the rule is the working hours, in force at once.
  test('the schedule of the rule', async () => {
    const rule = (await rest.all<Rule>('/rules', { kind: 'after_hours_use' }))[0]!;
    const device = await connectRegistered(server, 'v-night');
    const drive = (start: number, seq: number) =>
      scriptedDrive({
        start,
        seq,
        legs: [
          { seconds: 10, to_kmh: 40 },
          { seconds: 50, to_kmh: 40 },
        ],
      });
    await device.publish(drive(Date.now() - 400_000, 1));
    const now = new Date();
    const day = ((now.getUTCDay() + 6) % 7) + 1;
    const far = ((day + 2) % 7) + 1;
    await rest.put(`/rules/${rule.id}`, { ...rule, schedule: { windows: [{ days: [far], from: '08:00', to: '17:00' }] } });
    const start = Date.now() - 70_000;
    await device.publish(drive(start, 500));
    const { alert } = await alerts.waitFor({ kind: 'after_hours_use', vehicle: 'v-night' });
    expect(alert).toMatchObject({ severity: 'warning', unit: 's' });
    expect(Date.parse(alert.occurred_at)).toBe(start);
    await rest.put(`/rules/${rule.id}`, rule);
  });
});

describe('service plans', () => {
  // Proves: a plan is judged by the odometer that the device tells; recording the service ends the alert and counts from anew.
  test('by distance: near, due, done', async () => {
    const device = await connectRegistered(server, 'v-service');
    const plan = [{ name: 'Oil', every_km: 10_000, last: { odometer_km: 40_000 } }];
    const { service_plan } = await rest.patch<{ service_plan: unknown[] }>('/vehicles/v-service', { service_plan: plan });
    expect(service_plan).toMatchObject([
      { name: 'Oil', every_km: 10_000, every_days: null, last: { odometer_km: 40_000, date: null } },
    ]);
    const start = Date.now() - 200 * 3_600_000;
    const tell = (hour: number, odometer_km: number) => device.publish({ ts: start + hour * 3_600_000, odometer_km });
    await tell(0, 48_900);
    await tell(1, 49_100);
    const near = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-service' });
    expect(near.alert).toMatchObject({ severity: 'info', value: 900, unit: 'km', message: 'Oil: due in 900 km.' });
    for (let hour = 2; hour <= 11; hour++) await tell(hour, 49_100 + (hour - 1) * 90);
    await tell(12, 50_012);
    const due = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-service', change: 'updated' });
    expect(due.alert.id).toBe(near.alert.id);
    expect(due.alert.value).toBeLessThanOrEqual(0);
    await expect(rest.post('/vehicles/v-service/service', { name: 'Tyres' })).rejects.toMatchObject({ status: 422 });
    const done = await rest.post<{ service_plan: { last: { odometer_km: number } }[] }>('/vehicles/v-service/service', {
      name: 'Oil',
    });
    expect(done.service_plan[0]!.last.odometer_km).toBe(50_012);
    await tell(30, 50_013);
    const over = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-service', message: 'Oil: done.' });
    expect(over.alert.ended_at).not.toBeNull();
  });

  // Proves: a plan by engine hours is judged by the counter that the vehicle tells (PID 7F), near and due; where it tells none, by the time that
  // its engine is on.
  test('by engine hours', async () => {
    const told = await connectRegistered(server, 'v-engine-hours');
    const plan = [{ name: 'Filter', every_hours: 500, last: { engine_hours: 1_000 } }];
    await rest.patch('/vehicles/v-engine-hours', { service_plan: plan });
    const start = Date.now() - 600 * 3_600_000;
    const tell = (hour: number) =>
      told.publish({ ts: start + hour * 3_600_000, ignition: true, signals: { engine_run_time_total: (1_000 + hour) * 3_600 } });
    for (const hour of [400, 470, 478]) await tell(hour);
    const near = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-engine-hours' });
    expect(near.alert).toMatchObject({ severity: 'info', unit: 'h', message: 'Filter: due in 22 h.' });
    await tell(501);
    const due = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-engine-hours', change: 'updated' });
    expect(due.alert.id).toBe(near.alert.id);
    expect(due.alert.value).toBeLessThanOrEqual(0);

    const counted = await connectRegistered(server, 'v-counted');
    await rest.patch('/vehicles/v-counted', { service_plan: [{ name: 'Belt', every_hours: 1 }] });
    const begin = Date.now() - 2 * 3_600_000;
    const minutes = Array.from({ length: 66 }, (_, minute) => ({
      ts: begin + minute * 60_000,
      ignition: true,
      signals: { engine_rpm: 900, vehicle_speed: 40 },
    }));
    await counted.publish(minutes);
    const over = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-counted' });
    expect(over.alert).toMatchObject({ unit: 'h' });
  });

  // Proves: a date needs no odometer.
  test('by date', async () => {
    const device = await connectRegistered(server, 'v-inspection');
    await rest.patch('/vehicles/v-inspection', { service_plan: [{ name: 'Inspection', due_date: '2020-01-01' }] });
    await device.publish({ ts: Date.now(), ignition: false });
    const { alert } = await alerts.waitFor({ kind: 'service_due', vehicle: 'v-inspection' });
    expect(alert).toMatchObject({ unit: 'd' });
    expect(alert.value).toBeLessThan(-2_000);
    await expect(rest.patch('/vehicles/v-inspection', { service_plan: [{ name: 'Nothing' }] })).rejects.toMatchObject({
      status: 400,
    });
  });
});
