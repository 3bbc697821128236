// Proves: a file is imported whole or not at all, each bad row named; what was exported imports as it was; no cell becomes a formula;
// groups and bounds hold.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvCell } from '../../model/csv-cell.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { ROWS_AT_MOST, readCsv } from '../transfer/read-table.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const csv = (path: string, body: string, token?: string) =>
  api.ask('POST', `/v1/import/${path}`, { body, headers: { 'content-type': 'text/csv' }, ...(token && { token }) });

const FLEET = `id,name,class,fuel_type,group,vin,odometer_km,speed_limit_kmh
v-1,Van 1,van,Diesel,north,WVWZZZ1JZXW000001,1200.5,
v-2,"Truck, the ""big"" one",truck,diesel,north,,,80
`;

describe('vehicles', () => {
  test('are registered and changed; a second time nothing is left to do', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 'v-2', name: 'old', vin: 'WVWZZZ1JZXW000002' } });
    const dry = await csv('vehicles?dry_run=true', FLEET);
    expect(dry.body).toEqual({
      dry_run: true,
      applied: false,
      rows: 2,
      created: 1,
      changed: 1,
      unchanged: 0,
      refused: 0,
      errors: [],
    });
    expect(api.registry.vehicle('v-1')).toBeUndefined();
    const done = await csv('vehicles', FLEET);
    expect(done.body).toMatchObject({ applied: true, created: 1, changed: 1 });
    expect(api.registry.vehicle('v-1')).toMatchObject({
      ...{ id: 'v-1', name: 'Van 1', class: 'van', fuel_type: 'diesel', group: 'north', vin: 'WVWZZZ1JZXW000001' },
      ...{ odometer_km: 1200.5, speed_limit_kmh: null },
    });
    // An empty cell empties, a missing column leaves alone.
    expect(api.registry.vehicle('v-2')).toMatchObject({ name: 'Truck, the "big" one', vin: null, speed_limit_kmh: 80 });
    expect((await csv('vehicles', 'id,group\nv-2,south\n')).body).toMatchObject({ changed: 1 });
    expect(api.registry.vehicle('v-2')).toMatchObject({ name: 'Truck, the "big" one', group: 'south' });
    await csv('vehicles', FLEET);
    expect((await csv('vehicles', FLEET)).body).toMatchObject({ applied: false, unchanged: 2 });
  });

  test('one bad row refuses all of them, each named by line and field; on demand the good ones are taken', async () => {
    const bad = `id,class,odometer_km,vin\nv-1,car,10,\nno spaces,car,,\nv-3,spaceship,,\nv-4,car,minus,\nv-5,car,,IOQ\nv-1,car,,\n`;
    const refused = await csv('vehicles', bad);
    expect(refused).toMatchObject({ status: 422, body: { code: 'bad_rows' } });
    expect(refused.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'row 3: id',
      'row 4: class',
      'row 5: odometer_km',
      'row 6: vin',
      'row 7: id',
    ]);
    expect(api.registry.vehicles()).toEqual([]);
    const dry = await csv('vehicles?dry_run=1', bad);
    expect(dry.body).toMatchObject({ rows: 6, created: 1, refused: 5, applied: false });
    expect(dry.body.errors[0]).toMatchObject({ row: 3, field: 'id' });
    const some = await csv('vehicles?on_error=skip', bad);
    expect(some.body).toMatchObject({ applied: true, created: 1, refused: 5 });
    expect(api.registry.vehicles().map(({ id }) => id)).toEqual(['v-1']);
  });

  test.each([
    ['id,colour\nv-1,red\n', 'line 1', /colour/],
    ['name\nVan\n', 'line 1', /'id' is missing/],
    ['id,id\nv-1,v-2\n', 'line 1', /twice/],
    ['id,name\nv-1,"open\n', /^line/, /quote/i],
    ['id,name\nv-1,a,b\n', /^line/, /column|length/i],
    ['id,__proto__\nv-1,x\n', 'line 1', /__proto__/],
  ])('%j is no such file, and says where', async (text, field, says) => {
    const { status, body } = await csv('vehicles', text);
    expect(status).toBe(400);
    expect(body.errors[0].field).toEqual(typeof field === 'string' ? field : expect.stringMatching(field));
    expect(body.detail).toMatch(says);
    expect(api.registry.vehicles()).toEqual([]);
  });

  test('a manager of some groups takes in vehicles of those, and none of others', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 's-1', group: 'south' } });
    const north = await api.tokenOf('fleet_manager', ['north']);
    const answer = await csv('vehicles?dry_run=true', 'id,group\nn-1,north\nx-1,south\nx-2,\ns-1,north\n', north);
    expect(answer.body.errors).toEqual([
      { row: 3, field: 'group', message: 'is none of your groups', said: [{ code: 'not_your_group' }] },
      { row: 4, field: 'group', message: 'is none of your groups', said: [{ code: 'not_your_group' }] },
      { row: 5, field: 'id', message: 'cannot be used', said: [{ code: 'id_unusable' }] },
    ]);
    expect(answer.body.created).toBe(1);
  });

  test('neither a viewer nor anybody else but managers may', async () => {
    expect((await csv('vehicles', FLEET, await api.tokenOf('viewer'))).status).toBe(403);
    expect((await api.ask('GET', '/v1/export/vehicles', { token: await api.tokenOf('coach') })).status).toBe(403);
  });
});

test('drivers: by CSV and JSON; names stay out of the audit trail', async () => {
  expect((await csv('drivers', 'id,name,group\nd-1,Ada,north\nd-2,,\n')).body).toMatchObject({ created: 2 });
  const json = await api.ask('POST', '/v1/import/drivers', {
    body: {
      items: [
        { id: 'd-3', name: 'Grace' },
        { id: 'd-1', group: null },
      ],
    },
  });
  expect(json.body).toMatchObject({ created: 1, changed: 1 });
  expect((await api.ask('GET', '/v1/drivers')).body.items).toEqual([
    { id: 'd-1', name: 'Ada', group: null },
    { id: 'd-2', name: 'd-2', group: null },
    { id: 'd-3', name: 'Grace', group: null },
  ]);
  const audit = JSON.stringify((await api.ask('GET', '/v1/audit?action=POST%20/import')).body.items);
  expect(audit).toContain('/import/drivers');
  expect(audit).not.toMatch(/Ada|Grace/);
});

describe('geofences', () => {
  const square = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0],
      ],
    ],
  };
  const feature = (id: string, geometry: object, properties: object = {}) => ({
    type: 'Feature',
    id,
    geometry,
    properties: { name: id, ...properties },
  });

  test('from GeoJSON, from CSV, and back again', async () => {
    const features = [
      feature('g-1', square, { groups: ['north'] }),
      feature('g-2', { type: 'Point', coordinates: [13.4, 52.5] }, { radius_m: 50 }),
    ];
    const sent = await api.ask('POST', '/v1/import/geofences', {
      body: JSON.stringify({ type: 'FeatureCollection', features }),
      headers: { 'content-type': 'application/geo+json' },
    });
    expect(sent.body).toMatchObject({ created: 2 });
    expect(
      (await csv('geofences', 'id,name,lat,lon,radius_m,on,groups\ng-3,Depot,52.5,13.4,100,enter|exit,north|south\n')).body,
    ).toMatchObject({ created: 1 });
    const before = api.registry.geofences();
    for (const format of ['geojson', 'csv']) {
      const file = await api.ask('GET', `/v1/export/geofences?format=${format}`);
      const type = format === 'csv' ? 'text/csv' : 'application/geo+json';
      expect(file.headers.get('content-type')).toContain(type);
      expect(file.headers.get('content-disposition')).toContain(`geofences.${format}`);
      const text = typeof file.body === 'string' ? file.body : JSON.stringify(file.body);
      const again = await api.ask('POST', '/v1/import/geofences', { body: text, headers: { 'content-type': type } });
      expect(again.body).toMatchObject({ rows: 3, unchanged: 3, refused: 0 });
    }
    expect(api.registry.geofences()).toEqual(before);
  });

  test('a shape that cannot be meant is named by its feature', async () => {
    const bowtie = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    };
    const { status, body } = await api.ask('POST', '/v1/import/geofences', {
      body: { type: 'FeatureCollection', features: [feature('g-1', square), feature('g-2', bowtie), { type: 'Feature' }] },
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(['row 2: geometry.coordinates[0]', 'row 3: geometry']),
    );
    expect(api.registry.geofences()).toEqual([]);
  });
});

describe('cells', () => {
  test('what a spreadsheet would run is text there, and comes back as it was', async () => {
    const names = ['=1+1', '+1', '-1', '@SUM(A1)', "'=quoted", '\tTab', 'a,b', 'a"b', 'plain', '=cmd|/C calc!A0'];
    for (const [n, name] of names.entries()) await api.database.putDriver({ id: `d-${n}`, name, group: null });
    const { body } = await api.ask('GET', '/v1/export/drivers');
    for (const line of (body as string).split('\r\n').slice(1)) expect(line).not.toMatch(/,"?[=+\-@\t]/);
    expect((await csv('drivers?dry_run=true', body)).body).toMatchObject({ rows: names.length, refused: 0 });
    for (const name of names) {
      const [row] = readCsv(`id,name\r\nx,${csvCell(name)}\r\n`, ['id', 'name']);
      expect(row?.value.name).toBe(name);
    }
  });

  test('any text goes through a cell and back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter(text => text.trim() === text && text !== '' && !text.includes('\0')),
        text => {
          const [row] = readCsv(`id,name\r\nx,${csvCell(text)}\r\n`, ['id', 'name']);
          expect(row?.value.name).toBe(text);
        },
      ),
    );
  });
});

describe('bounds', () => {
  test('too many rows, too many bytes, too much when unpacked', async () => {
    const rows = Array.from({ length: ROWS_AT_MOST + 1 }, (_, n) => `v-${n}`).join('\n');
    expect((await csv('vehicles', `id\n${rows}\n`)).body).toMatchObject({ status: 413, code: 'too_many_rows' });
    expect((await csv('vehicles', `id\n${'x'.repeat(5 * 1024 * 1024)}`)).status).toBe(413);
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x'));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await fetch(`http://127.0.0.1:${api.port}/api/v1/import/vehicles`, {
      method: 'POST',
      headers: { authorization: 'Bearer the-first-administrators-token', 'content-type': 'text/csv', 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(answer.status).toBe(413);
    expect(
      (await api.ask('POST', '/v1/import/vehicles', { body: 'x', headers: { 'content-type': 'application/zip' } })).status,
    ).toBe(415);
  });
});
