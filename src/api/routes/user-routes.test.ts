// Proves: who is shut out, removed or given other rights is out at once, everywhere and with the tokens they made; the last administrator stays;
// an administrator of some groups reaches no further than those; all of it is in the audit trail, and no password is.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const PASSWORD = 'correct horse';
const ours = { 'x-requested-with': 'telltale' };

const user = async (name: string, more: object = {}): Promise<string> =>
  (await api.ask('POST', '/v1/users', { body: { user: name, password: PASSWORD, role: 'admin', ...more } })).body.id;
const login = async (name: string, password = PASSWORD) => {
  const answer = await api.ask('POST', '/v1/session', { token: null, body: { user: name, password } });
  return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
};
const as = (cookie: string) => (method: string, path: string, body?: unknown) =>
  api.ask(method, path, { token: null, headers: { cookie, ...ours }, body });
const token = async (ask: ReturnType<typeof as>, body: object = { name: 't', role: 'viewer' }): Promise<string> =>
  (await ask('POST', '/v1/tokens', body)).body.token;
const works = async (secret: string): Promise<boolean> => (await api.ask('GET', '/v1/session', { token: secret })).status === 200;
/** A websocket of a session, and when it closes. */
const socketOf = (cookie: string): Promise<{ closed: Promise<number> }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${api.port}/ws`, {
      headers: { cookie, origin: `http://127.0.0.1:${api.port}` },
    });
    const closed = new Promise<number>(done => socket.on('close', done));
    socket.on('open', () => resolve({ closed })).on('error', reject);
  });

describe.each<[string, (id: string) => ReturnType<TestApi['ask']>]>([
  ['disabled', id => api.ask('PATCH', `/v1/users/${id}`, { body: { disabled: true } })],
  ['removed', id => api.ask('DELETE', `/v1/users/${id}`)],
  ['made a viewer', id => api.ask('PATCH', `/v1/users/${id}`, { body: { role: 'viewer' } })],
  ['limited to a group', id => api.ask('PATCH', `/v1/users/${id}`, { body: { groups: ['north'] } })],
])('an administrator who is %s', (how, change) => {
  test('is logged out at once, on every connection, and the tokens they made are gone', async () => {
    const [mo] = [await user('mo'), await user('ada')];
    const { cookie } = await login('mo');
    const ada = as((await login('ada')).cookie);
    const asMo = as(cookie);
    const direct = await token(asMo);
    // One that a token of theirs made goes too.
    const ofToken = (
      await api.ask('POST', '/v1/tokens', {
        token: await token(asMo, { name: 'a', role: 'admin' }),
        body: { name: 'b', role: 'admin' },
      })
    ).body.token;
    const others = await token(ada);
    const socket = await socketOf(cookie);
    expect([await works(direct), await works(ofToken), await works(others)]).toEqual([true, true, true]);

    expect((await change(mo)).status).toBe(how === 'removed' ? 204 : 200);
    expect((await asMo('GET', '/v1/session')).status).toBe(401);
    expect([await works(direct), await works(ofToken), await works(others)]).toEqual([false, false, true]);
    expect(await socket.closed).toBe(4401);
    expect((await login('mo')).status).toBe(how === 'disabled' || how === 'removed' ? 401 : 201);
    const { items } = (await api.ask('GET', '/v1/audit')).body;
    expect(
      items.some((entry: { action: string; subject: string }) => entry.action.endsWith('/users/{id}') && entry.subject === mo),
    ).toBe(true);
  });
});

test('a new password ends the sessions and leaves the tokens; a disabled user may come back', async () => {
  const mo = await user('mo');
  const { cookie } = await login('mo');
  const script = await token(as(cookie));
  expect((await api.ask('PATCH', `/v1/users/${mo}`, { body: { password: 'battery staple' } })).status).toBe(200);
  expect((await as(cookie)('GET', '/v1/session')).status).toBe(401);
  expect([(await login('mo')).status, (await login('mo', 'battery staple')).status]).toEqual([401, 201]);
  expect(await works(script)).toBe(true);
  await user('ada');
  expect((await api.ask('PATCH', `/v1/users/${mo}`, { body: { disabled: true } })).body).toMatchObject({ disabled: true });
  expect((await login('mo', 'battery staple')).status).toBe(401);
  await api.ask('PATCH', `/v1/users/${mo}`, { body: { disabled: false } });
  expect((await login('mo', 'battery staple')).status).toBe(201);
  expect(JSON.stringify(api.database.rows.audit)).not.toMatch(/battery staple|correct horse/);
});

test('people change their own password, with the old one, and only their other sessions end', async () => {
  await user('mo', { role: 'viewer' });
  const [here, there] = [await login('mo'), await login('mo')];
  const asMo = as(here.cookie);
  const body = { password: PASSWORD, new_password: 'battery staple' };
  expect((await asMo('PUT', '/v1/session/password', { ...body, password: 'wrong' })).body).toMatchObject({
    status: 422,
    errors: [{ field: 'password' }],
  });
  expect((await asMo('PUT', '/v1/session/password', body)).status).toBe(204);
  expect((await asMo('GET', '/v1/session')).status).toBe(200);
  expect((await as(there.cookie)('GET', '/v1/session')).status).toBe(401);
  expect([(await login('mo')).status, (await login('mo', 'battery staple')).status]).toEqual([401, 201]);
  expect((await api.ask('PUT', '/v1/session/password', { body })).status).toBe(403);
  for (let n = 0; n < 6; n++) await asMo('PUT', '/v1/session/password', { ...body, password: `wrong ${n}` });
  expect((await asMo('PUT', '/v1/session/password', { ...body, password: 'battery staple' })).status).toBe(429);
  expect(JSON.stringify(api.database.rows.audit)).not.toMatch(/battery staple|correct horse/);
});

describe('the last administrator', () => {
  test('is neither removed, disabled, limited nor made something else', async () => {
    const [mo, ada] = [await user('mo'), await user('ada')];
    await user('north', { groups: ['north'] });
    expect((await api.ask('DELETE', `/v1/users/${ada}`)).status).toBe(204);
    const refused = { status: 409, code: 'last_administrator' };
    expect((await api.ask('DELETE', `/v1/users/${mo}`)).body).toMatchObject(refused);
    for (const body of [{ disabled: true }, { role: 'coach' }, { groups: ['north'] }])
      expect((await api.ask('PATCH', `/v1/users/${mo}`, { body })).body).toMatchObject(refused);
    expect((await api.ask('PATCH', `/v1/users/${mo}`, { body: { password: 'battery staple' } })).status).toBe(200);
    expect((await api.ask('GET', `/v1/users/${mo}`)).body).toMatchObject({ role: 'admin', groups: [], disabled: false });
  });

  test('stays when two remove each other at once', async () => {
    const ids = [await user('mo'), await user('ada')];
    const statuses = (await Promise.all(ids.map(id => api.ask('DELETE', `/v1/users/${id}`)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, 409]);
  });
});

test('an administrator of a group changes users of that group only, and gives no more than their own', async () => {
  const [everywhere, south, north] = [
    await user('mo'),
    await user('south', { groups: ['south'] }),
    await user('north', { role: 'viewer', groups: ['north'] }),
  ];
  const limited = await api.tokenOf('admin', ['north']);
  const patch = (id: string, body: object) => api.ask('PATCH', `/v1/users/${id}`, { token: limited, body });
  for (const id of [everywhere, south, 'nobody']) {
    const { status, body } = await patch(id, { disabled: true });
    expect([status, body.detail]).toEqual([404, `There is no user '${id}'.`]);
    expect((await api.ask('DELETE', `/v1/users/${id}`, { token: limited })).status).toBe(404);
    expect((await api.ask('GET', `/v1/users/${id}`, { token: limited })).status).toBe(404);
  }
  expect((await patch(north, { groups: [] })).status).toBe(403);
  expect((await patch(north, { groups: ['north', 'south'] })).status).toBe(403);
  expect((await patch(north, { role: 'driver' })).body).toMatchObject({ status: 422, errors: [{ field: 'driver' }] });
  expect((await patch(north, { role: 'coach' })).body).toMatchObject({ role: 'coach', groups: ['north'] });
});

describe('a driver', () => {
  beforeEach(async () => {
    for (const [id, group] of [
      ['d-north', 'north'],
      ['d-south', 'south'],
    ])
      await api.ask('POST', '/v1/drivers', { body: { id, name: 'A Name', group } });
  });
  const ownScore = (secret: string, driver: string) => api.ask('GET', `/v1/drivers/${driver}/scorecard`, { token: secret });

  test('has a token that shows their own score and nobody else, and goes with them', async () => {
    for (const body of [
      { name: 'phone', role: 'driver', driver: 'd-north' },
      { name: 'd-north', role: 'driver' },
    ]) {
      const secret = (await api.ask('POST', '/v1/tokens', { body })).body.token;
      expect((await ownScore(secret, 'd-north')).status).toBe(200);
      expect((await ownScore(secret, 'd-south')).status).toBe(403);
      expect(JSON.stringify((await api.ask('GET', '/v1/tokens')).body)).toContain('"driver":"d-north"');
      await api.ask('DELETE', '/v1/drivers/d-north');
      expect((await ownScore(secret, 'd-north')).status).toBe(401);
      await api.ask('POST', '/v1/drivers', { body: { id: 'd-north', name: 'A Name', group: 'north' } });
    }
  });

  test('is who a user with that role is by name, unless it is said', async () => {
    await user('d-south', { role: 'driver' });
    const { cookie } = await login('d-south');
    expect((await as(cookie)('GET', '/v1/session')).body.driver).toBe('d-south');
    expect((await as(cookie)('GET', '/v1/drivers/d-south/scorecard')).status).toBe(200);
    const nameless = { user: 'no id', password: PASSWORD, role: 'driver' };
    expect((await api.ask('POST', '/v1/users', { body: nameless })).body).toMatchObject({ status: 422, field: 'driver' });
  });

  test('of another group is nobody that an administrator of a group can give a log-in of', async () => {
    const limited = { token: await api.tokenOf('admin', ['north']) };
    const groups = { groups: ['north'], role: 'driver' };
    const asked = [
      api.ask('POST', '/v1/tokens', { ...limited, body: { ...groups, name: 't', driver: 'd-south' } }),
      api.ask('POST', '/v1/users', { ...limited, body: { ...groups, user: 'x', password: PASSWORD, driver: 'd-south' } }),
      api.ask('POST', '/v1/tokens', { ...limited, body: { ...groups, name: 't', driver: 'nobody' } }),
    ];
    for (const { status, body } of await Promise.all(asked)) expect([status, body.field]).toEqual([422, 'driver']);
    const id = await user('y', { ...groups, driver: 'd-north' });
    const patched = await api.ask('PATCH', `/v1/users/${id}`, { ...limited, body: { driver: 'd-south' } });
    expect([patched.status, patched.body.field]).toEqual([422, 'driver']);
  });
});
