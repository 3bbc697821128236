// Proves: trips, their replay and files say what the roll-ups hold, to whom they belong; scorecards too.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TrackColumns, TripOutcome } from '../../model/trip.js';
import { anAlert } from '../testing/fake-streams.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

const START = Date.parse('2026-11-20T08:00:00Z');

const aTrip = (id: string, more: Partial<TripOutcome> = {}): TripOutcome => ({
  id,
  vehicle: 'v-1',
  driver: 'p-1',
  startedAt: START,
  endedAt: START + 600_000,
  status: 'closed',
  start: { lat: 42.28, lon: -83.74 },
  end: { lat: 42.3, lon: -83.7 },
  distance: 5.123456,
  distanceSource: 'gps',
  idle: 90,
  moving: 510,
  maxSpeed: 61.26,
  fuel: null,
  counts: { harsh_braking: 1 },
  from: 1,
  to: 9,
  ...more,
});

/** A minute of driving, two of standing with a jump of GPS noise, one of driving; a point a second. */
const columns: TrackColumns = {
  ts: Array.from({ length: 240 }, (_, n) => START + n * 1_000),
  lat: Array.from({ length: 240 }, (_, n) => (n === 5 ? null : 42.28 + Math.min(n, 60) / 10_000)),
  lon: Array.from({ length: 240 }, (_, n) => (n === 5 ? null : -83.74)),
  speed_kmh: Array.from({ length: 240 }, (_, n) => (n === 90 ? null : n >= 60 && n < 180 ? 0.8 : 40)),
  heading: Array.from({ length: 240 }, () => null),
  engine_rpm: Array.from({ length: 240 }, () => 1_726),
  throttle_position: Array.from({ length: 240 }, () => null),
  acceleration: Array.from({ length: 240 }, () => null),
};

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
  const { rows } = api.database;
  rows.trips.set('t-1', aTrip('t-1'));
  rows.trips.set('t-2', aTrip('t-2', { driver: 'p-2', status: 'open' }));
  const half = (from: number, to: number) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)]),
    ) as unknown as TrackColumns;
  rows.tracks.push(
    { trip: 't-1', vehicle: 'v-1', no: 0, columns: half(0, 100) },
    { trip: 't-1', vehicle: 'v-1', no: 1, columns: half(100, 240) },
  );
  rows.alerts.set(
    'a-1',
    anAlert('a-1', 'v-1', { trip: 't-1', driver: 'p-1', occurred_at: '2026-11-20T08:05:00.000Z', suppressed: 3 }),
  );
  const day = {
    vehicle: 'v-1',
    day: '2026-11-20',
    distance: 40,
    driving: 3_000,
    idle: 100,
    trips: 1,
    maxSpeed: 80,
    fuel: null,
    night: 0,
  };
  rows.days.push({ ...day, driver: 'p-1', counts: {} }, { ...day, driver: 'p-2', counts: {} });
});
afterEach(() => api.close());

describe('a trip', () => {
  test('is told in the words and units of the contract', async () => {
    expect((await api.ask('GET', '/v1/trips/t-1')).body).toEqual({
      id: 't-1',
      vehicle: 'v-1',
      driver: 'p-1',
      started_at: '2026-11-20T08:00:00.000Z',
      ended_at: '2026-11-20T08:10:00.000Z',
      status: 'closed',
      start: { lat: 42.28, lon: -83.74 },
      end: { lat: 42.3, lon: -83.7 },
      distance_km: 5.123,
      distance_source: 'gps',
      duration_s: 600,
      moving_s: 510,
      idle_s: 90,
      max_speed_kmh: 61.3,
      fuel_l: null,
      measured_along_s: null,
      measured_across_s: null,
      counts: { harsh_braking: 1 },
    });
    expect((await api.ask('GET', '/v1/trips/t-2')).body.ended_at).toBeNull();
    expect((await api.ask('GET', '/v1/trips/none')).status).toBe(404);
  });

  test('is replayed with fewer points, none of its peaks and stops among those that go', async () => {
    const whole = (await api.ask('GET', '/v1/trips/t-1/replay')).body;
    const { body } = await api.ask('GET', '/v1/trips/t-1/replay?max_points=100');
    expect(body.track.ts.length).toBeLessThanOrEqual(100);
    for (const column of Object.values(body.track)) expect(column).toHaveLength(body.track.ts.length);
    for (const name of ['lat', 'speed_kmh']) {
      const peaks = (values: (number | null)[]) => [
        Math.max(...values.filter(v => v !== null)),
        Math.min(...values.filter(v => v !== null)),
      ];
      expect(peaks(body.track[name])).toEqual(peaks(whole.track[name]));
    }
    expect([body.track.ts[0], body.track.ts.at(-1), body.stops]).toEqual([whole.track.ts[0], whole.track.ts.at(-1), whole.stops]);
    expect((await api.ask('GET', '/v1/trips/t-1/replay?max_points=3')).body.field).toBe('query.max_points');
  });

  test('is replayed from its chunks, with its alerts and the stop in it', async () => {
    const { body } = await api.ask('GET', '/v1/trips/t-1/replay');
    for (const column of Object.values<unknown[]>(body.track)) expect(column).toHaveLength(240);
    expect(body.track.ts[239]).toBe('2026-11-20T08:03:59.000Z');
    expect(body.alerts.map(({ id }: { id: string }) => id)).toEqual(['a-1']);
    expect(body.stops).toEqual([
      {
        from: '2026-11-20T08:01:00.000Z',
        to: '2026-11-20T08:03:00.000Z',
        duration_s: 120,
        lat: expect.closeTo(42.286),
        lon: -83.74,
      },
    ]);
  });

  test.each([
    ['gpx', 'application/gpx+xml', '<trkpt lat="42.28" lon="-83.74"><time>2026-11-20T08:00:00.000Z</time>', 239],
    ['kml', 'application/vnd.google-earth.kml+xml', '<when>2026-11-20T08:00:00.000Z</when>', 239],
    ['csv', 'text/csv', '2026-11-20T08:00:00.000Z,42.28,-83.74,40,,1726,,', 240],
  ])('is a %s file', async (format, type, piece, points) => {
    const { headers, body } = await api.ask('GET', `/v1/trips/t-1/export?format=${format}`);
    expect(headers.get('content-type')).toContain(type);
    expect(headers.get('content-disposition')).toBe(`attachment; filename=trip-t-1.${format}`);
    expect(body).toContain(piece);
    expect(body.split('2026-11-20T08:0').length - 1).toBeGreaterThanOrEqual(points);
  });

  test('is a GeoJSON line with times, and who took it is audited', async () => {
    const { body } = await api.ask('GET', '/v1/trips/t-1/export?format=geojson');
    expect(body).toMatchObject({ type: 'Feature', geometry: { type: 'LineString' } });
    expect(body.geometry.coordinates).toHaveLength(239);
    expect(body.properties.coordinateProperties.times).toHaveLength(239);
    expect(api.database.rows.audit[0]).toMatchObject({ action: 'GET /trips/{id}/export', subject: 't-1' });
  });
});

describe('scorecards', () => {
  beforeEach(async () => {
    await api.ask('POST', '/v1/rules', { body: { kind: 'harsh_braking' } });
    for (const [id, group] of [
      ['p-1', 'north'],
      ['p-2', null],
    ])
      await api.ask('POST', '/v1/drivers', { body: { id, group } });
  });
  const period = 'from=2026-11-20&to=2026-11-20T23:00:00Z';
  const drivers = async (query: string) => {
    const { body } = await api.ask('GET', `/v1/scorecards?${period}&${query}`);
    return body.items.map((card: { driver: string }) => card.driver);
  };

  test('are listed best first, by group, in other orders and in pages', async () => {
    expect(await drivers('')).toEqual(['p-2', 'p-1']);
    expect(await drivers('sort=-score')).toEqual(['p-1', 'p-2']);
    expect(await drivers('group=north')).toEqual(['p-1']);
    const first = (await api.ask('GET', `/v1/scorecards?${period}&limit=1`)).body;
    expect(await drivers(`limit=1&cursor=${first.next}`)).toEqual(['p-1']);
    expect((await api.ask('GET', '/v1/scorecards?from=2026-11-21&to=2026-11-20')).body.field).toBe('query.from');
  });

  test('of one driver say what to talk about, with trips', async () => {
    const { body } = await api.ask('GET', `/v1/drivers/p-1/scorecard?${period}`);
    expect(body).toMatchObject({ driver: 'p-1', distance_km: 40, driving_s: 3_000, trips: 1, rank: 1, percentile: 100 });
    // Among those of the same group; in the whole fleet it is the second.
    expect(body.ranked_among).toEqual({ group: 'north', drivers: 1 });
    expect(body.rates_per_100km).toEqual({ harsh_braking: 10 });
    expect(body.subscores.speeding).toBeNull();
    expect(body.note).toContain('speeding');
    expect(body.coaching).toEqual([
      {
        topic: 'braking',
        text: expect.stringContaining('10.0 times per 100 km'),
        said: [{ code: 'advice', topic: 'braking', amount: 10 }],
        trips: ['t-1'],
      },
    ]);
    expect((await api.ask('GET', '/v1/drivers/nobody/scorecard')).status).toBe(404);
  });
});

describe('a driver', () => {
  const driver = async () => {
    await api.ask('POST', '/v1/users', { body: { user: 'p1', password: 'long enough', role: 'driver', driver: 'p-1' } });
    const login = await api.ask('POST', '/v1/session', { token: null, body: { user: 'p1', password: 'long enough' } });
    return { token: null, headers: { cookie: login.headers.get('set-cookie')!.split(';')[0]! } };
  };

  test('sees their own trips and score, nobody else’s', async () => {
    const own = await driver();
    const ask = async (path: string) => api.ask('GET', path, own);
    expect((await ask('/v1/trips')).body.items.map(({ id }: { id: string }) => id)).toEqual(['t-1']);
    expect((await ask('/v1/trips?driver=p-2')).status).toBe(403);
    expect((await ask('/v1/trips/t-2')).status).toBe(404);
    expect((await ask('/v1/trips/t-1/replay')).status).toBe(200);
    expect((await ask('/v1/drivers/p-1/scorecard?from=2026-11-20')).body.distance_km).toBe(40);
    expect((await ask('/v1/drivers/p-2/scorecard')).status).toBe(403);
    expect((await ask('/v1/scorecards?from=2026-11-20')).body.items).toHaveLength(1);
    expect((await ask('/v1/alerts')).status).toBe(403);
  });
});

test('groups limit trips and alerts to their vehicles', async () => {
  await api.ask('POST', '/v1/vehicles', { body: { id: 'v-1', group: 'north' } });
  for (const [group, trips, status] of [
    ['north', 2, 200],
    ['south', 0, 404],
  ] as const) {
    const token = await api.tokenOf('coach', [group]);
    expect((await api.ask('GET', '/v1/trips', { token })).body.items).toHaveLength(trips);
    expect((await api.ask('GET', '/v1/trips/t-1/export', { token })).status).toBe(status);
    expect((await api.ask('GET', '/v1/alerts', { token })).body.items).toHaveLength(trips / 2);
    expect((await api.ask('GET', '/v1/alerts/a-1', { token })).status).toBe(status);
  }
});
