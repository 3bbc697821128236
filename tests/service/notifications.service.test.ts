// Proves: an alert reaches people by mail and programs by MQTT, through the embedded broker and an external one, and neither a dead
// server nor a mail server that is away loses it.
import { beforeAll, expect, test } from '@jest/globals';
import mqtt, { type MqttClient } from 'mqtt';
import { atEnd } from '../harness/at-end.js';
import { connectDevice } from '../harness/device.js';
import { freePort } from '../harness/free-port.js';
import { startMailServer } from '../harness/mail-server.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startMosquitto } from '../harness/start-mosquitto.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

let server: Telltale;
let rest: RestClient;
let mailPort: number;

beforeAll(async () => {
  mailPort = await freePort();
  server = await startTelltale({
    env: { TELLTALE_SMTP_URL: `smtp://127.0.0.1:${mailPort}`, TELLTALE_PUBLIC_URL: 'https://fleet.example' },
  });
  rest = restClient(server.http, server.adminToken);
  await rest.post('/vehicles', { id: 'v-north', name: 'Van 12', group: 'north' });
  await rest.post('/vehicles', { id: 'v-south', group: 'south' });
}, 90_000);

const hear = async (url: string, filters: string[], login: { username?: string; password?: string }) => {
  const heard: { topic: string; frame: { type: string; change?: string; alert?: { dtc: string } } }[] = [];
  const client: MqttClient = await mqtt.connectAsync(url, {
    ...login,
    reconnectPeriod: 200,
    clientId: `viewer-${filters.length}`,
    clean: false,
  });
  client.on('message', (topic, payload) => heard.push({ topic, frame: JSON.parse(payload.toString()) }));
  for (const filter of filters) await client.subscribeAsync(filter, { qos: 1 });
  atEnd(() => client.endAsync(true));
  return heard;
};

test('over MQTT: a token hears its groups at the embedded broker', async () => {
  const { token } = await rest.post<{ token: string }>('/tokens', { name: 'dispatch', role: 'viewer', groups: ['north'] });
  const heard = await hear(server.mqtt, ['telltale/v1/fleet/north/alerts'], { username: 'token:dispatch', password: token });
  const [north, south] = [
    await connectRegistered(server, 'd-north', { vehicle: 'v-north' }),
    await connectRegistered(server, 'd-south', { vehicle: 'v-south' }),
  ];
  await south.publish({ ts: Date.now(), dtc: ['P0300'] });
  await north.publish({ ts: Date.now(), dtc: ['P0301'] });
  await waitFor('the alert', () => heard.length > 0);
  expect(heard[0]).toMatchObject({
    topic: 'telltale/v1/fleet/north/alerts',
    frame: { type: 'alert', change: 'raised', alert: { dtc: 'P0301' } },
  });
  await expect(hear(server.mqtt, [], { username: 'token:', password: 'wrong' })).rejects.toThrow();
  await Promise.all([north.close(), south.close()]);
});

test('by mail: after a kill −9, and a mail server that comes late, once', async () => {
  const policy = {
    id: 'night',
    name: 'Night shift',
    to: [{ email: 'night@example.com' }],
    groups: ['north'],
    min_severity: 'info',
  };
  await rest.post('/notification-policies', policy);
  const device = await connectRegistered(server, 'd-mail', { vehicle: 'v-north' });
  await device.publish({ ts: Date.now(), dtc: ['P0420'] });
  const [alert] = await waitFor('the alert', async () => {
    const found = await rest.all<{ id: string; dtc: string }>('/alerts', { vehicle: 'v-north' });
    return found.some(({ dtc }) => dtc === 'P0420') ? found.filter(({ dtc }) => dtc === 'P0420') : undefined;
  });
  // Killed within the seconds in which what comes together is gathered: nothing was sent, what is to be said is on disk.
  await server.kill9();
  await server.restart();
  const tried = () => rest.all<{ status: string; attempts: number; detail: string }>('/notifications', { policy: 'night' });
  const [waiting] = await waitFor(
    'an attempt that fails',
    async () => {
      const records = await tried();
      return records.some(({ detail }) => detail !== null) ? records : undefined;
    },
    { timeoutMs: 20_000 },
  );
  expect(waiting).toMatchObject({ status: 'waiting', detail: expect.stringContaining('ECONNREFUSED') });
  const mail = await startMailServer(mailPort);
  await waitFor('the mail', () => mail.mails.length > 0, { timeoutMs: 30_000 });
  expect(mail.mails[0]!.to).toEqual(['night@example.com']);
  const text = mail.mails[0]!.raw.replaceAll('=\r\n', '').replaceAll('\r\n ', '');
  expect(text).toContain('Van 12');
  expect(text).toContain(`https://fleet.example/alerts/${alert!.id}`);
  await waitFor('it is settled', async () => (await tried())[0]?.status === 'sent');
  expect(mail.mails).toHaveLength(1);
  expect(await rest.post('/notification-policies/night/test')).toMatchObject({ items: [{ outcome: { delivered: true } }] });
  expect(mail.mails).toHaveLength(2);
  await device.close();
}, 90_000);

test('over an external broker: what was raised while it was away arrives when it is back', async () => {
  const broker = await startMosquitto();
  const outside = await startTelltale({ env: { TELLTALE_MQTT_URL: broker.url } });
  const heard = await hear(broker.url, ['telltale/v1/fleet/+/alerts'], {});
  const device = await connectDevice({ mqtt: broker.url, id: 'v-out', client: {} });
  await device.publish({ ts: Date.now(), dtc: ['P0101'] });
  await waitFor('the alert', () => heard.some(({ frame }) => frame.alert?.dtc === 'P0101'));
  expect(heard[0]!.topic).toBe('telltale/v1/fleet/-/alerts');
  await device.close();
  await broker.stop();
  const inside = restClient(outside.http, outside.adminToken);
  const [alert] = await inside.all<{ id: string }>('/alerts');
  await inside.post(`/alerts/${alert!.id}/acknowledge`, { note: 'while the broker is away' });
  await broker.restart();
  await waitFor('the acknowledgement', () => heard.some(({ frame }) => frame.change === 'acknowledged'), { timeoutMs: 30_000 });
  await outside.stop();
}, 90_000);
