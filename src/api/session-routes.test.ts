// Proves: people log in by password or token, stay who they are while SQL is away, and nobody guesses or rides on a cookie.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const login = async (body: object) => {
  const answer = await api.ask('POST', '/v1/session', { token: null, body });
  return { ...answer, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
};
const withCookie = (cookie: string, more: Record<string, string> = {}) => ({ token: null, headers: { cookie, ...more } });
const ours = { 'x-requested-with': 'telltale' };

describe('by password', () => {
  beforeEach(() =>
    api.ask('POST', '/v1/users', { body: { user: 'mo', password: 'correct horse', role: 'viewer', groups: ['north'] } }),
  );

  test('the cookie is out of reach of scripts and other sites, and says who one is', async () => {
    const { status, headers, cookie } = await login({ user: 'mo', password: 'correct horse' });
    expect(status).toBe(201);
    expect(headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    const me = await api.ask('GET', '/v1/session', withCookie(cookie));
    expect(me.body).toMatchObject({ name: 'mo', role: 'viewer', groups: ['north'], may: ['session.own', 'live.read'] });
    expect((await api.ask('DELETE', '/v1/session', withCookie(cookie, ours))).status).toBe(204);
    expect((await api.ask('GET', '/v1/session', withCookie(cookie))).status).toBe(401);
  });

  test('a wrong password and an unknown user are told alike, and guessing is slowed', async () => {
    const wrong = await login({ user: 'mo', password: 'wrong' });
    const unknown = await login({ user: 'nobody', password: 'wrong' });
    expect([wrong.status, wrong.body.detail]).toEqual([unknown.status, unknown.body.detail]);
    for (let n = 0; n < 4; n++) await login({ user: 'mo', password: `wrong ${n}` });
    const slowed = await login({ user: 'mo', password: 'correct horse' });
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    api.time.ahead = 60_000;
    expect((await login({ user: 'mo', password: 'correct horse' })).status).toBe(201);
  });

  test('the password is kept as argon2id, and in no answer', async () => {
    const user = await api.database.userNamed('mo');
    expect(user?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify((await api.ask('GET', '/v1/users')).body)).not.toContain('argon2');
    expect(JSON.stringify(api.database.rows.audit)).not.toContain('correct horse');
  });
});

describe('by token', () => {
  test('a session is as good as its token, until either ends', async () => {
    const { id, token } = (await api.ask('POST', '/v1/tokens', { body: { name: 't', role: 'viewer' } })).body;
    const { cookie } = await login({ token });
    expect((await api.ask('GET', '/v1/session', withCookie(cookie))).body).toMatchObject({ role: 'viewer' });
    await api.ask('DELETE', `/v1/tokens/${id}`);
    expect((await api.ask('GET', '/v1/session', withCookie(cookie))).status).toBe(401);
  });

  test('logging out ends it; changing the cookie too; so does time', async () => {
    const { cookie } = await login({ token: ADMIN_TOKEN });
    const raised = cookie.replace(/\.(\d+)\./, (_, expiry) => `.${Number(expiry) + 1}.`);
    expect((await api.ask('GET', '/v1/session', withCookie(raised))).status).toBe(401);
    expect((await api.ask('GET', '/v1/session', withCookie(cookie))).status).toBe(200);
    await api.ask('DELETE', '/v1/session', withCookie(cookie, ours));
    expect((await api.ask('GET', '/v1/session', withCookie(cookie))).status).toBe(401);
    const later = await login({ token: ADMIN_TOKEN });
    api.time.ahead = 13 * 3_600_000;
    expect((await api.ask('GET', '/v1/session', withCookie(later.cookie))).status).toBe(401);
  });
});

test('a cookie changes nothing without proof that our own page asked', async () => {
  const { cookie } = await login({ token: ADMIN_TOKEN });
  const post = (headers: Record<string, string>) => api.ask('POST', '/v1/vehicles', { ...withCookie(cookie, headers), body: {} });
  expect((await post({})).status).toBe(403);
  expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await post(ours)).status).toBe(201);
  expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
});

describe('while SQL is away', () => {
  test('who was known stays known; what needs SQL says when to come back, the rest works', async () => {
    const known = await api.tokenOf('fleet_manager');
    const neverSeen = await api.tokenOf('viewer');
    await api.ask('GET', '/v1/vehicles', { token: known });
    api.database.away = true;
    api.time.ahead = 120_000;
    expect((await api.ask('POST', '/v1/vehicles', { token: known, body: { id: 'v-1' } })).status).toBe(201);
    expect((await api.ask('GET', '/v1/vehicles')).body.items).toHaveLength(1);
    for (const answer of [await api.ask('GET', '/v1/trips'), await api.ask('GET', '/v1/vehicles', { token: neverSeen })]) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect((await login({ token: ADMIN_TOKEN })).status).toBe(201);
    expect(api.counters.get('api_audit_queued')).toBe(2);
  });

  test('a token that ran out is out, cached or not', async () => {
    const body = { name: 't', role: 'viewer', expires_at: api.deps.clock.now() + 5_000 };
    const { token } = (await api.ask('POST', '/v1/tokens', { body })).body;
    expect((await api.ask('GET', '/v1/vehicles', { token })).status).toBe(200);
    api.time.ahead = 6_000;
    expect((await api.ask('GET', '/v1/vehicles', { token })).status).toBe(401);
  });
});

test('one credential cannot take it all', async () => {
  const small = await startTestApi({ requestsPerMinute: 3 });
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await small.ask('GET', '/v1/vehicles')).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  await small.close();
});
