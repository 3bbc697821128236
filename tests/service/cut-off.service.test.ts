// Proves, over a real server, for websockets of tokens and sessions, for people and programs that hear alerts over MQTT, and for devices over
// MQTT and TCP: whose rights change, who is shut out, logged out or deleted is cut off at once, not when somebody happens to look (every 30 s); who keeps their rights
// stays on; and nobody comes back with what is no longer theirs.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { WebSocket } from 'ws';
import { atEnd } from '../harness/at-end.js';
import { connectDevice } from '../harness/device.js';
import { freePort } from '../harness/free-port.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';

jest.setTimeout(90_000);

const PASSWORD = 'correct horse battery';
/** Well below the 30 s after which everybody is looked after anyway. */
const AT_ONCE = { timeoutMs: 8_000 };
const LOGGED_OUT = 4401;

let server: Telltale;
let rest: RestClient;
let teltonikaPort: number;
let control: { socket: () => boolean; mqtt: () => boolean; device: () => boolean };

beforeAll(async () => {
  teltonikaPort = await freePort();
  server = await startTelltale({ readyWithinMs: 60_000, env: { TELLTALE_TELTONIKA_TCP_PORT: String(teltonikaPort) } });
  rest = restClient(server.http, server.adminToken);
  // Nobody touches these: whatever happens to others, they stay.
  const token = await newToken('control');
  const socket = await socketOfToken(token.token);
  const viewer = await viewerOf('token:control', token.token);
  const device = await connectRegistered(server, 'd-control');
  control = { socket: () => !socket.gone(), mqtt: () => viewer.connected, device: () => device.connected() };
}, 90_000);

const newToken = (name: string, groups: string[] = ['north']) =>
  rest.post<{ id: string; token: string }>('/tokens', { name, role: 'viewer', groups });
const newUser = (user: string, role = 'viewer') =>
  rest.post<{ id: string }>('/users', { user, password: PASSWORD, role, groups: ['north'] });

const cookieOf = async (user: string, password = PASSWORD): Promise<string> => {
  const answer = await fetch(`${server.http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  expect([user, answer.status]).toEqual([user, 201]);
  return answer.headers.get('set-cookie')!.split(';')[0]!;
};

/** A websocket and the code that it was closed with. */
interface Watched {
  gone(): number | undefined;
}
const socketOfToken = async (token: string): Promise<Watched> => {
  const client = await connectWebsocket(server.http, token);
  await client.subscribe('alerts');
  let code: number | undefined;
  void client.closed.then(told => (code = told));
  return { gone: () => code };
};
const socketOfCookie = async (cookie: string): Promise<Watched> => {
  const socket = new WebSocket(`${server.http.replace('http', 'ws')}/ws`, { headers: { cookie, origin: server.http } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  atEnd(() => socket.terminate());
  let code: number | undefined;
  socket.once('close', told => (code = told));
  return { gone: () => code };
};
const viewerOf = async (username: string, password: string): Promise<MqttClient> => {
  const client = await connectAsync(server.mqtt, { username, password, reconnectPeriod: 0, clientId: `viewer-${Math.random()}` });
  atEnd(() => client.endAsync(true));
  client.on('error', () => {});
  await client.subscribeAsync('telltale/v1/fleet/north/alerts', { qos: 1 });
  return client;
};
const login = (imei: string): Buffer => Buffer.concat([Buffer.from([0, imei.length]), Buffer.from(imei)]);
/** A Teltonika tracker that said who it is and heard an answer, and keeps its connection open. */
const tcpTracker = async (imei: string): Promise<{ socket: Socket; said(): string; ended(): boolean }> => {
  const socket = connect(teltonikaPort, '127.0.0.1');
  let [said, ended] = ['', false];
  socket.on('data', bytes => (said += bytes.toString('hex')));
  socket.on('error', () => {});
  socket.on('end', () => (ended = true));
  atEnd(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(login(imei));
  await waitFor('an answer to the login', () => said !== '', AT_ONCE);
  return { socket, said: () => said, ended: () => ended };
};
const cutOff = async (
  what: string,
  { sockets = [], viewers = [] }: { sockets?: Watched[]; viewers?: MqttClient[] },
): Promise<void> => {
  await waitFor(
    `${what}: cut off`,
    () => sockets.every(({ gone }) => gone() !== undefined) && viewers.every(({ connected }) => !connected),
    AT_ONCE,
  );
  expect(sockets.map(({ gone }) => gone())).toEqual(sockets.map(() => LOGGED_OUT));
  expect([what, control.socket(), control.mqtt(), control.device()]).toEqual([what, true, true, true]);
};

describe('a token', () => {
  test('that is revoked', async () => {
    const { id, token } = await newToken('revoked');
    const [socket, viewer] = [await socketOfToken(token), await viewerOf('token:dispatch', token)];
    await rest.delete(`/tokens/${id}`);
    await cutOff('revoked', { sockets: [socket], viewers: [viewer] });
    await expect(connectWebsocket(server.http, token)).rejects.toThrow(/401/);
    await expect(viewerOf('token:dispatch', token)).rejects.toThrow(/[Nn]ot authorized|[Bb]ad/);
  });

  test('of a user who is deleted', async () => {
    const { id } = await newUser('maker', 'admin');
    const cookie = await cookieOf('maker');
    const made = await fetch(`${server.http}/api/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'telltale', cookie },
      body: JSON.stringify({ name: 'of maker', role: 'viewer', groups: ['north'] }),
    });
    const { token } = (await made.json()) as { token: string };
    const sockets = [await socketOfToken(token), await socketOfCookie(cookie)];
    const viewers = [await viewerOf('token:x', token), await viewerOf('user:maker', PASSWORD)];
    await rest.delete(`/users/${id}`);
    await cutOff('deleted', { sockets, viewers });
    await expect(connectWebsocket(server.http, token)).rejects.toThrow(/401/);
  });
});

describe('a user', () => {
  test.each([
    ['gets another role', { role: 'coach' }],
    ['gets other groups', { groups: ['south'] }],
    ['gets another password', { password: 'another horse' }],
    ['is shut out', { disabled: true }],
  ])('who %s', async (what, change) => {
    const name = what.replaceAll(' ', '-');
    const { id } = await newUser(name);
    const sockets = [await socketOfCookie(await cookieOf(name)), await socketOfCookie(await cookieOf(name))];
    const viewers = [await viewerOf(`user:${name}`, PASSWORD)];
    await rest.patch(`/users/${id}`, change);
    await cutOff(what, { sockets, viewers });
    if ('role' in change) {
      // With the rights of now they are let in again.
      await socketOfCookie(await cookieOf(name));
      await viewerOf(`user:${name}`, PASSWORD);
    } else if ('groups' in change) {
      const again = viewerOf(`user:${name}`, PASSWORD);
      await expect(again).rejects.toThrow();
    } else {
      await expect(viewerOf(`user:${name}`, PASSWORD)).rejects.toThrow(/[Nn]ot authorized|[Bb]ad/);
    }
  });

  test('who logs out loses this session and no other', async () => {
    await newUser('two-screens');
    const [one, other] = [await cookieOf('two-screens'), await cookieOf('two-screens')];
    const [first, second] = [await socketOfCookie(one), await socketOfCookie(other)];
    await fetch(`${server.http}/api/v1/session`, { method: 'DELETE', headers: { cookie: one, 'x-requested-with': 'telltale' } });
    await cutOff('logged out', { sockets: [first] });
    expect(second.gone()).toBeUndefined();
  });
});

describe('a device', () => {
  test('that is deleted is cut off and not let in again; its new secret does not cut it', async () => {
    const device = await connectRegistered(server, 'd-gone', { vehicle: 'v-1' });
    await rest.post('/devices/d-gone/rotate');
    await device.publish({ ts: Date.now(), ignition: true });
    await rest.patch('/devices/d-gone', { vehicle: 'v-2' });
    await device.publish({ ts: Date.now(), ignition: true });
    expect(device.connected()).toBe(true);
    await rest.delete('/devices/d-gone');
    await waitFor('the device to be cut off', () => !device.connected(), AT_ONCE);
    await expect(connectDevice({ mqtt: server.mqtt, id: 'd-gone', secret: device.secret })).rejects.toThrow();
    await cutOff('a device', {});
  });

  test.each([
    ['is deleted', () => rest.delete('/devices/t-1')],
    ['is known by another IMEI from now on', () => rest.patch('/devices/t-1', { foreign_id: '350000000000033' })],
    ['is of another make from now on', () => rest.patch('/devices/t-1', { format: 'queclink' })],
  ])(
    'over TCP that %s is hung up on and not let in again; a change of its vehicle or secret does not end it',
    async (what, change) => {
      const own = { format: 'teltonika', foreign_id: '350000000000017' };
      await rest.delete('/devices/t-1').catch(() => undefined);
      await rest.post('/devices', { id: 't-1', vehicle: 'v-t', ...own });
      await rest.post('/devices', { id: 't-2', ...own, foreign_id: '350000000000025' }).catch(() => undefined);
      const [tracker, other] = [await tcpTracker(own.foreign_id), await tcpTracker('350000000000025')];
      expect([tracker.said(), other.said()]).toEqual(['01', '01']);
      await rest.patch('/devices/t-1', { vehicle: 'v-t2' });
      await rest.post('/devices/t-1/rotate');
      // Whoever is on the line is still heard.
      tracker.socket.write(login(own.foreign_id));
      await waitFor('the answer', () => tracker.said() === '0101', AT_ONCE);
      await change();
      await waitFor(`${what}: hung up on`, tracker.ended, AT_ONCE);
      expect((await tcpTracker(own.foreign_id)).said()).toBe('00');
      other.socket.write(login('350000000000025'));
      await waitFor('the other to be heard', () => other.said() === '0101', AT_ONCE);
      await cutOff(what, {});
    },
  );

  test('that a gateway no longer speaks for is not spoken for from the next message on', async () => {
    await rest.post('/devices', { id: 'd-child', vehicle: 'v-child' });
    const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'd-gate', speaks_for: ['d-child'] });
    const gateway = await connectDevice({ mqtt: server.mqtt, id: 'd-gate', secret });
    const client = await connectAsync(server.mqtt, {
      username: 'd-gate',
      password: secret,
      clientId: 'd-gate-2',
      reconnectPeriod: 0,
    });
    atEnd(() => client.endAsync(true));
    client.on('error', () => {});
    const speak = () =>
      client.publishAsync('telltale/v1/d-child/events', JSON.stringify({ ts: Date.now(), ignition: true }), { qos: 1 });
    const heard = async () => (await rest.all('/vehicles/v-child/events')).length;
    await speak();
    await waitFor('the child', async () => (await heard()) === 1, AT_ONCE);
    await rest.patch('/devices/d-gate', { speaks_for: [] });
    // It is not acknowledged: that is how 3.1.1 says no.
    void speak().catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect(await heard()).toBe(1);
    await gateway.close();
  });
});
