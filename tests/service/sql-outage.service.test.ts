import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { watchAlerts } from '../harness/alert-watch.js';
import { startPrivateSqlServer } from '../harness/private-sql-server.js';
import { booksOf, registerReferenceFleet, tellHour, tellPeople } from '../harness/reference-day.js';
import { restClient } from '../harness/rest-client.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale } from '../harness/start-telltale.js';
import { untilStable } from '../harness/until-stable.js';
import { waitFor } from '../harness/wait-for.js';

interface System {
  database: { up: boolean; pending_rows: number; error: string | null };
}

/** Longer than the first retries, as long as a database takes to restart. */
const away_ms = 20_000;

// Proves: with SQL down at the start and away for 20 s while events flow, devices are let in, recorded and alerted on, REST says 503 where it
// needs SQL, and when SQL is back its rows are those of a run that was not disturbed, also when the server itself was killed meanwhile.
test('SQL down at the start, and away while events flow', async () => {
  const calm = await startTelltale();
  const reference = restClient(calm.http, calm.adminToken);
  const calmFleet = await registerReferenceFleet(calm, reference);

  const sql = await startPrivateSqlServer();
  const database = await createSqlDatabase(sql.url);
  await sql.stop();
  const server = await startTelltale({ env: { TELLTALE_DATABASE_URL: database.url } });
  const rest = restClient(server.http, server.adminToken);
  const alerts = await watchAlerts(server.http, server.adminToken);
  const fleet = await registerReferenceFleet(server, rest);
  expect((await fetch(`${server.http}/livez`)).status).toBe(200);

  await tellHour(fleet, 0);
  const { alert } = await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'van-1' });
  // What needs no SQL is there; what needs it says so, as a problem document, and when to come again.
  expect(await rest.get(`/alerts/${alert.id}`)).toMatchObject({ id: alert.id });
  expect(await rest.get('/vehicles/van-1/state')).toMatchObject({ vehicle: 'van-1' });
  expect(await rest.all('/vehicles')).toHaveLength(3);
  for (const path of ['/trips', '/alerts', '/scorecards', '/drivers']) {
    const answer = await rest.raw(`/api/v1${path}`);
    expect({ path, status: answer.status, type: answer.headers.get('content-type') }).toMatchObject({
      ...{ path, status: 503 },
      type: expect.stringContaining('application/problem+json'),
    });
    expect(await answer.json()).toMatchObject({ status: 503, code: expect.any(String) });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect((await rest.get<System>('/system')).database).toMatchObject({ up: false, error: expect.any(String) });

  await sql.start();
  await waitFor('the rows of the first hour', async () => (await rest.all('/trips')).length === 3, { timeoutMs: 25_000 });
  await tellPeople(rest);

  await sql.stop();
  const gone = Date.now();
  await tellHour(fleet, 1, () => wait(100));
  await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'van-2' });
  await server.kill9();
  await server.restart();
  await waitFor('the devices to come back', () => [...fleet.devices.values()].every(device => device.connected()));
  await tellHour(fleet, 2, () => wait(100));
  await wait(Math.max(0, away_ms - (Date.now() - gone)));
  expect((await rest.get<System>('/system')).database.up).toBe(false);
  await sql.start();

  await tellHour(calmFleet, 0);
  await tellPeople(reference);
  await tellHour(calmFleet, 1);
  await tellHour(calmFleet, 2);
  await waitFor('SQL to be found again', async () => (await rest.get<System>('/system')).database.up, { timeoutMs: 25_000 });
  const [books, wanted] = [
    await untilStable('the books', () => booksOf(rest)),
    await untilStable('the books of the calm run', () => booksOf(reference)),
  ];
  expect(wanted.trips).toHaveLength(9);
  expect(books).toEqual(wanted);
  await Promise.all([calm.stop(), server.stop()]);
  const counted = await database.query('SELECT (SELECT COUNT(*) FROM trip) AS trips, (SELECT COUNT(*) FROM alert) AS alerts');
  expect(Number(counted[0]?.trips)).toBe(9);
  expect(Number(counted[0]?.alerts)).toBeGreaterThanOrEqual(wanted.alerts!.length);
}, 120_000);
