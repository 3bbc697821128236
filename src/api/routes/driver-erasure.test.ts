// Proves: who is forgotten leaves nothing behind that people wrote of them: no name, no coaching note, no words on their alerts, none in the audit
// trail, and no log-in that goes on; alerts of others keep theirs, and what was done and when stays.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { anAlert } from '../testing/fake-streams.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
  await api.ask('POST', '/v1/vehicles', { body: { id: 'v-1' } });
  for (const id of ['ann', 'bob']) await api.ask('POST', '/v1/drivers', { body: { id, name: `${id} Smith` } });
  for (const [id, driver] of [
    ['a-1', 'ann'],
    ['a-2', 'ann'],
    ['b-1', 'bob'],
  ] as const) {
    const alert = anAlert(id, 'v-1', { driver });
    api.alerts.put(alert);
    api.database.rows.alerts.set(id, alert);
  }
});
afterEach(() => api.close());

test('words go with the driver', async () => {
  await api.ask('POST', '/v1/users', { body: { user: 'ann', password: 'correct horse', role: 'driver', driver: 'ann' } });
  const login = await api.ask('POST', '/v1/session', { token: null, body: { user: 'ann', password: 'correct horse' } });
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  await api.ask('POST', '/v1/alerts/a-1/contest', { body: { reason: 'SECRET road' } });
  await api.ask('POST', '/v1/alerts/a-1/contest/reject', { body: { note: 'SECRET answer' } });
  await api.ask('POST', '/v1/alerts/a-2/acknowledge', { body: { note: 'SECRET note' } });
  await api.ask('POST', '/v1/alerts/b-1/acknowledge', { body: { note: 'of bob' } });
  await api.ask('POST', '/v1/drivers/ann/notes', { body: { note: 'SECRET talk' } });
  for (const id of ['a-1', 'a-2', 'b-1']) api.database.rows.alerts.set(id, (await api.alerts.alert(id))!);
  expect((await api.ask('GET', '/v1/alerts/a-1')).body.contest.reason).toBe('SECRET road');

  expect((await api.ask('DELETE', '/v1/drivers/ann')).status).toBe(204);
  const left = await Promise.all(
    ['/v1/alerts/a-1', '/v1/alerts/a-2', '/v1/audit?limit=1000', '/v1/drivers', '/v1/drivers/ann/notes', '/v1/users'].map(
      async path => JSON.stringify((await api.ask('GET', path)).body),
    ),
  );
  for (const text of left) expect(text).not.toMatch(/SECRET|ann Smith/);
  expect((await api.ask('GET', '/v1/alerts/a-1')).body).toMatchObject({
    contest: { status: 'rejected', reason: '' },
    notes: [
      { action: 'contested', note: '' },
      { action: 'contest_rejected', note: '' },
    ],
  });
  expect((await api.ask('GET', '/v1/alerts/a-2')).body).toMatchObject({ status: 'acknowledged', notes: [{ note: '' }] });
  expect((await api.ask('GET', '/v1/alerts/b-1')).body).toMatchObject({ notes: [{ note: 'of bob' }] });
  expect((await api.ask('GET', '/v1/session', { token: null, headers: { cookie } })).status).toBe(401);
});
