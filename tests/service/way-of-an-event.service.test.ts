import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AlertWatch, watchAlerts } from '../harness/alert-watch.js';
import { connectDevice } from '../harness/device.js';
import { provided } from '../harness/provided.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, kilometresOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

interface RawRecord {
  offset: number;
  topic: string;
  events: { ts: number; seq: number }[];
  duplicate: boolean;
}

let server: Telltale;
let rest: RestClient;
let alerts: AlertWatch;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  alerts = await watchAlerts(server.http, server.adminToken);
}, 90_000);

/** Standing, to 60 km/h, a stretch, braking with 4.6 m/s² from 60 to 10 km/h, standing. */
const legs: readonly Leg[] = [
  { seconds: 10, to_kmh: 0 },
  { seconds: 20, to_kmh: 60 },
  { seconds: 90, to_kmh: 60 },
  { seconds: 3, to_kmh: 10 },
  { seconds: 5, to_kmh: 10 },
  { seconds: 4, to_kmh: 0 },
];
const brakesAfter_s = 120;

describe('a drive', () => {
  // Proves: what a device tells now is kept as it came, moves the live state, opens a trip, and raises an alert on the websocket with a cursor.
  test('told as it happens', async () => {
    const device = await connectRegistered(server, 'd-now', { vehicle: 'v-now' });
    const drive = scriptedDrive({ start: Date.now() - 130_000, legs, driver: 'p-now' });
    for (const event of drive) await device.publish(event, { qos: 1 });

    const { cursor, change, alert } = await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'v-now' });
    expect(cursor).toMatch(/^\d+$/);
    expect(change).toBe('raised');
    expect(alert).toMatchObject({
      ...{ severity: 'warning', driver: 'p-now', threshold: -3.5, unit: 'm/s2', late: false, status: 'open', replaced_by: null },
      trip: expect.any(String),
      evidence: expect.any(String),
    });
    expect(alert.value).toBeLessThan(-3.5);
    expect(alert.latency_ms).toBeLessThan(2_000);
    // Each stage of its way was measured, and the server's own add up.
    const { alert_latency: stages } = await rest.get<{ alert_latency: { stage: string; count: number; p50_ms: number }[] }>(
      '/system',
    );
    const stage = Object.fromEntries(stages.map(({ stage, ...figures }) => [stage, figures]));
    for (const name of ['received', 'recorded', 'evaluated', 'told', 'sent']) expect(stage[name]!.count).toBeGreaterThan(0);
    if (stage.sent!.count === 1)
      expect(stage.recorded!.p50_ms + stage.evaluated!.p50_ms + stage.told!.p50_ms).toBe(stage.sent!.p50_ms);
    expect(Math.abs(Date.parse(alert.occurred_at) - drive[0]!.ts - brakesAfter_s * 1_000)).toBeLessThanOrEqual(3_000);
    expect(await rest.get(`/alerts/${alert.id}`)).toMatchObject({ id: alert.id, kind: 'harsh_braking', vehicle: 'v-now' });

    const last = drive.at(-1)!;
    const state = await waitFor('the newest event in the live state', async () => {
      const found = await rest.get<Record<string, unknown>>('/vehicles/v-now/state');
      return found.ts === new Date(last.ts).toISOString() && found;
    });
    expect(state).toMatchObject({
      ...{ vehicle: 'v-now', driver: 'p-now', trip: alert.trip, ignition: true, open_alerts: 1, status: 'driving' },
      signals: { engine_rpm: { value: 800, unit: 'rpm' }, vehicle_speed: { value: 0, unit: 'km/h' } },
    });
    expect(state.lat).toBeCloseTo(last.gps.lat, 6);

    const raw = await rest.all<RawRecord>('/vehicles/v-now/events', { limit: 50 });
    expect(raw.map(({ events }) => events)).toEqual(drive.map(event => [event]));
    expect(raw[0]).toMatchObject({ topic: 'telltale/v1/d-now/events', duplicate: false });
  });

  // Proves: when the vehicle has parked, trip, replay, alert list and scorecard tell the drive, and an alert found in old data says so.
  test('told when it is over', async () => {
    const device = await connectRegistered(server, 'd-then', { vehicle: 'v-then' });
    const parked: Leg = { seconds: 420, to_kmh: 0, engine: false };
    const start = Date.now() - 3_600_000;
    const drive = scriptedDrive({ start, legs: [...legs, parked], driver: 'p-then' });
    for (const array of inArraysOf(25, drive)) await device.publish(array, { qos: 1 });

    const { alert } = await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'v-then' });
    expect(alert.late).toBe(true);
    const trip = await waitFor('the closed trip', async () => {
      const { items } = await rest.get<{ items: Record<string, unknown>[] }>('/trips', { vehicle: 'v-then' });
      return items.length === 1 && items[0]?.status === 'closed' && items[0];
    });
    expect(trip).toMatchObject({ id: alert.trip, vehicle: 'v-then', driver: 'p-then', counts: { harsh_braking: 1 } });
    expect(Date.parse(trip.started_at as string)).toBe(start);
    // The engine ran until the second before the first parked event.
    expect(Date.parse(trip.ended_at as string)).toBe(start + 132_000);
    expect(trip.distance_km).toBeCloseTo(kilometresOf(legs), 2);
    expect(trip.max_speed_kmh).toBe(60);

    const { track, alerts: shown } = await rest.get<{ track: { ts: string[]; lat: number[] }; alerts: { id: string }[] }>(
      `/trips/${trip.id}/replay`,
    );
    expect(track.lat).toHaveLength(track.ts.length);
    expect(track.ts.length).toBeGreaterThanOrEqual(120);
    expect(shown.map(({ id }) => id)).toEqual([alert.id]);
    expect(await rest.all('/alerts', { vehicle: 'v-then' })).toMatchObject([{ id: alert.id, kind: 'harsh_braking', late: true }]);

    // SQL follows the fold by some tenths of a second: the whole drive has to be in it.
    const card = await waitFor('the whole drive in the scorecard', async () => {
      const found = await rest.get<{ distance_km: number; counts: Record<string, number> }>('/drivers/p-then/scorecard');
      return found.counts.harsh_braking && Math.abs(found.distance_km - kilometresOf(legs)) < 0.05 ? found : undefined;
    });
    expect(card).toMatchObject({ driver: 'p-then', trips: 1, counts: { harsh_braking: 1 } });
    expect(card.distance_km).toBeCloseTo(kilometresOf(legs), 1);
    expect(await rest.get('/drivers/p-then')).toMatchObject({ id: 'p-then', name: 'p-then' });
  });
});

describe('what a device may speak', () => {
  // Proves: MQTT 3.1.1 and 5, every QoS, JSON and CBOR, single events and arrays are all taken, once each.
  test('both versions, every QoS, both encodings, single and array', async () => {
    let expected = 0;
    for (const protocolVersion of [4, 5] as const) {
      const device = await connectRegistered(server, `d-mqtt${protocolVersion}`, { vehicle: 'v-mqtt', protocolVersion });
      const events = scriptedDrive({ start: Date.now() - 60_000 + protocolVersion, legs: [{ seconds: 35, to_kmh: 0 }] });
      for (const qos of [0, 1, 2] as const) {
        for (const encoding of ['json', 'cbor'] as const) {
          await device.publish(events.shift(), { qos, encoding });
          await device.publish(events.splice(0, 3), { qos, encoding });
          expected += 4;
        }
      }
      expect(device.errors).toEqual([]);
    }
    const taken = await waitFor('all of them', async () => {
      const found = (await rest.all<RawRecord>('/vehicles/v-mqtt/events')).flatMap(({ events }) => events);
      return found.length >= expected && found;
    });
    expect(new Set(taken.map(({ ts }) => ts)).size).toBe(expected);
  });

  // Proves: a duplicate is kept, marked, and changes nothing.
  test('the same event twice', async () => {
    const device = await connectRegistered(server, 'd-twice', { vehicle: 'v-twice' });
    const events = scriptedDrive({ start: Date.now() - 30_000, legs: [{ seconds: 20, to_kmh: 40 }] });
    await device.publish(events);
    await device.publish(events);
    const raw = await rest.all<RawRecord>('/vehicles/v-twice/events');
    expect(raw.map(({ duplicate }) => duplicate)).toEqual([false, true]);
  });

  // Proves: raw ELM327 lines on `…/obd` are decoded at their arrival, and a status is taken.
  test('raw ELM327 replies', async () => {
    const device = await connectRegistered(server, 'd-obd', { vehicle: 'v-obd' });
    await device.publishRaw('status', 'online');
    await device.publishRaw('obd', '41 0C 1A F8\r41 0D 32\r\r>');
    await waitFor('the signals', async () => {
      const { signals } = await rest.get<{ signals: Record<string, { value: number }> }>('/vehicles/v-obd/state');
      return signals.engine_rpm?.value === 1_726 && signals.vehicle_speed?.value === 50;
    });
  });

  // Proves: the line that people try first works: mosquitto_pub with the device's id and secret.
  test('mosquitto_pub', async () => {
    const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'truck-7' });
    const { port } = new URL(server.mqtt);
    const event = JSON.stringify({ ts: Date.now(), gps: { lat: 42.2808, lon: -83.743, speed_kmh: 48.2 } });
    await promisify(execFile)(join(provided('TELLTALE_TEST_MOSQUITTO_BIN_DIR'), 'mosquitto_pub'), [
      ...['-h', '127.0.0.1', '-p', port, '-u', 'truck-7', '-P', secret, '-q', '1'],
      ...['-t', 'telltale/v1/truck-7/events', '-m', event],
    ]);
    await waitFor('the position', async () => {
      const state = await rest.get<{ speed_kmh: number | null }>('/vehicles/truck-7/state');
      return state.speed_kmh === 48.2;
    });
  });
});

describe('secrets', () => {
  // Proves: only the device's own secret opens, in both versions; after a rotation the new one does and the old one still does.
  test('are asked for, and rotate without shutting anybody out', async () => {
    const { secret: old } = await rest.post<{ secret: string }>('/devices', { id: 'd-secret' });
    const connect = (secret: string, protocolVersion: 4 | 5 = 4) =>
      connectDevice({ mqtt: server.mqtt, id: 'd-secret', secret, protocolVersion });
    await (await connect(old)).close();
    const { secret: fresh } = await rest.post<{ secret: string }>('/devices/d-secret/rotate');
    expect(fresh).not.toBe(old);
    await (await connect(fresh)).close();
    await (await connect(old)).close();
    await rest.post('/devices/d-secret/rotate');
    // Two rotations later the first one is gone.
    await expect(connect(old)).rejects.toMatchObject({ code: expect.any(Number) });
    await rest.delete('/devices/d-secret');
    await expect(connect(fresh, 5)).rejects.toMatchObject({ code: expect.any(Number) });
  });
});
