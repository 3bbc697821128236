// Proves, over REST on the embedded file and on MySQL alike, with devices over MQTT: a lost point leads to its alert; its driver contests it and
// viewers hear of it; a manager voids it, and score and trip follow; a private drive is kept without a place; what is held about a driver
// comes as one file, and who is forgotten is named nowhere any more. And so it is after a restart.
import { afterAll, describe, expect, test } from '@jest/globals';
import { connectDevice } from '../harness/device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';

const morning = Date.UTC(2026, 2, 9, 7);
const period = { from: '2026-03-09', to: '2026-03-09' };

/** Some 21 km with a hard braking on the way, then parked. */
const legs: readonly Leg[] = [
  { seconds: 40, to_kmh: 100 },
  { seconds: 700, to_kmh: 100 },
  { seconds: 5, to_kmh: 20 },
  { seconds: 60, to_kmh: 20 },
  { seconds: 20, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];

interface Card {
  score: number | null;
  counts: Record<string, number>;
  lost_points: { part: string; alerts: string[] }[];
  band: { low: number; high: number };
  version: { rules: unknown[] };
}
interface Trip {
  id: string;
  start: unknown;
  distance_km: number;
  counts: Record<string, number>;
}

const drive = async ({ mqtt }: Telltale, rest: RestClient, vehicle: string, driver: string): Promise<void> => {
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: `device-${vehicle}`, vehicle });
  const device = await connectDevice({ mqtt, id: `device-${vehicle}`, secret });
  for (const array of inArraysOf(60, scriptedDrive({ start: morning, legs, driver }))) await device.publish(array);
  await device.close();
};

const asDriver = async (
  http: string,
  user: string,
): Promise<(method: string, path: string, body?: unknown) => Promise<Response>> => {
  const headers = { 'content-type': 'application/json', 'x-requested-with': 'telltale' };
  const login = await fetch(`${http}/api/v1/session`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ user, password: 'correct horse' }) },
  });
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  return (method, path, body) =>
    fetch(`${http}/api/v1${path}`, {
      method,
      headers: { ...headers, cookie },
      body: body === undefined ? null : JSON.stringify(body),
    });
};

const servers: Telltale[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

describe.each(['the embedded file', 'MySQL or MariaDB'])('scores in %s', place => {
  test('follow what people find out, and people can be forgotten', async () => {
    const env: Record<string, string> =
      place === 'the embedded file' ? {} : { TELLTALE_DATABASE_URL: (await createSqlDatabase()).url };
    const server = await startTelltale({ env });
    servers.push(server);
    const rest = restClient(server.http, server.adminToken);
    const watching = await connectWebsocket(server.http, server.adminToken);
    await watching.subscribe('alerts');
    await rest.post('/drivers', { id: 'p-1', name: 'Anna Ash', group: 'city' });
    for (const [id, hidden] of [
      ['open', null],
      ['hidden', 'always'],
    ] as const)
      await rest.post('/vehicles', { id, class: 'car', group: 'city', private: hidden });
    await drive(server, rest, 'open', 'p-1');
    await drive(server, rest, 'hidden', 'p-2');

    const card = (driver: string) => rest.get<Card>(`/drivers/${driver}/scorecard`, period);
    const trips = await waitFor('two closed trips', async () => {
      const found = await rest.all<Trip & { status: string; vehicle: string }>('/trips');
      return found.length === 2 && found.every(({ status }) => status === 'closed') && found;
    });
    const before = await waitFor('the braking in the scorecard', async () => {
      const found = await card('p-1');
      return found.counts.harsh_braking !== undefined && found;
    });
    expect(before.score).toBeLessThan(100);
    expect(before.band.low).toBeLessThan(before.score!);
    expect(before.version.rules.length).toBeGreaterThan(3);
    const braking = before.lost_points.find(({ part }) => part === 'braking')!.alerts[0]!;
    expect(await rest.get(`/alerts/${braking}`)).toMatchObject({ kind: 'harsh_braking', driver: 'p-1' });

    // Of the private drive everything is there but the place.
    const [open, hidden] = ['open', 'hidden'].map(vehicle => trips.find(trip => trip.vehicle === vehicle)!);
    expect(hidden!.distance_km).toBeCloseTo(open!.distance_km, 3);
    expect([hidden!.start, open!.start === null]).toEqual([null, false]);
    const { track } = await rest.get<{ track: { lat: unknown[] } }>(`/trips/${hidden!.id}/replay`);
    expect([track.lat.length > 500, track.lat.every(lat => lat === null)]).toEqual([true, true]);
    expect(await rest.get('/vehicles/hidden/state')).toMatchObject({ lat: null, lon: null });
    expect((await card('p-2')).score).toBe(before.score);

    // Contested by who it is held against, heard by viewers, voided: score and trip follow.
    await rest.post('/users', { user: 'anna', password: 'correct horse', role: 'driver', driver: 'p-1' });
    const anna = await asDriver(server.http, 'anna');
    expect((await anna('POST', `/alerts/${braking}/contest`, { reason: 'a dog' })).status).toBe(200);
    const theirs = (await card('p-2')).lost_points.find(({ part }) => part === 'braking')!.alerts[0]!;
    expect((await anna('POST', `/alerts/${theirs}/contest`, { reason: 'not mine' })).status).toBe(404);
    const told = await watching.waitFor(
      frame => frame.type === 'alert' && (frame.alert as { contest?: unknown }).contest !== undefined,
    );
    expect(told).toMatchObject({ change: 'updated', alert: { id: braking, contest: { status: 'open', reason: 'a dog' } } });
    const waiting = await rest.all<{ id: string }>('/alerts', { contested: true });
    expect(waiting.map(({ id }) => id)).toEqual([braking]);
    await rest.post(`/alerts/${braking}/void`, { note: 'seen on camera' });
    const after = await card('p-1');
    expect(after.counts.harsh_braking).toBeUndefined();
    expect(after.score).toBeGreaterThan(before.score!);
    expect((await rest.get<Trip>(`/trips/${open!.id}`)).counts.harsh_braking).toBeUndefined();
    expect(await rest.all('/alerts', { contested: true })).toEqual([]);

    await rest.post('/drivers/p-1/notes', {
      note: 'Anna and I talked about the ring road.',
      topic: 'braking',
      follow_up: '2026-04-01',
    });
    const preview = await rest.post<{ items: { driver: string }[] }>('/scoring/preview', {
      scoring: { minimum_km: 5 },
      ...period,
    });
    expect(preview.items).toHaveLength(2);
    const report = await rest.get<{ drivers: { driver: string }[] }>('/reports/fleet', { ...period, pseudonyms: true });
    expect(JSON.stringify(report)).not.toContain('Anna');
    const held = await anna('GET', '/drivers/p-1/export').then(answer => answer.text());
    for (const piece of ['Anna Ash', 'talked about the ring road', braking, open!.id, '"lat"']) expect(held).toContain(piece);

    await server.restart();
    expect(await card('p-1')).toEqual(after);

    // Forgotten: the id stays on what happened, and leads to nobody.
    await rest.delete('/drivers/p-1');
    expect((await anna('GET', '/drivers/p-1/scorecard')).status).toBe(401);
    const everything = await Promise.all(
      [
        '/drivers',
        '/trips',
        '/alerts',
        '/scorecards?from=2026-03-09&to=2026-03-09',
        '/users',
        '/reports/fleet?from=2026-03-09&to=2026-03-09',
      ].map(path => rest.get(path)),
    );
    expect(JSON.stringify(everything)).not.toMatch(/Anna|"anna"|talked about the ring road/);
    expect((await rest.get<Trip & { driver: string }>(`/trips/${open!.id}`)).driver).toBe('p-1');
    await watching.close();
  }, 180_000);
});
