// Proves: webhooks are set up, changed and removed by managers within their groups; secrets are told once and nowhere else.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { anAlert } from '../testing/fake-streams.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const url = 'https://receiver.example/hooks/key-in-the-path';

test('the secret is in the answer to the creation, and neither in lists nor in the audit trail', async () => {
  const made = await api.ask('POST', '/v1/webhooks', { body: { url, kinds: ['tow'], min_severity: 'warning' } });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ url, kinds: ['tow'], groups: [], enabled: true, failures: 0 });
  expect(made.body.secret).toMatch(/^whsec_.{40,}/);
  const others = [
    await api.ask('GET', '/v1/webhooks'),
    await api.ask('GET', `/v1/webhooks/${made.body.id}`),
    await api.ask('PATCH', `/v1/webhooks/${made.body.id}`, { body: { enabled: false } }),
  ];
  expect(others[2]!.body).toMatchObject({ enabled: false, kinds: ['tow'] });
  for (const { body } of others) expect(JSON.stringify(body)).not.toContain(made.body.secret);
  const rotated = await api.ask('POST', `/v1/webhooks/${made.body.id}/rotate`);
  expect(rotated.body.secret).not.toBe(made.body.secret);
  expect(api.webhooks.webhook(made.body.id)).toMatchObject({ secret: rotated.body.secret, old_secret: made.body.secret });
  const audit = JSON.stringify((await api.ask('GET', '/v1/audit')).body);
  expect(audit).toContain('POST /webhooks');
  for (const word of [made.body.secret, rotated.body.secret, 'key-in-the-path']) expect(audit).not.toContain(word);
  expect((await api.ask('DELETE', `/v1/webhooks/${made.body.id}`)).status).toBe(204);
  expect((await api.ask('GET', `/v1/webhooks/${made.body.id}`)).status).toBe(404);
});

test('a manager of some groups sees and makes webhooks of those groups only', async () => {
  const north = await api.tokenOf('fleet_manager', ['north']);
  const everybodys = await api.ask('POST', '/v1/webhooks', { body: { id: 'all', url } });
  expect(everybodys.status).toBe(201);
  expect((await api.ask('POST', '/v1/webhooks', { token: north, body: { url } })).status).toBe(403);
  expect((await api.ask('POST', '/v1/webhooks', { token: north, body: { url, groups: ['north', 'south'] } })).status).toBe(403);
  expect((await api.ask('POST', '/v1/webhooks', { token: north, body: { id: 'n', url, groups: ['north'] } })).status).toBe(201);
  expect((await api.ask('PATCH', '/v1/webhooks/n', { token: north, body: { groups: [] } })).status).toBe(403);
  expect((await api.ask('GET', '/v1/webhooks', { token: north })).body.items.map(({ id }: { id: string }) => id)).toEqual(['n']);
  for (const [method, path] of [
    ['GET', '/v1/webhooks/all'],
    ['DELETE', '/v1/webhooks/all'],
    ['POST', '/v1/webhooks/all/test'],
    ['POST', '/v1/webhooks/all/rotate'],
    ['GET', '/v1/webhooks/all/dead-letters'],
    ['POST', '/v1/webhooks/all/resend'],
  ] as const)
    expect([path, (await api.ask(method, path, { token: north })).status]).toEqual([path, 404]);
});

test('what cannot be meant is refused by field', async () => {
  expect((await api.ask('POST', '/v1/webhooks', { body: {} })).body).toMatchObject({ status: 400, field: 'url' });
  expect((await api.ask('POST', '/v1/webhooks', { body: { url: 'ftp://x' } })).body).toMatchObject({ status: 422, field: 'url' });
  const kinds = await api.ask('POST', '/v1/webhooks', { body: { url, kinds: ['no_such'] } });
  expect(kinds.body).toMatchObject({ status: 400, field: 'kinds[0]' });
  const short = await api.ask('POST', '/v1/webhooks', { body: { url, secret: 'short' } });
  expect(short.body).toMatchObject({ status: 400, field: 'secret' });
});

test('dead letters are listed page by page, sent again and thrown away', async () => {
  await api.ask('POST', '/v1/webhooks', { body: { id: 'w', url } });
  api.webhooks.letters = [1, 2, 3].map(cursor => ({
    id: `d${cursor}`,
    entry: { cursor, change: 'raised', alert: anAlert(`x${cursor}`, 'v') },
    attempts: 10,
    failed_at: 0,
    status: 500,
    reason: 'status',
    detail: 'answered 500',
  }));
  const first = await api.ask('GET', '/v1/webhooks/w/dead-letters?limit=2');
  expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(['d1', 'd2']);
  expect(first.body.items[0]).toMatchObject({ attempts: 10, alert: { id: 'x1' }, status: 500 });
  const second = await api.ask('GET', `/v1/webhooks/w/dead-letters?limit=2&cursor=${first.body.next}`);
  expect(second.body).toMatchObject({ items: [{ id: 'd3' }], next: null });
  expect((await api.ask('DELETE', '/v1/webhooks/w/dead-letters/d1')).status).toBe(204);
  api.webhooks.answer = { ok: false, status: 502, reason: 'status', detail: 'answered 502' };
  expect((await api.ask('POST', '/v1/webhooks/w/dead-letters/d2/resend')).body).toMatchObject({ delivered: false, status: 502 });
  expect((await api.ask('POST', '/v1/webhooks/w/resend')).body).toEqual({ delivered: 0, failed: 1 });
  api.webhooks.answer = { ok: true, status: 200 };
  expect((await api.ask('POST', '/v1/webhooks/w/resend')).body).toEqual({ delivered: 2, failed: 0 });
  expect((await api.ask('GET', '/v1/webhooks/w/dead-letters')).body.items).toEqual([]);
  expect((await api.ask('POST', '/v1/webhooks/w/dead-letters/d2/resend')).status).toBe(404);
  expect((await api.ask('POST', '/v1/webhooks/w/test')).body).toMatchObject({ delivered: true, status: 200 });
});
