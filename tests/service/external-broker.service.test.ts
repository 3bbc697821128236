import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { watchAlerts } from '../harness/alert-watch.js';
import { connectDevice } from '../harness/device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, scriptedDrive } from '../harness/scripted-drive.js';
import { type Mosquitto, startMosquitto } from '../harness/start-mosquitto.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

let broker: Mosquitto;
let server: Telltale;
let rest: RestClient;

/** A stored drive that a broker hands out to whoever subscribes: hours old, or years. */
const stored = scriptedDrive({ start: Date.now() - 7_200_000, legs: [{ seconds: 60, to_kmh: 60 }] });

beforeAll(async () => {
  broker = await startMosquitto({
    login: { user: 'fleet', password: 'pass word' },
    settings: ['max_queued_messages 100000', 'max_inflight_messages 200'],
  });
  const before = await deviceOf('v-stored');
  await before.publish(stored, { retain: true });
  await before.close();
  server = await startTelltale({ env: { TELLTALE_MQTT_URL: broker.url } });
  rest = restClient(server.http, server.adminToken);
}, 90_000);

/** At an external broker who may publish what is that broker's business: this one lets in one user for all. */
const deviceOf = (id: string, more: { reconnect?: boolean } = {}) => {
  const { username, password } = new URL(broker.url);
  const client = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return connectDevice({ mqtt: `mqtt://127.0.0.1:${broker.port}`, id, client, ...more });
};

const seqsOf = async (vehicle: string): Promise<number[]> =>
  (await rest.all<{ events: { seq: number }[] }>(`/vehicles/${vehicle}/events`, { limit: 1_000 })).flatMap(({ events }) =>
    events.map(({ seq }) => seq),
  );

describe('Mosquitto by TELLTALE_MQTT_URL', () => {
  // Proves: devices that nobody registered are heard through it, in every QoS, and their alerts reach viewers; the password is shown nowhere.
  test('devices are heard', async () => {
    const alerts = await watchAlerts(server.http, server.adminToken);
    const device = await deviceOf('v-heard');
    const legs = [
      { seconds: 20, to_kmh: 70 },
      { seconds: 10, to_kmh: 70 },
      { seconds: 4, to_kmh: 10 },
      { seconds: 3, to_kmh: 0 },
    ];
    const drive = scriptedDrive({ start: Date.now() - 45_000, legs });
    for (const [n, array] of inArraysOf(5, drive).entries()) await device.publish(array, { qos: ((n % 2) + 1) as 1 | 2 });
    const { alert } = await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'v-heard' });
    expect(alert.late).toBe(false);
    expect(await rest.get('/vehicles/v-heard')).toMatchObject({ id: 'v-heard', class: 'car' });
    const said = [...server.process.stdout, ...server.process.stderr].join('\n') + JSON.stringify(await rest.get('/system'));
    expect(said).toContain(String(broker.port));
    expect(said).not.toMatch(/pass( |%20)word/);
  });

  // Proves: a device hears what could not be taken on its errors topic there, too.
  test('devices are told', async () => {
    const device = await deviceOf('v-told');
    await device.publishRaw('events', '{"ts":');
    await waitFor('the word to the device', () => device.errors.length === 1);
  });

  // Proves: what the broker had stored with the retain flag is of unknown age: no event, no trip. A live publish with the flag is one.
  test('retained state opens no trip', async () => {
    const device = await deviceOf('v-live');
    const { ts } = stored[0]!;
    await device.publish({ ts, ignition: true, gps: { lat: 1, lon: 2 } }, { retain: true });
    await waitFor('the live publish', async () => (await rest.get<{ lat: number | null }>('/vehicles/v-live/state')).lat === 1);
    await expect(rest.get('/vehicles/v-stored/state')).rejects.toMatchObject({ status: 404 });
    expect(await rest.all('/trips', { vehicle: 'v-stored' })).toEqual([]);
  });
});

describe('breaks', () => {
  const base = Date.now() - 3_600_000;
  /** Publishes one event after the other until `seq` reaches `to`; answers when all are acknowledged by the broker. */
  const publishUntil = async (id: string, to: number): Promise<void> => {
    const device = await deviceOf(id, { reconnect: true });
    const window: Promise<void>[] = [];
    for (let seq = 0; seq < to; seq++) {
      window.push(device.publish({ ts: base + seq * 1_000, seq, ignition: true }));
      if (window.length >= 20) await window.shift();
      if (seq % 50 === 0) await wait(20);
    }
    await Promise.all(window);
    await device.close();
  };

  // Proves: a server that is killed while devices publish loses nothing that the broker took: it is in the journal after the restart, in order.
  test('the server is killed', async () => {
    const count = 1_500;
    const ids = ['v-k1', 'v-k2', 'v-k3'];
    const publishing = Promise.all(ids.map(id => publishUntil(id, count)));
    await waitFor('some of it', async () => (await seqsOf('v-k1').catch(() => [])).length > 100);
    await server.kill9();
    await wait(300);
    await server.restart();
    await wait(200);
    await server.kill9();
    await server.restart();
    await publishing;
    for (const id of ids) {
      await waitFor(`all of ${id}`, async () => new Set(await seqsOf(id)).size === count, { timeoutMs: 20_000, everyMs: 300 });
      const seqs = await seqsOf(id);
      const firsts = seqs.filter((seq, n) => seqs.indexOf(seq) === n);
      expect({ id, inOrder: firsts.every((seq, n) => seq === n) }).toEqual({ id, inOrder: true });
    }
  });

  // Proves: a broker that is killed and comes back is found again, without a restart of the server, and so is what devices send then.
  test('the broker is killed', async () => {
    await broker.kill9();
    await waitFor('the break in /system', async () => {
      const { listener } = await rest.get<{ listener: { connected: boolean } }>('/system');
      return !listener.connected;
    });
    expect((await fetch(`${server.http}/livez`)).status).toBe(200);
    await wait(500);
    await broker.restart();
    await publishUntil('v-after', 20);
    await waitFor('what came after it', async () => (await seqsOf('v-after').catch(() => [])).length === 20, {
      timeoutMs: 20_000,
    });
  });
});
