// Proves: a webhook hears of each alert, signed, and of what happened while the server was dead or the receiver away; inner addresses
// are for those who allow them.
import { beforeAll, expect, test } from '@jest/globals';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { startWebhookReceiver, type WebhookReceiver } from '../harness/webhook-receiver.js';

let server: Telltale;
let rest: RestClient;
let receiver: WebhookReceiver;
const allowed = { TELLTALE_WEBHOOK_ALLOW_PRIVATE: 'true' };

beforeAll(async () => {
  server = await startTelltale({ env: allowed });
  rest = restClient(server.http, server.adminToken);
  receiver = await startWebhookReceiver();
}, 90_000);

const told = (codes: readonly string[]) => {
  const seen = new Set(receiver.calls.filter(({ body }) => body.change === 'raised').map(({ body }) => body.alert?.dtc));
  return codes.every(code => seen.has(code));
};

test('alerts arrive signed; refused ones again, under the same id; what happened around a kill −9 is not lost', async () => {
  const hook = await rest.post<{ id: string; secret: string }>('/webhooks', {
    name: 'dispatch',
    url: receiver.url,
    kinds: ['diagnostic_trouble_code'],
  });
  receiver.secret = hook.secret;
  expect(await rest.post(`/webhooks/${hook.id}/test`)).toMatchObject({ delivered: true, status: 200 });
  expect(receiver.calls[0]).toMatchObject({ genuine: true, body: { type: 'test' } });

  const device = await connectRegistered(server, 'v-hook');
  await device.publish({ ts: Date.now(), dtc: ['P0301'] });
  await waitFor('the first alert', () => told(['P0301']));

  // The receiver is broken, then the server dies with the call unanswered and another alert raised.
  receiver.status = 503;
  const before = receiver.calls.length;
  await device.publish({ ts: Date.now(), dtc: ['P0301', 'P0302'] });
  await waitFor('a refused call', () => receiver.calls.length > before);
  const { delivery } = receiver.calls.at(-1)!;
  await device.publish({ ts: Date.now(), dtc: ['P0301', 'P0302', 'P0303'] });
  await waitFor('both in the stream', async () => (await rest.get<{ waiting: number }>(`/webhooks/${hook.id}`)).waiting >= 2);
  await server.kill9();
  receiver.status = 200;
  const heard = receiver.calls.length;
  await server.restart();
  await waitFor('the rest', () => told(['P0302', 'P0303']));
  const after = receiver.calls.slice(heard);
  expect(after[0]).toMatchObject({ delivery, genuine: true, body: { alert: { dtc: 'P0302' } } });
  // In order, and each once: what was delivered before the kill is not delivered again.
  const codes = after.filter(({ body }) => body.change === 'raised').map(({ body }) => body.alert?.dtc);
  expect(codes).toEqual(['P0302', 'P0303']);
  expect(receiver.calls.every(({ genuine }) => genuine)).toBe(true);
  await waitFor('nothing waiting', async () => (await rest.get<{ waiting: number }>(`/webhooks/${hook.id}`)).waiting === 0);
  await device.close();
}, 60_000);

test('without permission an inner address is neither taken nor called', async () => {
  await server.restart({ TELLTALE_WEBHOOK_ALLOW_PRIVATE: 'false' });
  const again = restClient(server.http, server.adminToken);
  await expect(again.post('/webhooks', { name: 'inner', url: receiver.url })).rejects.toMatchObject({ status: 422 });
  const [old] = await again.all<{ id: string }>('/webhooks');
  const heard = receiver.calls.length;
  expect(await again.post(`/webhooks/${old!.id}/test`)).toMatchObject({ delivered: false, reason: 'inner_address' });
  expect(receiver.calls).toHaveLength(heard);
}, 90_000);
