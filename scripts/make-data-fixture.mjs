/**
 * `node scripts/make-data-fixture.mjs <folder of a built version> <name> [--mysql]`: the data directory as that version leaves it when it is killed, with drives,
 * alerts, a fence, a driver and something that people did, as `tests/fixtures/<name>.zip`, and what that version said of it beside it. Made once for each
 * released version, from its own build (`git archive <tag> | tar x`, `npm ci`, `npm run build`); never made again for an old one.
 * Needs `npm run build` of this tree for the drives. With `--mysql` its tables are on a MySQL or MariaDB, and stand in the archive as `mysql.json`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { connectAsync } from 'mqtt';
import { createConnection } from 'mysql2/promise';
import { provisionSqlServer } from './provision/sql-server.mjs';

const [version, name, option] = process.argv.slice(2);
if (!version || !name) {
  console.error('make-data-fixture: <folder of a built version> <name>');
  process.exit(2);
}
const root = resolve(import.meta.dirname, '..');
const { fleetDrive, fencesAlong } = await import(resolve(root, 'dist/tests/simulation/fleet-drive.js'));
const token = 'admin-token-of-the-fixtures-0123456789abcdef';
const data = await mkdtemp(join(tmpdir(), 'fixture-'));
const sql = option === '--mysql' ? await provisionSqlServer() : undefined;
const database = new URL(sql?.env.TELLTALE_TEST_MYSQL_URL ?? 'mysql://localhost/');
if (sql) {
  const connection = await createConnection(database.href);
  await connection.query('CREATE DATABASE telltale_fixture CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  await connection.end();
  database.pathname = '/telltale_fixture';
}
const env = {
  ...process.env,
  ...(sql && { TELLTALE_DATABASE_URL: database.href }),
  TELLTALE_HOST: '127.0.0.1',
  TELLTALE_HTTP_PORT: '0',
  TELLTALE_MQTT_PORT: '0',
  TELLTALE_DATA_DIR: data,
  TELLTALE_ADMIN_TOKEN: token,
  TELLTALE_DEVICE_AUTH: 'open',
  TELLTALE_PARTITIONS: '4',
};
const server = spawn(process.execPath, [resolve(version, 'dist/src/cli/main.js'), 'serve'], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
/** @type {{ http: string, mqtt: string }} */
let listening = { http: '', mqtt: '' };
for await (const line of createInterface({ input: server.stdout })) {
  if (!line.includes('"listening"')) continue;
  listening = JSON.parse(line);
  break;
}
/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
const call = async (method, path, body) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${listening.http}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
};

const events = fleetDrive('fixture', 2, 6);
const [fence] = fencesAlong(events);
const { schedule: _s, speed_limit_kmh: _l, groups: _g, dwell_s: _d, width_m: _w, ...properties } = fence.properties;
await call('POST', '/geofences', {
  type: 'Feature',
  geometry: fence.geometry,
  properties: { ...properties, on: ['enter', 'exit'] },
});
await call('POST', '/drivers', { id: 'kim', name: 'Kim' }).catch(error => console.error(`no driver: ${error.message}`));
const client = await connectAsync(listening.mqtt, { clientId: 'v-1', username: 'v-1' });
const other = await connectAsync(listening.mqtt, { clientId: 'v-2', username: 'v-2' });
/** @param {{ device: string, text: string }[]} some */
const publish = some =>
  Promise.all(
    some.map(({ device, text }) =>
      (device === 'v-1' ? client : other).publishAsync(`telltale/v1/${device}/events`, text, { qos: 1 }),
    ),
  );
await publish(events.slice(0, Math.floor(events.length / 2)));
await wait(45_000); // Until all partitions were saved once; what follows is a tail.
const [first] = (await call('GET', '/alerts')).items;
await call('POST', `/alerts/${first.id}/acknowledge`, { note: 'seen' });
await publish(events.slice(Math.floor(events.length / 2)));
await wait(3_000);
const said = {
  made_with: JSON.parse(await readFile(resolve(version, 'package.json'), 'utf8')).version,
  events: events.length,
  vehicles: (await call('GET', '/vehicles')).items,
  geofences: (await call('GET', '/geofences')).features ?? (await call('GET', '/geofences')).items,
  trips: (await call('GET', '/trips')).items,
  alerts: (await call('GET', '/alerts?limit=200')).items,
};
server.kill('SIGKILL');
await new Promise(done => server.on('exit', done));
await Promise.all([client.endAsync(true), other.endAsync(true)]);

/** @type {Record<string, Uint8Array>} */
const files = {};
/** @param {string} folder */
const gather = async folder => {
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry);
    if ((await stat(path)).isDirectory()) await gather(path);
    else if (!/^(LOCK|LOG|LOG\.old)$/.test(entry)) files[relative(data, path)] = await readFile(path);
  }
};
await gather(data);
if (sql) {
  files['mysql.json'] = Buffer.from(JSON.stringify(await dumpOf(database.href)));
  await sql.stop();
}
/** Every table as it was made, with its rows; bytes as `{ base64 }`. @param {string} url */
async function dumpOf(url) {
  const connection = await createConnection({ uri: url, timezone: 'Z', supportBigNumbers: true });
  const [tables] = /** @type {[Record<string, string>[], unknown]} */ (
    /** @type {unknown} */ (await connection.query('SHOW TABLES'))
  );
  const dump = [];
  for (const table of tables.map(row => String(Object.values(row)[0]))) {
    const [made] = /** @type {any} */ (await connection.query('SHOW CREATE TABLE ??', [table]));
    const [rows] = /** @type {any} */ (await connection.query('SELECT * FROM ??', [table]));
    const plain = rows.map((/** @type {Record<string, unknown>} */ row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value,
        ]),
      ),
    );
    dump.push({ table, create: made[0]['Create Table'], rows: plain });
  }
  await connection.end();
  return dump;
}

const zipped = zipSync(files, { level: 9 });
await writeFile(resolve(root, `tests/fixtures/${name}.zip`), zipped);
await writeFile(resolve(root, `tests/fixtures/${name}.json`), `${JSON.stringify(said, null, 1)}\n`);
await rm(data, { recursive: true });
console.log(`${name}.zip: ${zipped.length} bytes, ${said.trips.length} trips, ${said.alerts.length} alerts`);
process.exit(0);
