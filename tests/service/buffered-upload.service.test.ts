// Proves: a tracker that was out of coverage for two weeks uploads what it buffered, newest packets first and after a live point, is acknowledged
// for all of it, and its trips and driver days are those of one that was heard all the time; and a gateway's one credential speaks for the
// devices that are listed with it, over MQTT, and for no other.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeAll, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { atEnd } from '../harness/at-end.js';
import { type AvlToEncode, encodeAvl, frameAvl } from '../harness/encode-avl.js';
import { freePort } from '../harness/free-port.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { untilStable } from '../harness/until-stable.js';
import { waitFor } from '../harness/wait-for.js';

let server: Telltale;
let rest: RestClient;
let port: number;

beforeAll(async () => {
  port = await freePort();
  server = await startTelltale({ env: { TELLTALE_TELTONIKA_TCP_PORT: String(port) } });
  rest = restClient(server.http, server.adminToken);
}, 40_000);

const DAY = 86_400_000;
const RECORDS_A_PACKET = 40;
const DRIVES = 28;
/** Two drives a day since two weeks ago, a point every ten seconds. */
const points = (): AvlToEncode[] => {
  const first = Math.floor(Date.now() / 1000) * 1000 - 14 * DAY + 60_000;
  const drives = Array.from({ length: DRIVES }, (_, i) => first + i * (DAY / 2));
  return drives.flatMap(start =>
    scriptedDrive({
      start,
      every_s: 10,
      legs: [
        { seconds: 20, to_kmh: 60 },
        { seconds: 280, to_kmh: 60, heading: (start / DAY) % 360 },
        { seconds: 20, to_kmh: 0 },
        { seconds: 60, to_kmh: 0, engine: false },
      ],
    }).map(({ ts, gps, ignition }) => ({
      ...{ at: ts, lat_e7: Math.round(gps.lat * 1e7), lon_e7: Math.round(gps.lon * 1e7), altitude: 250 },
      ...{ angle: Math.round(gps.heading), satellites: gps.sats, speed: Math.round(gps.speed_kmh) },
      io: [[239, Buffer.from([ignition ? 1 : 0])] as const],
    })),
  );
};

const tracker = async (
  id: string,
  imei: string,
): Promise<{ send(records: readonly AvlToEncode[]): Promise<void>; socket: Socket }> => {
  await rest.post('/devices', { id, format: 'teltonika', foreign_id: imei });
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let heard = Buffer.alloc(0);
  socket.on('data', piece => {
    heard = Buffer.concat([heard, piece]);
  });
  const hear = (bytes: number) => waitFor('the answer', () => heard.length >= bytes);
  socket.write(Buffer.concat([Buffer.from([0, imei.length]), Buffer.from(imei)]));
  await hear(1);
  const send = async (records: readonly AvlToEncode[]): Promise<void> => {
    const before = heard.length;
    socket.write(frameAvl(encodeAvl(8, records)));
    await hear(before + 4);
    expect(heard.readUInt32BE(before)).toBe(records.length);
  };
  return { send, socket };
};

const tripsOf = async (vehicle: string): Promise<Record<string, unknown>[]> => {
  const { items } = await rest.get<{ items: Record<string, unknown>[] }>(`/trips?vehicle=${vehicle}&limit=100`);
  return items.map(({ id: _id, vehicle: _vehicle, ...rest }) => rest);
};

test('two weeks of buffered data are put in order', async () => {
  const all = points();
  const packets: AvlToEncode[][] = [];
  for (let i = 0; i < all.length; i += RECORDS_A_PACKET) packets.push(all.slice(i, i + RECORDS_A_PACKET));
  const steady = await tracker('steady', '350000000000021');
  for (const packet of packets) await steady.send(packet);
  const lost = await tracker('lost', '350000000000022');
  await lost.send(packets.at(-1)!);
  for (const packet of packets.slice(0, -1).reverse()) await lost.send(packet);
  const expected = await untilStable('the trips in order', () => tripsOf('steady'));
  expect(expected).toHaveLength(DRIVES);
  const found = await untilStable('the trips of the buffer', () => tripsOf('lost'));
  expect(found).toEqual(expected);
  steady.socket.destroy();
  lost.socket.destroy();
}, 120_000);

test('a gateway speaks for those listed with it', async () => {
  for (const id of ['hub-a', 'hub-b', 'stranger']) await rest.post('/devices', { id });
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'hub', speaks_for: ['hub-a', 'hub-b'] });
  const hub = await connectAsync(server.mqtt, { username: 'hub', password: secret, protocolVersion: 5, reconnectPeriod: 0 });
  atEnd(() => hub.endAsync(true));
  const event = JSON.stringify({ ts: Date.now(), gps: { lat: 47.5, lon: 8.5 } });
  const say = (id: string) => hub.publishAsync(`telltale/v1/${id}/events`, event, { qos: 1 });
  await say('hub-a');
  await say('hub-b');
  await expect(say('stranger')).rejects.toMatchObject({ code: 135 });
  await waitFor('both to be there', async () => {
    const states = await Promise.all(['hub-a', 'hub-b'].map(id => rest.get<{ lat: number | null }>(`/vehicles/${id}/state`)));
    return states.every(({ lat }) => lat === 47.5);
  });
  expect(await rest.get<{ ts: string | null }>('/vehicles/stranger/state')).toMatchObject({ ts: null });
});
