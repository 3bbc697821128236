// Proves, over a real server with names that mean harm: every file that can be fetched is valid by its standard (GPX 1.1, KML 2.2, RFC 7946,
// RFC 4180), runs as a formula nowhere, says its type, and what can be imported again comes back as it was.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { openSealedZip } from '../../src/app/evidence/sealed-zip.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { problemsOfGeojson } from '../standards/check-geojson.js';
import { problemsOfGpx } from '../standards/check-gpx.js';
import { problemsOfKml } from '../standards/check-kml.js';
import { formulasIn, readStrictCsv } from '../standards/read-csv.js';

const EVIL = [
  '=cmd|" /C calc"!A0',
  '@SUM(1,2)',
  '+1',
  '-2+3',
  "'=1",
  '＝1+1',
  'a "quoted", name',
  'two\r\nlines',
  'Zoë <&> 東京',
  '  ',
];
const START = Date.UTC(2026, 2, 9, 7);
const legs: readonly Leg[] = [
  { seconds: 40, to_kmh: 90 },
  { seconds: 300, to_kmh: 90 },
  { seconds: 5, to_kmh: 10, heading: 90 },
  { seconds: 20, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];

let rest: RestClient;
let trips: Record<string, string>;
beforeAll(async () => {
  const server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  for (const [n, name] of EVIL.entries()) {
    const named = name.trim() === '' ? {} : { name };
    await rest.post('/vehicles', { id: `v-${n}`, group: n % 2 === 0 ? 'north' : null, ...named });
    await rest.post('/drivers', { id: `p-${n}`, ...named });
  }
  const clockwise = [
    [
      [8, 47],
      [8, 48],
      [9, 48],
      [9, 47],
      [8, 47],
    ],
    [
      [8.2, 47.2],
      [8.4, 47.2],
      [8.4, 47.4],
      [8.2, 47.2],
    ],
  ];
  for (const [id, geometry, more] of [
    ['f-circle', { type: 'Point', coordinates: [8.5, 47.4] }, { radius_m: 50, schedule: null }],
    [
      'f-corridor',
      {
        type: 'LineString',
        coordinates: [
          [8.5, 47.4],
          [8.6, 47.5],
        ],
      },
      { width_m: 30 },
    ],
    ['f-clockwise', { type: 'Polygon', coordinates: clockwise }, { on: ['dwell'], dwell_s: 60 }],
    [
      'f-many',
      {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [1, 1],
              [1, 2],
              [2, 2],
              [1, 1],
            ],
          ],
          [
            [
              [5, 5],
              [6, 6],
              [5, 6],
            ],
          ],
        ],
      },
      {},
    ],
  ] as const)
    await rest.post('/geofences', { type: 'Feature', id, geometry, properties: { name: EVIL[0], groups: ['north'], ...more } });

  // One on the equator at Greenwich, where numbers get small; one over the date line; one whose places are private.
  await rest.patch('/vehicles/v-2', { private: 'always' });
  for (const [vehicle, place] of [
    ['v-0', { lat: 0.0000001, lon: -0.0000001, heading: 90 }],
    ['v-1', { lat: -17, lon: 179.98, heading: 90 }],
    ['v-2', {}],
  ] as const) {
    const device = await connectRegistered(server, `d-${vehicle}`, { vehicle });
    const drive = scriptedDrive({ start: START, legs, driver: `p-${vehicle.slice(2)}`, ...place }).map(event => {
      const { lon } = event.gps;
      return { ...event, gps: { ...event.gps, lon: lon > 180 ? lon - 360 : lon } };
    });
    for (const events of inArraysOf(60, drive)) await device.publish(events);
    await device.close();
  }
  trips = await waitFor('three closed trips', async () => {
    const found = await rest.all<{ id: string; vehicle: string; status: string }>('/trips');
    return (
      found.length === 3 &&
      found.every(({ status }) => status === 'closed') &&
      Object.fromEntries(found.map(({ id, vehicle }) => [vehicle, id]))
    );
  });
}, 60_000);

const fetched = async (path: string, type: string): Promise<string> => {
  const answer = await rest.raw(`/api/v1${path}`);
  expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, expect.stringContaining(type)]);
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="?[\w.-]+"?$/);
  return answer.text();
};

describe('a trip', () => {
  const ofEach = async (format: string, type: string): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(trips).map(async ([vehicle, id]) => [
          vehicle,
          await fetched(`/trips/${id}/export?format=${format}`, type),
        ]),
      ),
    );

  test('is GPX 1.1', async () => {
    const files = await ofEach('gpx', 'application/gpx+xml');
    for (const [vehicle, file] of Object.entries(files)) expect([vehicle, problemsOfGpx(file)]).toEqual([vehicle, []]);
    expect(files['v-1']).toMatch(/lon="-179\.\d+"/);
    expect([files['v-0']!.includes('<trkpt'), files['v-2']!.includes('<trkpt')]).toEqual([true, false]);
  });

  test('is KML 2.2 with a gx:Track', async () => {
    const files = await ofEach('kml', 'application/vnd.google-earth.kml+xml');
    for (const [vehicle, file] of Object.entries(files)) expect([vehicle, problemsOfKml(file)]).toEqual([vehicle, []]);
    expect([files['v-0']!.includes('<gx:coord>'), files['v-2']!.includes('<gx:coord>')]).toEqual([true, false]);
  });

  test('is GeoJSON by RFC 7946, cut on the date line', async () => {
    const files = await ofEach('geojson', 'application/geo+json');
    for (const [vehicle, file] of Object.entries(files)) expect([vehicle, problemsOfGeojson(file)]).toEqual([vehicle, []]);
    const shapes = ['v-0', 'v-1', 'v-2'].map(vehicle => JSON.parse(files[vehicle]!).geometry?.type ?? null);
    expect(shapes).toEqual(['LineString', 'MultiLineString', null]);
  });

  test('is CSV by RFC 4180, with the same places', async () => {
    const files = await ofEach('csv', 'text/csv');
    for (const [vehicle, file] of Object.entries(files)) {
      const { header, records } = readStrictCsv(file);
      expect([vehicle, header.slice(0, 3), formulasIn(records)]).toEqual([vehicle, ['ts', 'lat', 'lon'], []]);
      const { track } = await rest.get<{ track: { ts: string[]; lat: (number | null)[] } }>(`/trips/${trips[vehicle]}/replay`);
      expect(records.map(([ts, lat]) => [ts, lat === '' ? null : Number(lat)])).toEqual(
        track.ts.map((ts, n) => [ts, track.lat[n]]),
      );
    }
  });

  test('is, in a pack of evidence, CSV by RFC 4180', async () => {
    const answer = await rest.raw(`/api/v1/trips/${trips['v-0']}/evidence`);
    const { files } = openSealedZip(new Uint8Array(await answer.arrayBuffer()));
    const tables = [...files].filter(([name]) => name.endsWith('.csv'));
    expect(tables.length).toBeGreaterThan(0);
    for (const [name, content] of tables) {
      const { records } = readStrictCsv(Buffer.from(content!).toString());
      expect([name, records.length > 300, formulasIn(records)]).toEqual([name, true, []]);
    }
  });
});

describe('lists', () => {
  test.each(['vehicles', 'drivers', 'geofences'])('of %s are CSV by RFC 4180, and come in again unchanged', async list => {
    const file = await fetched(`/export/${list}?format=csv`, 'text/csv');
    const { header, records } = readStrictCsv(file);
    expect(header[0]).toBe('id');
    expect(formulasIn(records)).toEqual([]);
    const unguarded = records.map(record => record[header.indexOf('name')]!.replace(/^'(?=[=+\-@＝'])/, ''));
    for (const name of list === 'geofences' ? EVIL.slice(0, 1) : EVIL.slice(0, -1)) expect(unguarded).toContain(name);
    const body = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: file };
    const again = await (await rest.raw(`/api/v1/import/${list}`, body)).json();
    expect(again).toMatchObject({ applied: false, unchanged: records.length, refused: 0 });
  });

  test('of geofences are GeoJSON by RFC 7946, whichever way round they were drawn, and come in again unchanged', async () => {
    const file = await fetched('/export/geofences', 'application/geo+json');
    expect(problemsOfGeojson(file)).toEqual([]);
    expect(
      JSON.parse(file)
        .features.map(({ geometry }: { geometry: { type: string } }) => geometry.type)
        .sort(),
    ).toEqual(['LineString', 'MultiPolygon', 'Point', 'Polygon'].sort());
    const body = { method: 'POST', headers: { 'content-type': 'application/geo+json' }, body: file };
    expect(await (await rest.raw('/api/v1/import/geofences', body)).json()).toMatchObject({ unchanged: 4, refused: 0 });
  });

  test('the fleet’s report is CSV by RFC 4180 and names people as they are called, guarded', async () => {
    const file = await fetched('/reports/fleet?format=csv&from=2026-03-09&to=2026-03-09', 'text/csv');
    const { header, records } = readStrictCsv(file);
    expect(header.slice(0, 4)).toEqual(['driver', 'group', 'rank', 'score']);
    expect(formulasIn(records)).toEqual([]);
    expect(records.map(([driver]) => driver).sort()).toEqual(["'+1", '\'=cmd|" /C calc"!A0', "'@SUM(1,2)", 'Fleet'].sort());
  });
});
