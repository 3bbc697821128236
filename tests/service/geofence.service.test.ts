import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AlertWatch, watchAlerts } from '../harness/alert-watch.js';
import { pseudoRandom } from '../harness/pseudo-random.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { type DrivenEvent, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
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
const ofVehicle = (vehicle: string) => alerts.changes().filter(({ alert }) => alert.vehicle === vehicle);

describe('a fence that is drawn while the server runs', () => {
  const lat = 51.5;
  const lon = 7.4;
  /** North at 50 km/h (13.9 m/s) for three minutes: 2.4 km, through a fence whose middle lies a kilometre on the way. */
  const legs: readonly Leg[] = [
    { seconds: 15, to_kmh: 50 },
    { seconds: 165, to_kmh: 50 },
  ];
  const middle = lat + 1_000 / METRES_PER_DEGREE;

  // Proves: a circle and a polygon are in force when the request is answered; driving through raises one enter and one exit, at the border.
  test.each([
    ['circle', { type: 'Point', coordinates: [lon, middle] }, { radius_m: 300 }],
    [
      'polygon',
      {
        type: 'Polygon',
        coordinates: [
          [
            [lon - 0.005, middle - 300 / METRES_PER_DEGREE],
            [lon + 0.005, middle - 300 / METRES_PER_DEGREE],
            [lon + 0.005, middle + 300 / METRES_PER_DEGREE],
            [lon - 0.005, middle + 300 / METRES_PER_DEGREE],
            [lon - 0.005, middle - 300 / METRES_PER_DEGREE],
          ],
        ],
      },
      {},
    ],
  ])('in and out of a %s', async (name, geometry, more) => {
    const { id } = await rest.post<{ id: string }>('/geofences', {
      type: 'Feature',
      geometry,
      properties: { name: `a ${name}`, on: ['enter', 'exit'], ...more },
    });
    const vehicle = `v-${name}`;
    const device = await connectRegistered(server, vehicle);
    const drive = scriptedDrive({ start: Date.now() - 200_000, legs, lat, lon });
    for (const event of drive) await device.publish(event);
    const enter = await alerts.waitFor({ kind: 'geofence_enter', vehicle, geofence: id });
    const exit = await alerts.waitFor({ kind: 'geofence_exit', vehicle, geofence: id });
    expect(enter.alert).toMatchObject({ severity: 'warning', location: { lon: expect.closeTo(lon, 4) } });
    // The first fix beyond the border is its time: within one fix, 14 m, of it.
    expect(Math.abs((enter.alert.location!.lat - middle) * METRES_PER_DEGREE + 300)).toBeLessThan(15);
    expect(Math.abs((exit.alert.location!.lat - middle) * METRES_PER_DEGREE - 300)).toBeLessThan(15);
    expect(ofVehicle(vehicle).map(({ change, alert }) => `${change} ${alert.kind}`)).toEqual([
      'raised geofence_enter',
      'raised geofence_exit',
    ]);
    await rest.delete(`/geofences/${id}`);
  });

  // Proves: a receiver that jitters by metres while its vehicle stands on the border crosses nothing, however long.
  test('jitter at the border', async () => {
    const { id } = await rest.post<{ id: string }>('/geofences', {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [9, 48] },
      properties: { name: 'yard', radius_m: 200 },
    });
    const device = await connectRegistered(server, 'v-jitter');
    const start = Date.now() - 1_800_000;
    const noise = pseudoRandom(7);
    const standing = Array.from({ length: 1_500 }, (_, n) => ({
      ts: start + n * 1_000,
      gps: {
        lat: 48 + (200 + 16 * (noise() - 0.5)) / METRES_PER_DEGREE,
        lon: 9 + (16 * (noise() - 0.5)) / METRES_PER_DEGREE,
        speed_kmh: noise(),
        hdop: 1.1,
      },
      ignition: false,
    }));
    for (let n = 0; n < standing.length; n += 100) await device.publish(standing.slice(n, n + 100));
    // A vehicle that crosses behind it: when its alert is here, one of the jitter would be.
    const passing = await connectRegistered(server, 'v-passing');
    const way = scriptedDrive({ start, legs: [{ seconds: 60, to_kmh: 60 }], lat: 47.998, lon: 9 });
    await passing.publish(way);
    await alerts.waitFor({ kind: 'geofence_enter', vehicle: 'v-passing', geofence: id });
    await alerts.quiet(1_500);
    expect(ofVehicle('v-jitter')).toEqual([]);
    await rest.delete(`/geofences/${id}`);
  });
});

describe('a rule that is changed while the server runs', () => {
  interface Rule {
    id: string;
    kind: string;
    params: Record<string, unknown>;
    enabled: boolean;
  }

  /** Braking with 2.8 m/s² from 70 to 30 km/h within 4 s, ten seconds after `start`. */
  const softBraking = (start: number, seq: number): DrivenEvent[] =>
    scriptedDrive({
      ...{ start, seq },
      legs: [
        { seconds: 15, to_kmh: 70 },
        { seconds: 10, to_kmh: 70 },
        { seconds: 4, to_kmh: 30 },
        { seconds: 6, to_kmh: 30 },
        { seconds: 20, to_kmh: 0 },
      ],
    });

  // Proves: a threshold counts from the answer on, within 2 s and without a restart, for what comes after it and not for what came before;
  // a rule that is switched off raises nothing.
  test('threshold, then off', async () => {
    const rule = (await rest.all<Rule>('/rules', { kind: 'harsh_braking' }))[0]!;
    const soft = { ...rule, params: { ...rule.params, threshold: -2.3 } };
    const change = async (fields: Partial<Rule>): Promise<void> => {
      const asked = performance.now();
      const answer = await rest.put<Rule>(`/rules/${rule.id}`, { ...soft, ...fields });
      expect(answer).toMatchObject({ id: rule.id, enabled: true, ...fields, params: { threshold: { car: -2.3 } } });
      expect(performance.now() - asked).toBeLessThan(2_000);
    };
    const device = await connectRegistered(server, 'v-rule');
    const start = Date.now() - 600_000;
    await device.publish(softBraking(start, 1));
    await change({});
    await device.publish(softBraking(start + 120_000, 101));
    const { alert } = await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'v-rule' });
    expect(alert.threshold).toBe(-2.3);
    expect(Date.parse(alert.occurred_at)).toBeGreaterThan(start + 120_000);
    await change({ enabled: false });
    await device.publish(softBraking(start + 240_000, 201));
    await change({ enabled: true });
    await device.publish(softBraking(start + 360_000, 301));
    await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'v-rule', change: 'raised' });
    await wait(500);
    const found = await alerts.quiet(1_000);
    const minutes = [...found.values()]
      .filter(({ vehicle }) => vehicle === 'v-rule')
      .map(({ occurred_at }) => Math.floor((Date.parse(occurred_at) - start) / 120_000));
    expect(minutes).toEqual([1, 3]);
    await rest.put(`/rules/${rule.id}`, rule);
  });

  // Proves: what a rule cannot mean is refused with the offending field, and changes nothing.
  test('a parameter that is none', async () => {
    const rule = (await rest.all<Rule>('/rules', { kind: 'harsh_braking' }))[0]!;
    await expect(rest.put(`/rules/${rule.id}`, { ...rule, params: { thresold: -2 } })).rejects.toMatchObject({
      status: 422,
      problem: { field: expect.stringContaining('thresold') },
    });
    expect(await rest.get(`/rules/${rule.id}`)).toEqual(rule);
  });
});
