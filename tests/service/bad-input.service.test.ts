import { beforeAll, describe, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { atEnd } from '../harness/at-end.js';
import { connectDevice } from '../harness/device.js';
import { metricValue } from '../harness/metric-value.js';
import { connectRegistered, type RegisteredDevice } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

interface Quarantined {
  id: string;
  device: string;
  topic: string;
  reason: string;
  detail: string;
  bytes_base64: string;
  truncated: boolean;
}

let server: Telltale;
let rest: RestClient;
let neighbour: RegisteredDevice;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  neighbour = await connectRegistered(server, 'd-neighbour');
}, 90_000);

const quarantinedOf = async (device: string): Promise<Quarantined[]> =>
  (await rest.all<Quarantined>('/quarantine')).filter(entry => entry.device === device);

/** All that the server put aside, at arrival or later. */
const countedAside = async (): Promise<number> => (await rest.all('/quarantine')).length;

/** A neighbour's event goes through as if nothing were. */
const expectUndisturbed = async (): Promise<void> => {
  const ts = Date.now();
  await neighbour.publish({ ts, gps: { lat: 48.1, lon: 11.5, speed_kmh: 12 } });
  await waitFor('the event of the neighbour', async () => {
    const state = await rest.get<{ ts: string }>('/vehicles/d-neighbour/state');
    return state.ts === new Date(ts).toISOString();
  });
  expect(neighbour.errors).toEqual([]);
};

const now = () => Date.now();

/** What cannot be taken (contract §3), with a word that the reason or detail has to hold. */
const refused: readonly [string, () => unknown, RegExp][] = [
  ['not JSON', () => '{"ts": 17637696', /json/i],
  ['not UTF-8, not CBOR', () => Buffer.from([0xff, 0xfe, 0xfd]), /json|cbor|unreadable/i],
  ['nothing at all', () => '', /empty|unreadable/i],
  ['a number', () => '42', /object/i],
  ['no ts', () => JSON.stringify({ gps: { lat: 1, lon: 1 } }), /ts/],
  ['ts that is no time', () => JSON.stringify({ ts: 'yesterday' }), /ts/],
  ['latitude as text', () => JSON.stringify({ ts: now(), gps: { lat: '42', lon: 1 } }), /lat/],
  ['latitude beyond the pole', () => JSON.stringify({ ts: now(), gps: { lat: 91, lon: 1 } }), /lat/],
  ['longitude beyond the date line', () => JSON.stringify({ ts: now(), gps: { lat: 1, lon: -180.5 } }), /lon/],
  ['signals as a list', () => JSON.stringify({ ts: now(), signals: [1, 2] }), /signals/],
  ['ignition as text', () => JSON.stringify({ ts: now(), ignition: 'on' }), /ignition/],
  ['a trouble code that is none', () => JSON.stringify({ ts: now(), dtc: ['X9999'] }), /dtc/],
  ['a ts 25 h ahead', () => JSON.stringify({ ts: now() + 25 * 3_600_000 }), /ahead/],
];

describe('what cannot be taken', () => {
  // Proves: each goes to the quarantine with its reason and its bytes, is acknowledged and told to its device, and counts; nobody else notices.
  test.each(refused)('%s', async (name, payload, wanted) => {
    const id = `d-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    const device = await connectRegistered(server, id);
    const before = await countedAside();
    const sent = payload() as string | Buffer;
    await device.publishRaw('events', sent, { qos: 1 });
    const [entry] = await waitFor('its quarantine entry', async () => {
      const entries = await quarantinedOf(id);
      return entries.length > 0 && entries;
    });
    expect(entry).toMatchObject({ device: id, topic: `telltale/v1/${id}/events`, truncated: false });
    expect(`${entry!.reason} ${entry!.detail}`).toMatch(wanted);
    expect(Buffer.from(entry!.bytes_base64, 'base64')).toEqual(Buffer.from(sent));
    await waitFor('the word to its device', () => device.errors.length > 0);
    expect(device.errors).toMatchObject([{ reason: entry!.reason, detail: entry!.detail }]);
    expect(await countedAside()).toBe(before + 1);
    expect(await metricValue(server.http, `telltale_quarantined_${entry!.reason}_total`)).toBeGreaterThan(0);
    expect(await metricValue(server.http, 'telltale_quarantine_entries')).toBe(before + 1);
    await expectUndisturbed();
  });

  // Proves: 300 KiB are refused, the first 256 KiB are kept, and the device, which is told, goes on with the same connection.
  test('300 KiB', async () => {
    const device = await connectRegistered(server, 'd-large');
    await device.publishRaw('events', Buffer.alloc(300 * 1_024, 0x20));
    const [entry] = await waitFor('its quarantine entry', async () => {
      const entries = await quarantinedOf('d-large');
      return entries.length > 0 && entries;
    });
    expect(entry!.truncated).toBe(true);
    expect(Buffer.from(entry!.bytes_base64, 'base64')).toHaveLength(256 * 1_024);
    await waitFor('the word to its device', () => device.errors.length > 0);
    expect(device.errors[0]!.reason).toBe(entry!.reason);
    expect(await metricValue(server.http, `telltale_quarantined_${entry!.reason}_total`)).toBe(1);
    await device.publish({ ts: now(), gps: { lat: 48, lon: 11 } });
    expect(device.connected()).toBe(true);
    await expectUndisturbed();
  });

  // Proves: of an array the good events are taken, and the bad ones quarantined one by one.
  test('good and bad events in one array', async () => {
    const device = await connectRegistered(server, 'd-mixed');
    const base = now() - 10_000;
    const good = (n: number) => ({ ts: base + n * 1_000, seq: n, gps: { lat: 48, lon: 11, speed_kmh: n } });
    const bad = { ts: base, gps: { lat: 123, lon: 11 } };
    await device.publish([good(1), bad, good(2), 'nonsense', good(3)]);
    const entries = await waitFor('two quarantine entries', async () => {
      const found = await quarantinedOf('d-mixed');
      return found.length === 2 && found;
    });
    const parts = entries.map(({ bytes_base64 }) => Buffer.from(bytes_base64, 'base64').toString()).sort();
    expect(parts).toEqual([JSON.stringify('nonsense'), JSON.stringify(bad)].sort());
    await waitFor('two words to the device', () => device.errors.length === 2);
    expect(await rest.get('/vehicles/d-mixed/state')).toMatchObject({ speed_kmh: 3 });
  });

  // Proves: a ts a little ahead of the clock is kept, but does not move the live state.
  test('a ts two minutes ahead is no quarantine, and not live either', async () => {
    const device = await connectRegistered(server, 'd-ahead');
    await device.publish({ ts: now() - 1_000, gps: { lat: 48, lon: 11, speed_kmh: 7 } });
    await device.publish({ ts: now() + 120_000, gps: { lat: 49, lon: 11, speed_kmh: 8 } });
    await waitFor('both in the raw stream', async () => (await rest.all('/vehicles/d-ahead/events')).length === 2);
    expect(await rest.get('/vehicles/d-ahead/state')).toMatchObject({ lat: 48, speed_kmh: 7 });
    expect(await quarantinedOf('d-ahead')).toEqual([]);
  });
});

describe('who is not who he says', () => {
  // Proves: a wrong secret, a stranger and no login at all are refused by CONNACK: 5 or 4 in version 3.1.1, 134 or 135 in version 5.
  test('wrong secret', async () => {
    await rest.post('/devices', { id: 'd-known' });
    for (const [login, what] of [
      [{ id: 'd-known', secret: 'wrong' }, 'a wrong secret'],
      [{ id: 'd-stranger', secret: 'wrong' }, 'a stranger'],
      [{ id: 'd-known' }, 'no login'],
    ] as const) {
      for (const protocolVersion of [4, 5] as const) {
        const refusal = await connectDevice({ mqtt: server.mqtt, protocolVersion, ...login }).catch(error => error);
        const allowed = protocolVersion === 4 ? [4, 5] : [134, 135];
        expect({ what, protocolVersion, refused: allowed.includes(refusal.code) }).toEqual({
          what,
          protocolVersion,
          refused: true,
        });
      }
    }
    await waitFor(
      'the refusals in /metrics',
      async () => (await metricValue(server.http, 'telltale_mqtt_logins_refused_total')) >= 6,
    );
    await expectUndisturbed();
  });

  // Proves: a device that publishes below another's id is refused and counted, and the other's vehicle hears nothing of it.
  test("another device's topic", async () => {
    const { secret } = await connectRegistered(server, 'd-victim');
    expect(secret).not.toBe('');
    const intruder = await rest.post<{ secret: string }>('/devices', { id: 'd-intruder' });
    for (const protocolVersion of [4, 5] as const) {
      const client = await connectAsync(server.mqtt, {
        ...{ clientId: 'd-intruder', username: 'd-intruder', password: intruder.secret },
        ...{ protocolVersion, reconnectPeriod: 0 },
      });
      atEnd(() => client.endAsync(true));
      client.on('error', () => undefined);
      const before = await metricValue(server.http, 'telltale_mqtt_messages_refused_total');
      const event = JSON.stringify({ ts: now(), gps: { lat: 1, lon: 1 } });
      const outcome = Promise.race([
        client.publishAsync('telltale/v1/d-victim/events', event, { qos: 1 }),
        new Promise((_resolve, reject) => client.once('close', () => reject(new Error('closed')))),
      ]);
      // Version 5 has a reason code for it; 3.1.1 can only drop it or close the connection.
      if (protocolVersion === 5) await expect(outcome).rejects.toThrow();
      else await outcome.catch(() => undefined);
      await waitFor(
        'the refusal in /metrics',
        async () => (await metricValue(server.http, 'telltale_mqtt_messages_refused_total')) === before + 1,
      );
    }
    expect(await rest.all('/vehicles/d-victim/events')).toEqual([]);
    await expectUndisturbed();
  });
});
