// Proves: a data directory as an earlier version left it when it was killed is opened by this one, its tables are migrated (in the embedded file, and on
// a MySQL or MariaDB), nothing of what it said is gone or told twice, what people did stays, and its vehicles drive on; also after a further start.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { connectDevice } from '../harness/device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { createSqlDatabase, type SqlDatabase } from '../harness/sql-database.js';
import { startTelltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(120_000);

const FOLDER = resolve('tests/fixtures');

interface Said {
  made_with: string;
  vehicles: { id: string }[];
  geofences: { id: string }[];
  trips: Record<string, unknown>[];
  alerts: Record<string, unknown>[];
}

const released = (await readdir(FOLDER)).filter(name => name.endsWith('.zip')).map(name => name.slice(0, -4));

/** A table as the version had made it, with what it had written. */
interface DumpedTable {
  table: string;
  create: string;
  rows: Record<string, unknown>[];
}

/** @returns the data directory, and the tables where they were on a server */
const unpack = async (name: string): Promise<{ data: string; tables: DumpedTable[] | undefined }> => {
  const data = await tempDir('released');
  const { 'mysql.json': tables, ...files } = unzipSync(await readFile(join(FOLDER, `${name}.zip`)));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(data, path)), { recursive: true });
    await writeFile(join(data, path), bytes);
  }
  return { data, tables: tables && JSON.parse(new TextDecoder().decode(tables)) };
};

const loadTables = async ({ query }: SqlDatabase, tables: readonly DumpedTable[]): Promise<void> => {
  for (const { table, create, rows } of tables) {
    await query(create);
    for (const row of rows) {
      const columns = Object.keys(row);
      const values = Object.values(row).map(value => {
        const { base64 } = (value ?? {}) as { base64?: string };
        return base64 === undefined ? value : Buffer.from(base64, 'base64');
      });
      const names = columns.map(column => `\`${column}\``).join(', ');
      await query(`INSERT INTO \`${table}\` (${names}) VALUES (${columns.map(() => '?').join(', ')})`, values);
    }
  }
};

/** Of what a version said, what each later one has to say too: fields may be added, and rules get better words. */
const lasting = [
  'id',
  'kind',
  'vehicle',
  'driver',
  'occurred_at',
  'raised_at',
  'trip',
  'geofence',
  'dtc',
  'handled_by',
  'handled_at',
];
const only = (row: Record<string, unknown>) =>
  Object.fromEntries(lasting.filter(field => field in row).map(field => [field, row[field]]));
const byId = (a: Record<string, unknown>, b: Record<string, unknown>): number => (String(a.id) < String(b.id) ? -1 : 1);

const settled = (rest: RestClient) =>
  waitFor(
    'everything to be folded and rolled up',
    async () => {
      const { partitions, database } = await rest.get<{ partitions: { lag: number }[]; database: { pending_rows: number } }>(
        '/system',
      );
      return partitions.every(({ lag }) => lag < 3) && database.pending_rows === 0;
    },
    { timeoutMs: 60_000 },
  );

test.each(released)('%s is opened, migrated and gone on with', async name => {
  const said = JSON.parse(await readFile(join(FOLDER, `${name}.json`), 'utf8')) as Said;
  const { data, tables } = await unpack(name);
  const database = tables && (await createSqlDatabase());
  if (database) await loadTables(database, tables);
  const env = {
    ...(database && { TELLTALE_DATABASE_URL: database.url }),
    TELLTALE_PARTITIONS: '4',
    TELLTALE_DEVICE_AUTH: 'open',
    TELLTALE_RETENTION_DAYS: '3650',
    TELLTALE_LOG_LEVEL: 'warn',
  };
  const server = await startTelltale({ env, dataDir: data, readyWithinMs: 60_000 });
  const rest = restClient(server.http, server.adminToken);
  const holds = async () => {
    await settled(rest);
    const [vehicles, alerts] = [await rest.all<{ id: string }>('/vehicles'), await rest.all<Record<string, unknown>>('/alerts')];
    const trips = await rest.all<Record<string, unknown>>('/trips');
    for (const { id } of said.vehicles) expect(vehicles.map(vehicle => vehicle.id)).toContain(id);
    for (const trip of said.trips) expect(trips).toContainEqual(expect.objectContaining({ id: trip.id, vehicle: trip.vehicle }));
    // What is wrong by what is known today may be taken back, but it is not forgotten, and nothing stands there twice.
    const known = new Set(said.alerts.map(({ id }) => id));
    const same = alerts.filter(({ id, status }) => known.has(id) && status !== 'retracted');
    expect(same.map(only).sort(byId)).toEqual(said.alerts.map(only).sort(byId));
    expect(same.filter(({ status }) => status === 'acknowledged')).toHaveLength(1);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
    return alerts;
  };
  const before = await holds();
  const newest = (await rest.all<{ id: string; vehicle: string; ended_at: string | null }>('/trips')).find(
    ({ vehicle }) => vehicle === 'v-1',
  )!;
  const device = await connectDevice({ mqtt: server.mqtt, id: 'v-1', secret: '' });
  const now = Date.now() - 60_000;
  for (let second = 0; second < 60; second++) {
    const gps = { lat: 52 + second / 5_000, lon: 4, speed_kmh: 80, heading: 0 };
    await device.publish({ ts: now + second * 1_000, seq: 1_000_000 + second, gps, obd: ['410C1AF8', '410D50'] });
  }
  await waitFor('a new trip', async () => {
    const trips = await rest.all<{ id: string; vehicle: string }>('/trips');
    return trips.some(({ id, vehicle }) => vehicle === 'v-1' && id !== newest.id);
  });
  await device.close();
  await server.kill9();
  await server.restart();
  const after = await holds();
  for (const { id } of before) expect(after.map(alert => alert.id)).toContain(id);
  if (database) {
    const applied = await database.query('SELECT name FROM telltale_migration ORDER BY name');
    const known = (await readdir(resolve('migrations'))).map(file => file.replace(/\.ts$/, '')).sort();
    expect(applied.map(row => row.name)).toEqual(known);
    const trips = await database.query('SELECT id FROM trip WHERE id IN (?)', [said.trips.map(({ id }) => id)]);
    expect(trips).toHaveLength(said.trips.length);
  }
  await server.stop();
});
