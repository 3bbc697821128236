// Proves: the running server takes trackers and apps of other makers as they are, over TCP, UDP and HTTP: their positions are the state of the
// vehicle, their messages stand in its raw stream, and what was acknowledged survives kill -9.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, expect, test } from '@jest/globals';
import { encodeAvl, frameAvl } from '../harness/encode-avl.js';
import { freePort } from '../harness/free-port.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

let server: Telltale;
let rest: RestClient;
const ports = { teltonika: 0, queclink: 0, freematics: 0, http: 0 };

beforeAll(async () => {
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  server = await startTelltale({
    env: {
      TELLTALE_TELTONIKA_TCP_PORT: String(ports.teltonika),
      TELLTALE_QUECLINK_TCP_PORT: String(ports.queclink),
      TELLTALE_FREEMATICS_UDP_PORT: String(ports.freematics),
      TELLTALE_HTTP_DEVICES_PORT: String(ports.http),
    },
  });
  rest = restClient(server.http, server.adminToken);
}, 40_000);

const register = async (id: string, format: string, foreign?: string): Promise<string> =>
  (await rest.post<{ secret: string }>('/devices', { id, format, ...(foreign && { foreign_id: foreign }) })).secret;

interface State {
  lat: number;
  lon: number;
  speed_kmh: number | null;
  ts: string;
}

/** Waits until the vehicle stands at 47.5 north, `lon` east. */
const stateAt = (vehicle: string, lon: number): Promise<State> =>
  waitFor(`${vehicle} to be at ${lon}`, async () => {
    const state = await rest.get<State>(`/vehicles/${vehicle}/state`);
    return Math.abs(state.lat - 47.5) < 1e-6 && Math.abs(state.lon - lon) < 1e-6 && state;
  });
const rawOf = async (vehicle: string): Promise<{ topic: string; events: unknown[] }[]> =>
  (await rest.get<{ items: { topic: string; events: unknown[] }[] }>(`/vehicles/${vehicle}/events`)).items;

/** Sends to a TCP port and waits for an answer of so many bytes. */
const talk = async (port: number, bytes: Buffer, answerBytes: number): Promise<Buffer> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let heard = Buffer.alloc(0);
  socket.on('data', piece => {
    heard = Buffer.concat([heard, piece]);
  });
  socket.write(bytes);
  await waitFor('the answer', () => heard.length >= answerBytes);
  socket.destroy();
  return heard;
};

const now = Math.floor(Date.now() / 1000);
const login = (imei: string): Buffer => Buffer.concat([Buffer.from([0, imei.length]), Buffer.from(imei)]);
const avl = (lon: number, at = now): Buffer =>
  frameAvl(
    encodeAvl(0x8e, [
      {
        ...{
          at: at * 1000,
          lat_e7: 475_000_000,
          lon_e7: Math.round(lon * 1e7),
          altitude: 400,
          angle: 90,
          satellites: 9,
          speed: 36,
        },
        io: [[239, Buffer.from([1])]],
      },
    ]),
  );
const utc14 = new Date(now * 1000).toISOString().replace(/\D/g, '').slice(0, 14);

test('Teltonika over TCP', async () => {
  await register('t1', 'teltonika', '350000000000017');
  const answer = await talk(ports.teltonika, Buffer.concat([login('350000000000017'), avl(8.25)]), 5);
  expect(answer.toString('hex')).toBe('0100000001');
  expect(await stateAt('t1', 8.25)).toMatchObject({ speed_kmh: 36 });
  expect(await rawOf('t1')).toMatchObject([{ topic: 'teltonika' }]);
  // Nobody knows this one.
  expect((await talk(ports.teltonika, login('350000000000099'), 1)).toString('hex')).toBe('00');
});

test('Queclink over TCP', async () => {
  await register('q1', 'queclink', '860000000000011');
  const point = `1,40.5,90,400.0,8.260000,47.500000,${utc14}`;
  const report = `+RESP:GTFRI,270302,860000000000011,,,12800,10,1,${point},0228,0001,0A0B,0C0D,00,1000.0,,,,100,210100,,,,${utc14},00A1$`;
  expect((await talk(ports.queclink, Buffer.from(report), 11)).toString()).toBe('+SACK:00A1$');
  expect(await stateAt('q1', 8.26)).toMatchObject({ speed_kmh: 40.5 });
  expect(await rawOf('q1')).toMatchObject([{ topic: 'queclink' }]);
});

test('Freematics over UDP', async () => {
  await register('f1', 'freematics', 'ABCD1234');
  const socket = createSocket('udp4');
  const heard: string[] = [];
  socket.on('message', bytes => heard.push(bytes.toString()));
  const say = (text: string): void => {
    const sum = [...Buffer.from(text)].reduce((a, b) => (a + b) & 0xff, 0);
    socket.send(`${text}*${sum.toString(16).toUpperCase()}`, ports.freematics, '127.0.0.1');
  };
  say('ABCD1234#EV=1,TS=77,ID=ABCD1234');
  await waitFor('the answer to the login', () => heard.length === 1);
  expect(heard[0]).toMatch(/^1#EV=1,RX=1,TS=77\*/);
  say('1#0:1000,A:47.5,B:8.27,D:36,F:8');
  await stateAt('f1', 8.27);
  socket.close();
});

test('OsmAnd, Torque, OwnTracks, AutoPi and flespi by HTTP, with their secret in the path', async () => {
  const body = (value: unknown): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
  });
  const send = async (path: string, init?: RequestInit): Promise<[number, string]> => {
    const response = await fetch(server.http + path, init);
    return [response.status, await response.text()];
  };
  const osmand = await register('o1', 'osmand', 'van1');
  expect(await send(`/in/osmand/${osmand}?id=van1&timestamp=${now}&lat=47.5&lon=8.28&speed=10`)).toEqual([200, '']);
  expect(await stateAt('o1', 8.28)).toMatchObject({ speed_kmh: 18.5 });
  expect(await rawOf('o1')).toMatchObject([{ topic: 'osmand' }]);

  const torque = await register('q2', 'torque');
  const values = `eml=&id=0f607264fc6318a92b9e13c65db7cd3c&time=${now * 1000}&kff1005=8.29&kff1006=47.5&kff1001=30`;
  expect(await send(`/in/torque/${torque}/up?${values}`)).toEqual([200, 'OK!']);
  await stateAt('q2', 8.29);

  const owntracks = await register('w1', 'owntracks', 'fleet/van1');
  const location = { _type: 'location', tst: now, lat: 47.5, lon: 8.3, vel: 50, topic: 'owntracks/fleet/van1' };
  expect(await send(`/in/owntracks/${owntracks}`, body(location))).toEqual([200, '[]']);
  expect(await stateAt('w1', 8.3)).toMatchObject({ speed_kmh: 50 });

  const autopi = await register('a1', 'autopi');
  const batch = [{ '@t': 'track.pos', '@ts': new Date(now * 1000).toISOString(), loc: { lat: 47.5, lon: 8.31 } }];
  expect(await send(`/in/autopi/${autopi}`, body(batch))).toEqual([200, '']);
  await stateAt('a1', 8.31);

  const gateway = await register('gate', 'flespi');
  await register('x1', 'flespi', '100000000000001');
  await register('x2', 'flespi', '100000000000002');
  const messages = [8.32, 8.33].map((lon, i) => ({
    ...{ ident: `10000000000000${i + 1}`, timestamp: now, 'position.latitude': 47.5, 'position.longitude': lon },
  }));
  const unregistered = { ...messages[0], ident: '100000000000009' };
  expect(await send(`/in/flespi/${gateway}`, body([...messages, unregistered]))).toEqual([200, '']);
  await stateAt('x1', 8.32);
  await stateAt('x2', 8.33);
  // The tracker that nobody registered disturbs nobody, and is not gone without a word.
  const refused = await waitFor('it to be in quarantine', async () =>
    (await rest.get<{ items: { reason: string; detail: string }[] }>('/quarantine')).items.find(
      ({ reason }) => reason === 'unknown_device',
    ),
  );
  expect(refused.detail).toContain('100000000000009');

  expect((await send('/in/osmand/guessed?id=van1&lat=47.5&lon=8'))[0]).toBe(401);
  expect((await send(`/in/osmand/${osmand}?id=van2&lat=47.5&lon=8`))[0]).toBe(403);
  expect((await send(`/in/osmand/${osmand}?lat=47.5&lon=8`))[0]).toBe(400);
});

test('at the port for devices that cannot set a path, registered names are the allow-list', async () => {
  await register('p1', 'osmand', 'phone-1');
  const send = async (id: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${ports.http}/?id=${id}&timestamp=${now}&lat=47.5&lon=8.34`)).status;
  expect(await send('phone-1')).toBe(200);
  expect(await send('phone-2')).toBe(403);
  await stateAt('p1', 8.34);
});

test('what a tracker was told is on disk is there after kill -9, and the books balance', async () => {
  await register('t2', 'teltonika', '350000000000025');
  const answer = await talk(ports.teltonika, Buffer.concat([login('350000000000025'), avl(8.35)]), 5);
  expect(answer.toString('hex')).toBe('0100000001');
  const { counters } = await rest.get<{ counters: Record<string, number> }>('/system');
  const of = (name: string): number => counters[`messages_${name}_total`] ?? 0;
  expect(of('received')).toBe(of('recorded') + of('refused') + of('not_taken'));
  expect(counters.stream_teltonika_tcp_records_total).toBe(2);
  await server.kill9();
  await server.restart();
  expect(await stateAt('t2', 8.35)).toMatchObject({ speed_kmh: 36 });
  expect(await rawOf('t2')).toHaveLength(1);
}, 40_000);

test('a tracker that stays connected does not hold up the end', async () => {
  const socket = connect(ports.teltonika, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(login('350000000000025'));
  await once(socket, 'data');
  const ended = server.stop();
  // The server says goodbye; what the tracker does then is its own.
  await once(socket, 'close');
  expect(await ended).toMatchObject({ code: 0 });
}, 20_000);
