// Proves, over a real server: of a vehicle that drives privately everything is kept but where it was, and that goes for every way out there is:
// state, trips, replay, exports, trail, alerts, both channels of the websocket, fences, the map's box, raw events, quarantine, evidence, a driver's own
// data. An administrator who asks for the places gets them, and that is in the audit. With a schedule it holds within its hours alone.
import { beforeAll, expect, jest, test } from '@jest/globals';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, kilometresOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket, type WsClient } from '../harness/ws-client.js';

jest.setTimeout(90_000);

/** Nothing else that is told has these digits, but for seconds of a time (`22:53:58.543`); of what is decoded, never more than these are kept. */
const LAT = 47.3771;
const LON = 8.5417;
const PLACE = /(?<!\d:)47\.3[78]\d|(?<!\d)8\.5[4-6]\d/;
const legs: readonly Leg[] = [
  { seconds: 30, to_kmh: 72 },
  { seconds: 90, to_kmh: 72 },
  { seconds: 4, to_kmh: 10 },
  { seconds: 6, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];
const start = Date.now() - 700_000;

let server: Telltale;
let rest: RestClient;
let watching: WsClient;
/** By vehicle. */
const trips: Record<
  string,
  { id: string; distance_km: number; start: unknown; end: unknown; max_speed_kmh: number; counts: Record<string, number> }
> = {};

beforeAll(async () => {
  server = await startTelltale({ readyWithinMs: 60_000 });
  rest = restClient(server.http, server.adminToken);
  watching = await connectWebsocket(server.http, server.adminToken);
  await watching.subscribe('alerts');
  await watching.subscribe('positions');
  await rest.post('/geofences', {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [0, 0] },
    properties: { name: 'far', radius_m: 10 },
  });
  const around = { type: 'Feature', geometry: { type: 'Point', coordinates: [LON, LAT + 0.01] } };
  await rest.post('/geofences', { ...around, id: 'on-the-way', properties: { name: 'on the way', radius_m: 300 } });
  // Some day of the week that is neither this one nor its neighbour.
  const otherDay = ((new Date(start).getUTCDay() + 2) % 7) + 1;
  const never = { schedule: { zone: 'UTC', windows: [{ days: [otherDay], from: '00:00', to: '24:00' }] } };
  for (const [vehicle, hidden] of [
    ['open', null],
    ['hidden', 'always'],
    ['by-schedule', never],
  ] as const) {
    await rest.post('/vehicles', { id: vehicle, class: 'car', private: hidden });
    const device = await connectRegistered(server, `d-${vehicle}`, { vehicle });
    const drive = scriptedDrive({ start, legs, lat: LAT, lon: LON, driver: `p-${vehicle}` });
    for (const events of inArraysOf(30, drive)) await device.publish(events);
    await device.publish({ ts: start + 600_000, gps: { lat: LAT, lon: 1_000 } });
    await device.close();
  }
  const found = await waitFor('three closed trips', async () => {
    const each = await rest.all<(typeof trips)[string] & { vehicle: string; status: string }>('/trips');
    return each.length === 3 && each.every(({ status }) => status === 'closed') && each;
  });
  for (const trip of found) trips[trip.vehicle] = trip;
}, 120_000);

test('distance, speed and what was held against the driver are those of the open trip', () => {
  const { open, hidden } = trips as Record<string, (typeof trips)[string]>;
  expect(open!.distance_km).toBeCloseTo(kilometresOf(legs), 1);
  expect(hidden!.distance_km).toBeCloseTo(open!.distance_km, 3);
  expect(hidden!.max_speed_kmh).toBe(open!.max_speed_kmh);
  expect([hidden!.counts.harsh_braking, open!.counts.harsh_braking]).toEqual([1, 1]);
  expect([hidden!.start, hidden!.end, hidden!.counts.geofence_enter]).toEqual([null, null, undefined]);
  expect([open!.start === null, open!.counts.geofence_enter]).toEqual([false, 1]);
});

/** Every answer in which a place could stand. */
const waysOut = (vehicle: string, trip: string): string[] => [
  ...[
    `/vehicles/${vehicle}/state`,
    `/vehicles/${vehicle}/trail?minutes=60`,
    `/vehicles/${vehicle}/events`,
    `/vehicles/${vehicle}/events?limit=3`,
  ],
  ...[`/trips?vehicle=${vehicle}`, `/trips/${trip}`, `/trips/${trip}/replay`, `/trips/${trip}/replay?max_points=100`],
  ...['gpx', 'kml', 'csv', 'geojson'].map(format => `/trips/${trip}/export?format=${format}`),
  ...[`/alerts?vehicle=${vehicle}`, `/drivers/p-${vehicle}/export`, `/vehicles/${vehicle}/fuel-events`],
];

test('no way out says where it was; the same ways say it of the open one', async () => {
  const told = async (vehicle: string) => {
    const paths = waysOut(vehicle, trips[vehicle]!.id);
    const [alert] = await rest.all<{ id: string }>('/alerts', { vehicle, kind: 'harsh_braking' });
    paths.push(`/alerts/${alert!.id}`, `/alerts/${alert!.id}/why`);
    const says: Record<string, boolean> = {};
    for (const path of paths) {
      const answer = await rest.raw(`/api/v1${path}`);
      expect([path, answer.status]).toEqual([path, 200]);
      says[path.replace(trips[vehicle]!.id, '{trip}').replace(alert!.id, '{alert}').replaceAll(vehicle, '{vehicle}')] =
        PLACE.test(await answer.text());
    }
    return says;
  };
  expect(Object.entries(await told('hidden')).filter(([, says]) => says)).toEqual([]);
  const open = Object.entries(await told('open'));
  expect(open.filter(([, says]) => !says).map(([path]) => path)).toEqual(['/vehicles/{vehicle}/fuel-events']);
  // A schedule that does not hold now hides nothing.
  expect(PLACE.test(JSON.stringify(await rest.get(`/trips/${trips['by-schedule']!.id}/replay`)))).toBe(true);
});

test('it is in no box of the map, and on no channel of the websocket', async () => {
  const bbox = [LON - 0.1, LAT - 0.1, LON + 0.1, LAT + 0.1].join();
  const within = await rest.all<{ vehicle: string }>('/trips', { bbox });
  expect(within.map(({ vehicle }) => vehicle).sort()).toEqual(['by-schedule', 'open']);
  await watching.waitFor(frame => JSON.stringify(frame).includes('"hidden"') && frame.type === 'alert');
  const frames = watching.frames.map(frame => JSON.stringify(frame));
  const of = (vehicle: string) => frames.filter(text => text.includes(`"vehicle":"${vehicle}"`) && PLACE.test(text));
  expect(of('open').length).toBeGreaterThan(0);
  const positions = watching.frames
    .filter(({ type }) => type === 'positions')
    .flatMap(({ positions }) => positions as { vehicle: string; lat: number | null }[]);
  expect(positions.filter(({ vehicle, lat }) => vehicle === 'hidden' && lat !== null)).toEqual([]);
  const alerts = watching.frames
    .filter(({ type }) => type === 'alert')
    .map(({ alert }) => alert as { vehicle: string; location: unknown });
  expect(alerts.filter(({ vehicle, location }) => vehicle === 'hidden' && location !== null)).toEqual([]);
});

test('what cannot be read is withheld, evidence is refused; an administrator who asks gets both, and it is told who did', async () => {
  const entries = () => rest.all<{ vehicle: string; withheld: boolean; bytes_base64: string }>('/quarantine');
  const of = async (vehicle: string) => (await entries()).find(one => one.vehicle === vehicle)!;
  expect([(await of('hidden')).withheld, (await of('hidden')).bytes_base64, (await of('open')).withheld]).toEqual([
    true,
    '',
    false,
  ]);
  const evidence = (vehicle: string, query = '') => rest.raw(`/api/v1/trips/${trips[vehicle]!.id}/evidence${query}`);
  const refused = await evidence('hidden');
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'private']);
  expect((await evidence('open')).status).toBe(200);
  const shown = await evidence('hidden', '?private=show');
  expect(shown.status).toBe(200);
  await shown.arrayBuffer();
  const events = await (await rest.raw('/api/v1/vehicles/hidden/events?private=show')).text();
  expect(PLACE.test(events)).toBe(true);
  const { token } = await rest.post<{ token: string }>('/tokens', { name: 'i', role: 'investigator' });
  for (const path of ['/vehicles/hidden/events', `/trips/${trips.hidden!.id}/evidence`, '/quarantine'])
    expect([path, (await restClient(server.http, token).raw(`/api/v1${path}?private=show`)).status]).toEqual([path, 403]);
  const audit = await rest.all<{ action: string; detail: unknown }>('/audit', { limit: 500 });
  const asked = audit.filter(({ detail }) => JSON.stringify(detail ?? null).includes('"show"')).map(({ action }) => action);
  expect(new Set(asked)).toEqual(new Set(['GET /trips/{id}/evidence', 'GET /vehicles/{id}/events']));
});
