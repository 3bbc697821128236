import { describe, expect, jest, test } from '@jest/globals';
import { decisionsOf, plain, tellDecisions, tellFuelAndHealth } from '../harness/decisions.js';
import { booksOf, registerReferenceFleet, tellHour, tellPeople } from '../harness/reference-day.js';
import { restClient } from '../harness/rest-client.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale } from '../harness/start-telltale.js';
import { untilStable } from '../harness/until-stable.js';

jest.setTimeout(240_000);

const liveADay = async (env: Record<string, string>) => {
  const server = await startTelltale({ env, readyWithinMs: 60_000 });
  const rest = restClient(server.http, server.adminToken);
  const fleet = await registerReferenceFleet(server, rest);
  await tellHour(fleet, 0);
  await tellHour(fleet, 1);
  await tellPeople(rest);
  await tellHour(fleet, 2);
  const settled = await untilStable('the books', () => booksOf(rest));
  const handled = settled.alerts!.find(({ kind, vehicle }) => kind === 'harsh_braking' && vehicle === 'van-1');
  await rest.post(`/alerts/${handled?.id}/resolve`, { note: 'talked about' });
  const books = await booksOf(rest);
  await tellFuelAndHealth(fleet);
  await untilStable('fuel and health', async () => [await rest.all('/trips'), await rest.get('/vehicles/van-1/health')]);
  await tellDecisions(rest);
  const decisions = await untilStable('what was decided', () => decisionsOf(rest));
  const full = await booksOf(rest);
  await server.restart();
  const afterRestart = { books: await booksOf(rest), decisions: await decisionsOf(rest) };
  return { server, rest, books, decisions, full, afterRestart };
};

describe('MySQL or MariaDB by TELLTALE_DATABASE_URL', () => {
  // Proves: REST answers the same over the embedded file and over a real server, before and after a restart, and what it answers is the day.
  test('tells the same day as the embedded file', async () => {
    const database = await createSqlDatabase();
    const [embedded, mysql] = await Promise.all([liveADay({}), liveADay({ TELLTALE_DATABASE_URL: database.url })]);

    // The day, as far as it can be told beforehand: three drives of each vehicle, hasty ones with two harsh accelerations and a braking.
    const { books } = embedded;
    expect(books.trips).toHaveLength(9);
    expect(books.trips!.every(({ status }) => status === 'closed')).toBe(true);
    const kinds = books.alerts!.map(({ kind, vehicle }) => `${vehicle} ${kind}`);
    expect(kinds.filter(kind => kind === 'van-1 harsh_braking')).toHaveLength(2);
    expect(kinds.filter(kind => kind === 'van-2 harsh_braking')).toHaveLength(1);
    expect(kinds.filter(kind => kind.endsWith('geofence_enter'))).toHaveLength(9);
    expect(books.some).toMatchObject([{ driver: 'p-2', status: 'open' }]);
    expect(books.drivers!.map(({ id }) => id)).toEqual(['p-1', 'p-2', 'p-3', 'p-9']);
    // Whoever was assigned drove, whatever the device said.
    expect(books.trips!.filter(({ driver }) => driver === 'p-9')).toHaveLength(1);
    expect(books.alerts!.filter(({ status }) => status === 'resolved')).toHaveLength(1);
    expect(books.replays![0]).toMatchObject({ track: { lat: expect.any(Array) } });

    expect(mysql.books).toEqual(embedded.books);
    expect(plain(mysql.full)).toEqual(plain(embedded.full));

    // What people decided, and fuel and health, are told, and told alike.
    const { decisions } = embedded;
    const text = (path: string) => JSON.stringify(decisions[path]);
    for (const [path, piece] of [
      ['/scoring', 'heavier'],
      ['/settings/fuel', '"diesel":1.5'],
      ['/vehicles/van-1', '"every_km":10000'],
      ['contested true', 'Größe 3'],
      ['alerts void', 'a cat 🐈'],
      ['alerts void', 'seen on camera'],
      ['/drivers/p-1/notes', '"done":true'],
      ['/webhooks', '"min_severity":"critical"'],
      ['/notification-policies', '"daily_at":"07:00"'],
      ['/users', 'Ümit'],
      ['/tokens', '2100-01-01T00:00:00.000Z'],
      ['/audit', 'POST /notification-policies'],
      ['/drivers/p-1/export', 'Zoë: later, and gently'],
    ] as const)
      expect([path, text(path)]).toEqual([path, expect.stringContaining(piece)]);
    expect(decisions['/users']).toHaveLength(3);
    expect(decisions['/fuel']).toEqual(
      expect.arrayContaining([expect.objectContaining({ vehicle: 'van-1', litres: expect.any(Number) })]),
    );
    expect(mysql.decisions).toEqual(decisions);

    expect(mysql.afterRestart).toEqual({ books: mysql.full, decisions: mysql.decisions });
    expect(embedded.afterRestart).toEqual({ books: embedded.full, decisions: embedded.decisions });
    await Promise.all([embedded.server.stop(), mysql.server.stop()]);
    // It really was there that the rows went.
    const [{ n } = {}] = await database.query('SELECT COUNT(*) AS n FROM trip');
    expect(Number(n)).toBe(embedded.full.trips!.length);
  });
});
