// Proves: what is lost opens its events; weights are tried before they hold, kept by version and day; coaches' notes are theirs, and say
// whether a topic improved; an event is contested, decided, and gone from the score; a driver sees and contests their own and no more;
// reports and exports tell all that belongs to them and nothing of anybody else.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert } from '../../model/alert.js';
import type { DriverDay } from '../../model/trip.js';
import { anAlert } from '../testing/fake-streams.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
const DAY = 86_400_000;
const today = () => new Date(api.deps.clock.now()).toISOString().slice(0, 10);
const daysAgo = (n: number) => new Date(api.deps.clock.now() - n * DAY).toISOString().slice(0, 10);

const aDay = (driver: string, day: string, more: Partial<DriverDay> = {}): DriverDay => ({
  ...{ driver, vehicle: 'v-1', day, distance: 200, driving: 10_000, idle: 300, trips: 2, maxSpeed: 90, fuel: null, night: 0 },
  ...{ counts: {}, ...more },
});
const event = (id: string, driver: string, day: string, more: Partial<Alert> = {}): void => {
  const alert = anAlert(id, 'v-1', { driver, trip: `t-${id}`, occurred_at: `${day}T08:00:00.000Z`, ...more });
  api.database.rows.alerts.set(id, alert);
  api.alerts.put(alert);
};

beforeEach(async () => {
  api = await startTestApi();
  for (const kind of ['harsh_braking', 'speeding']) {
    const rule = {
      id: kind,
      kind: kind as 'speeding',
      severity: null,
      params: {},
      applies_to: {},
      schedule: null,
      cooldown_s: 0,
    };
    await api.registry.change({ type: 'rule_put', rule: { ...rule, enabled: true } });
  }
  for (const [id, name, group] of [
    ['p-1', '=Anna "A" <Ash>', 'north'],
    ['p-2', 'Ben', 'north'],
    ['p-3', 'Cem', 'south'],
  ])
    await api.ask('POST', '/v1/drivers', { body: { id, name, group } });
  await api.ask('POST', '/v1/vehicles', { body: { id: 'v-1', group: 'north' } });
  api.database.rows.days.push(aDay('p-1', daysAgo(1)), aDay('p-2', daysAgo(1)), aDay('p-3', daysAgo(1)));
  event('b-1', 'p-1', daysAgo(1));
  event('b-2', 'p-1', daysAgo(1), { severity: 'critical', suppressed: 1 });
  event('s-1', 'p-2', daysAgo(1), {
    ...{ kind: 'speeding', value: 169, threshold: 130, ended_at: `${daysAgo(1)}T08:05:00.000Z` },
  });
});
afterEach(() => api.close());

const get = async (path: string, token?: string) => (await api.ask('GET', path, token === undefined ? {} : { token })).body;
const card = (driver: string, query = '') => get(`/v1/drivers/${driver}/scorecard?${query}`);
const loggedIn = async (driver: string) => {
  await api.ask('POST', '/v1/users', { body: { user: driver, password: 'long enough', role: 'driver', driver } });
  const login = await api.ask('POST', '/v1/session', { token: null, body: { user: driver, password: 'long enough' } });
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  return { token: null, headers: { cookie, 'x-requested-with': 'telltale' } };
};

describe('a scorecard', () => {
  test('in the list names the same alerts, topics and trips as alone', async () => {
    const { items } = await get('/v1/scorecards');
    for (const listed of items) {
      const alone = await card(listed.driver);
      expect({ driver: listed.driver, lost: listed.lost_points, coaching: listed.coaching }).toEqual({
        ...{ driver: listed.driver, lost: alone.lost_points, coaching: alone.coaching },
      });
    }
    expect(items.find(({ driver }: { driver: string }) => driver === 'p-1').coaching).toEqual([
      {
        ...{ topic: 'braking', text: expect.stringContaining('per 100 km'), trips: expect.any(Array) },
        said: [{ code: 'advice', topic: 'braking', amount: expect.any(Number) }],
      },
    ]);
  });

  test('says what each lost point was lost by, how sure it is, and with what it was made', async () => {
    const found = await card('p-1');
    // A warning and two critical ones on 200 km: 3.5 per 100 km.
    expect(found.subscores.braking).toBeCloseTo(100 * 2 ** (-3.5 / 4), 0);
    expect(found.lost_points).toEqual([{ part: 'braking', points: expect.any(Number), alerts: ['b-2', 'b-1'] }]);
    expect(found.lost_points[0].points).toBeCloseTo(100 - found.score, 1);
    expect(found.band.low).toBeLessThan(found.score - 5);
    expect(found.note).toContain('cornering');
    expect(found.version).toEqual({
      ...{ formula: 2, scoring: 0 },
      rules: [
        { id: 'harsh_braking', version: expect.stringMatching(/^[\w-]{8}$/) },
        { id: 'speeding', version: expect.any(String) },
      ],
    });
    expect(found.coaching[0]).toMatchObject({ topic: 'braking', trips: ['t-b-2', 't-b-1'] });
    expect((await get('/v1/drivers/p-1/events')).items.map(({ id }: Alert) => id).sort()).toEqual(['b-1', 'b-2']);
  });

  test('goes by day, week or month', async () => {
    api.database.rows.days.push(aDay('p-1', daysAgo(40)), aDay('p-1', daysAgo(39)));
    const from = `from=${daysAgo(45)}`;
    expect((await card('p-1', from)).trend).toHaveLength(3);
    const weeks = (await card('p-1', `${from}&trend=week`)).trend;
    expect(weeks.at(-1).score).toBeCloseTo((await card('p-1')).score, 1);
    for (const { day } of weeks.slice(1)) expect(new Date(day).getUTCDay()).toBe(1);
    const months = (await card('p-1', `${from}&trend=month`)).trend;
    expect(months.at(-1).day).toBe(`${daysAgo(1).slice(0, 7)}-01`);
    expect((await api.ask('GET', '/v1/scorecards?from=2020-01-01&trend=day')).status).toBe(400);
  });

  test('ranks within the group', async () => {
    expect(await card('p-3')).toMatchObject({ rank: 1, percentile: 100, ranked_among: { group: 'south', drivers: 1 } });
    expect((await card('p-1')).ranked_among).toEqual({ group: 'north', drivers: 2 });
    expect((await get('/v1/scorecards')).items.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3]);
  });
});

describe('weights', () => {
  const heavy = { parts: { braking: { points: 300 } } };

  test('are tried, and change nothing by it', async () => {
    const before = await card('p-1');
    const { body } = await api.ask('POST', '/v1/scoring/preview', { body: { scoring: heavy } });
    expect(body.items[0]).toMatchObject({ driver: 'p-1', before: before.score, rank_before: 2, rank_after: 3 });
    expect(body.items[0].change).toBeCloseTo(body.items[0].after - body.items[0].before, 1);
    expect(body.items[0].change).toBeLessThan(-10);
    expect(body.items.find(({ driver }: { driver: string }) => driver === 'p-3').change).toBe(0);
    expect(await card('p-1')).toEqual(before);
  });

  test('hold from their day on, by version; earlier periods keep theirs, and any can be asked for', async () => {
    const before = await card('p-1');
    const put = await api.ask('PUT', '/v1/scoring', { body: { scoring: heavy, note: 'after the accident' } });
    expect(put.body).toMatchObject({ version: 1, valid_from: today(), note: 'after the accident', by: expect.any(String) });
    expect(put.body.history.map(({ version }: { version: number }) => version)).toEqual([1, 0]);
    const after = await card('p-1');
    expect(after.version.scoring).toBe(1);
    expect(after.score).toBeLessThan(before.score - 10);
    expect((await card('p-1', `to=${daysAgo(1)}`)).score).toBe(before.score);
    expect((await card('p-1', 'scoring=0')).score).toBe(before.score);
    expect((await api.ask('GET', '/v1/drivers/p-1/scorecard?scoring=7')).status).toBe(404);
  });

  test('that make no sense are refused by name, and limited managers do not set them', async () => {
    const refused = await api.ask('PUT', '/v1/scoring', { body: { scoring: { parts: { braking: { points: -1 } } } } });
    expect([refused.status, refused.body.field]).toEqual([400, 'scoring.parts.braking.points']);
    const none = Object.fromEntries(
      ['braking', 'acceleration', 'cornering', 'speeding', 'idling'].map(part => [part, { points: 0 }]),
    );
    expect((await api.ask('PUT', '/v1/scoring', { body: { scoring: { parts: none } } })).status).toBe(400);
    const token = await api.tokenOf('fleet_manager', ['north']);
    expect((await api.ask('PUT', '/v1/scoring', { token, body: { scoring: {} } })).status).toBe(403);
  });
});

describe('an event', () => {
  const contest = (id: string, who: object = {}) =>
    api.ask('POST', `/v1/alerts/${id}/contest`, { body: { reason: 'a child ran out' }, ...who });

  test('is contested by its driver, and gone from the score once a manager voids it', async () => {
    const own = await loggedIn('p-1');
    const before = await card('p-1');
    const { body } = await contest('b-2', own);
    expect(body).toMatchObject({ status: 'open', contest: { status: 'open', reason: 'a child ran out' } });
    expect((await contest('b-2', own)).status).toBe(409);
    api.database.rows.alerts.set('b-2', body);
    expect((await get('/v1/alerts?contested=true')).items.map(({ id }: Alert) => id)).toEqual(['b-2']);
    const voided = await api.ask('POST', '/v1/alerts/b-2/void', { body: { note: 'seen on camera' } });
    expect(voided.body.status).toBe('void');
    api.database.rows.alerts.set('b-2', voided.body);
    const after = await card('p-1');
    expect(after.counts).toEqual({ harsh_braking: 1 });
    expect(after.score).toBeGreaterThan(before.score);
    expect(after.lost_points[0].alerts).toEqual(['b-1']);
    expect(api.registry.facts.filter(({ type }) => type === 'alert_handled')).toMatchObject([
      { action: 'contested', note: 'a child ran out' },
      { action: 'void', note: 'seen on camera' },
    ]);
  });

  test('stands where a manager rejects that, and a driver asks once', async () => {
    const own = await loggedIn('p-1');
    await contest('b-1', own);
    const { body } = await api.ask('POST', '/v1/alerts/b-1/contest/reject', { body: { note: 'the road was empty' } });
    expect(body).toMatchObject({
      status: 'open',
      contest: { status: 'rejected', answer: 'the road was empty', decided_by: 'admin' },
    });
    expect((await contest('b-1', own)).status).toBe(409);
    expect((await api.ask('POST', '/v1/alerts/b-1/contest/reject', { body: {} })).status).toBe(409);
    // A coach who knows more may ask again for them.
    expect((await contest('b-1', { token: await api.tokenOf('coach') })).status).toBe(200);
  });

  test('is nobody else’s to contest', async () => {
    expect((await contest('s-1', await loggedIn('p-1'))).status).toBe(404);
    expect((await contest('b-1', { token: await api.tokenOf('coach', ['south']) })).status).toBe(404);
    expect((await contest('b-1', { token: await api.tokenOf('viewer') })).status).toBe(403);
    expect((await api.ask('POST', '/v1/alerts/b-1/contest', { body: {} })).body.field).toBe('reason');
  });
});

describe('coaching notes', () => {
  test('are written, changed and taken back by their writer alone', async () => {
    const [ann, bob] = [await api.tokenOf('coach'), await api.tokenOf('fleet_manager')];
    const made = await api.ask('POST', '/v1/drivers/p-1/notes', {
      ...{ token: ann, body: { note: 'Talked about gaps.', topic: 'braking', follow_up: '2026-12-24' } },
    });
    expect([made.status, made.body]).toMatchObject([201, { topic: 'braking', follow_up: '2026-12-24', done: false, own: true }]);
    const at = `/v1/drivers/p-1/notes/${made.body.id}`;
    expect((await api.ask('PATCH', at, { token: bob, body: { done: true } })).status).toBe(403);
    expect((await api.ask('PATCH', at, { token: ann, body: { done: true } })).body).toMatchObject({
      done: true,
      topic: 'braking',
    });
    expect((await get('/v1/drivers/p-1/notes', bob)).items).toMatchObject([{ own: false, note: 'Talked about gaps.' }]);
    expect((await api.ask('PATCH', at.replace('p-1', 'p-2'), { token: ann, body: {} })).status).toBe(404);
    expect((await api.ask('POST', '/v1/drivers/p-1/notes', { body: { note: 'x', follow_up: '2026-02-30' } })).body.field).toBe(
      'follow_up',
    );
    expect((await api.ask('DELETE', at, { token: bob })).status).toBe(403);
    expect((await api.ask('DELETE', at, { token: ann })).status).toBe(204);
    expect((await get('/v1/drivers/p-1/notes')).items).toEqual([]);
    // The words are about a person: the audit has that it was done.
    expect(JSON.stringify(api.database.rows.audit)).not.toContain('gaps');
    expect(api.database.rows.audit[0]).toMatchObject({ action: 'DELETE /drivers/{id}/notes/{note}' });
  });

  test('say whether their topic improved, where there is driving enough to tell', async () => {
    await api.ask('POST', '/v1/drivers/p-1/notes', { body: { note: 'Gaps.', topic: 'braking' } });
    for (let n = 2; n < 12; n++) {
      api.database.rows.days.push(aDay('p-1', daysAgo(n)));
      event(`old-${n}`, 'p-1', daysAgo(n), { suppressed: 4 });
    }
    const [young] = (await get('/v1/drivers/p-1/coaching')).items;
    expect(young).toMatchObject({ topic: 'braking', verdict: 'not_enough_driving', before: { count: 53 } });
    api.time.ahead += 15 * DAY;
    for (let n = 1; n < 12; n++) api.database.rows.days.push(aDay('p-1', daysAgo(n)));
    const [later] = (await get('/v1/drivers/p-1/coaching')).items;
    expect(later).toMatchObject({ verdict: 'improved', after: { count: 0 }, before: { rate: expect.closeTo(53 / 22, 2) } });
    expect(later.ratio.high).toBeLessThan(1);
  });

  test('are not the driver’s to read, nor those of a foreign group', async () => {
    expect((await api.ask('GET', '/v1/drivers/p-1/notes', await loggedIn('p-1'))).status).toBe(403);
    expect((await api.ask('GET', '/v1/drivers/p-1/notes', { token: await api.tokenOf('coach', ['south']) })).status).toBe(404);
  });
});

describe('a driver', () => {
  test('sees their own score, rank, events and data, and nothing of others', async () => {
    const own = await loggedIn('p-1');
    const status = async (path: string) => (await api.ask('GET', path, own)).status;
    const { body } = await api.ask('GET', '/v1/scorecards', own);
    expect(body.items).toMatchObject([{ driver: 'p-1', rank: 1, ranked_among: { group: 'north', drivers: 2 } }]);
    expect(await status('/v1/drivers/p-1/events')).toBe(200);
    expect(await status('/v1/drivers/p-1/export')).toBe(200);
    for (const path of ['scorecard', 'events', 'export'])
      expect([path, await status(`/v1/drivers/p-2/${path}`)]).toEqual([path, 403]);
    for (const path of ['/v1/reports/fleet', '/v1/scoring', '/v1/alerts', '/v1/drivers'])
      expect([path, await status(path)]).toEqual([path, 403]);
  });
});

describe('the export of a driver', () => {
  test('is everything that is held about them, and is audited', async () => {
    await loggedIn('p-1');
    await api.ask('POST', '/v1/drivers/p-1/notes', { body: { note: 'Gaps.' } });
    await api.ask('POST', '/v1/drivers/p-1/assignments', { body: { vehicle: 'v-1', from: '2026-01-01T00:00:00Z' } });
    const { body, headers } = await api.ask('GET', '/v1/drivers/p-1/export');
    expect(headers.get('content-disposition')).toBe('attachment; filename=driver-p-1.json');
    expect(body).toMatchObject({
      driver: { id: 'p-1', name: '=Anna "A" <Ash>' },
      log_ins: [{ user: 'p-1', role: 'driver' }],
      assignments: [{ vehicle: 'v-1', to: null }],
      notes: [{ note: 'Gaps.', by: expect.any(String) }],
      days: [{ distance: 200 }],
      trips: [],
    });
    expect(body.alerts.map(({ id }: Alert) => id).sort()).toEqual(['b-1', 'b-2']);
    expect(JSON.stringify(body)).not.toMatch(/password|p-2/);
    expect(api.database.rows.audit[0]).toMatchObject({ action: 'GET /drivers/{id}/export', subject: 'p-1' });
  });
});

describe('a fleet report', () => {
  const report = (query: string) => api.ask('GET', `/v1/reports/fleet?${query}`);

  test('tells exposure, rates, trend, benchmark and drivers', async () => {
    api.database.rows.days.push(aDay('p-1', daysAgo(30), { distance: 1_000 }));
    const { body } = await report('');
    expect(body).toMatchObject({
      exposure: { drivers: 3, distance_km: 600, trips: 6 },
      exposure_before: { drivers: 1, distance_km: 1_000 },
      best: ['Cem'],
      groups: [
        { group: 'south', drivers: 1, events_per_100km: 0 },
        { group: 'north', drivers: 2, events_per_100km: 1 },
      ],
    });
    expect(body.rates.find(({ kind }: { kind: string }) => kind === 'harsh_braking')).toMatchObject({
      count: 3,
      rate: 0.5,
      before: 0,
    });
    expect(body.drivers.map(({ driver }: { driver: string }) => driver)).toContain('=Anna "A" <Ash>');
    expect(body.trend.at(-1).distance_km + (body.trend.at(-2)?.distance_km ?? 0)).toBe(600);
    expect(api.database.rows.audit[0]).toMatchObject({ action: 'GET /reports/fleet' });
    expect((await report('group=south')).body.drivers).toHaveLength(1);
  });

  test('is a page that runs nothing and shows text as text', async () => {
    const { body, headers } = await report('format=html');
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body).toContain('=Anna &quot;A&quot; &lt;Ash&gt;');
    expect(body).not.toMatch(/<script|<Ash|undefined|NaN/);
  });

  test('is a table that no spreadsheet runs', async () => {
    const { body, headers } = await report('format=csv');
    expect(headers.get('content-disposition')).toContain(`fleet-report-${daysAgo(27)}-${today()}.csv`);
    const lines = body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines.find((line: string) => line.includes('Anna'))).toMatch(/^"'=Anna ""A"" <Ash>",north,/);
    expect(new Set(lines.map((line: string) => line.replaceAll(/"[^"]*"/g, '').split(',').length)).size).toBe(1);
  });

  test('names nobody where pseudonyms are asked for, the same each time, others in another report', async () => {
    const called = async (query: string) =>
      (await report(`pseudonyms=true&${query}`)).body.drivers.map(({ driver }: { driver: string }) => driver);
    const names = await called('');
    expect([...names].sort()).toEqual(['Driver 01', 'Driver 02', 'Driver 03']);
    expect(await called('')).toEqual(names);
    for (const format of ['json', 'csv', 'html']) {
      const { body } = await report(`pseudonyms=true&format=${format}`);
      expect(typeof body === 'string' ? body : JSON.stringify(body)).not.toMatch(/Anna|\bBen\b|Cem|p-\d/);
    }
    const others = await Promise.all([1, 2, 3, 4, 5, 6].map(n => called(`from=${daysAgo(20 + n)}`)));
    expect(others.some(other => String(other) !== String(names))).toBe(true);
  });

  test('is for who sees groups of those groups only', async () => {
    const { body } = await api.ask('GET', '/v1/reports/fleet', { token: await api.tokenOf('coach', ['south']) });
    expect(body.drivers).toEqual([]);
    const north = await api.ask('GET', '/v1/reports/fleet', { token: await api.tokenOf('fleet_manager', ['north']) });
    expect(north.body.drivers.map(({ driver }: { driver: string }) => driver)).toEqual(['=Anna "A" <Ash>', 'Ben']);
    expect((await api.ask('GET', '/v1/reports/fleet', { token: await api.tokenOf('viewer') })).status).toBe(403);
  });
});
