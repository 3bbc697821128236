// Proves: policies are checked where they are made, by field, and stay within the groups of who makes them; addresses of people go
// neither into the audit trail nor to others.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi({ mailConfigured: true });
});
afterEach(() => api.close());

const policy = { name: 'Night', to: [{ email: 'night@example.com' }] };
const make = (body: object, token?: string) => api.ask('POST', '/v1/notification-policies', { body, ...(token && { token }) });

test('what is left out has the documented default; what is replaced is replaced', async () => {
  const made = await make({ ...policy, id: 'p' });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    ...{
      enabled: true,
      min_severity: 'warning',
      urgent: 'critical',
      late: false,
      quiet_hours: null,
      digest: null,
      escalate: null,
    },
    storm: { more_than: 20, within_min: 10 },
  });
  const put = await api.ask('PUT', '/v1/notification-policies/p', { body: { ...policy, digest: { daily_at: '07:00' } } });
  expect(put.body).toMatchObject({ id: 'p', digest: { daily_at: '07:00', zone: null }, created_at: made.body.created_at });
  expect((await api.ask('POST', '/v1/notification-policies/p/test')).body.items).toMatchObject([
    { outcome: { delivered: true } },
  ]);
  expect(JSON.stringify((await api.ask('GET', '/v1/audit')).body)).not.toContain('night@example.com');
  expect((await api.ask('DELETE', '/v1/notification-policies/p')).status).toBe(204);
  expect((await api.ask('GET', '/v1/notification-policies/p')).status).toBe(404);
});

test.each([
  [{ ...policy, to: [] }, 400, 'to'],
  [{ ...policy, to: [{ email: 'no address' }] }, 400, /^to\[0\]/],
  [{ ...policy, to: [{ webhook: 'none' }] }, 422, 'to[0].webhook'],
  [{ ...policy, quiet_hours: { from: '25:00', to: '06:00' } }, 400, 'quiet_hours.from'],
  [{ ...policy, quiet_hours: { from: '22:00', to: '06:00', zone: 'Mars/Base' } }, 400, 'quiet_hours.zone'],
  [{ ...policy, quite_hours: null }, 400, 'quite_hours'],
  [{ ...policy, storm: { more_than: 0, within_min: 10 } }, 400, 'storm.more_than'],
  [{ ...policy, escalate: { after_min: 5, to: [{ mqtt: 'x' }, { webhook: 'none' }] } }, 422, 'escalate.to[1].webhook'],
])('%j is refused', async (body, status, field) => {
  const answer = await make(body);
  expect(answer.status).toBe(status);
  expect(answer.body.field).toEqual(typeof field === 'string' ? field : expect.stringMatching(field));
});

test('without a mail server an address is refused by name', async () => {
  const other = await startTestApi();
  const answer = await other.ask('POST', '/v1/notification-policies', { body: policy });
  expect(answer.body).toMatchObject({ status: 422, field: 'to[0].email' });
  expect(answer.body.detail).toContain('TELLTALE_SMTP_URL');
  await other.close();
});

test('a manager of some groups makes and sees policies of those, with recipients that are theirs', async () => {
  const north = await api.tokenOf('fleet_manager', ['north']);
  await api.ask('POST', '/v1/webhooks', { body: { id: 'all', url: 'https://x.example/' } });
  await make({ ...policy, id: 'all' });
  expect((await make(policy, north)).status).toBe(403);
  expect((await make({ ...policy, groups: ['south'] }, north)).status).toBe(403);
  expect((await make({ ...policy, groups: ['north'], to: [{ webhook: 'all' }] }, north)).status).toBe(422);
  expect((await make({ ...policy, groups: ['north'], to: [{ mqtt: 'south' }] }, north)).status).toBe(422);
  expect((await make({ ...policy, id: 'n', groups: ['north'] }, north)).status).toBe(201);
  const list = await api.ask('GET', '/v1/notification-policies', { token: north });
  expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual(['n']);
  for (const [method, path] of [
    ['GET', '/v1/notification-policies/all'],
    ['DELETE', '/v1/notification-policies/all'],
    ['POST', '/v1/notification-policies/all/test'],
    ['GET', '/v1/notifications?policy=all'],
  ] as const)
    expect([path, (await api.ask(method, path, { token: north })).status]).toEqual([path, 404]);
  const sent = (id: string, by: string) =>
    ({
      ...{ id, policy: by, kind: 'alerts', to: { email: 'a@b.example' }, made_at: 0, settled_at: 0, status: 'sent', attempts: 1 },
      ...{ detail: null, subject: 's', text: 't', alerts: [], count: 1 },
    }) as (typeof api.notifications.records)[number];
  api.notifications.records = [sent('1', 'all'), sent('2', 'n'), sent('3', 'gone')];
  const ids = async (token?: string) =>
    (await api.ask('GET', '/v1/notifications', token ? { token } : {})).body.items.map(({ id }: { id: string }) => id);
  expect(await ids(north)).toEqual(['2']);
  expect(await ids()).toEqual(['1', '2', '3']);
  // A page that comes out short would tell how many others there are.
  api.notifications.records = [sent('1', 'all'), sent('2', 'n'), sent('3', 'gone'), sent('4', 'n'), sent('5', 'all')];
  const first = (await api.ask('GET', '/v1/notifications?limit=1', { token: north })).body;
  const second = (await api.ask('GET', `/v1/notifications?limit=1&cursor=${first.next}`, { token: north })).body;
  expect([first, second].map(({ items }) => items.map(({ id }: { id: string }) => id))).toEqual([['2'], ['4']]);
  expect(second.next).toBeNull();
});
