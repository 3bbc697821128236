// Proves: only who may comes in; what is slow, broken or not understood costs others nothing, and loses nothing.
import { describe, expect, test } from '@jest/globals';
import { cursorsFrom, cursorsOf, watchedApi } from '../../../tests/harness/watched-api.js';
import { anAlert } from '../testing/fake-streams.js';
import { connectProbe } from '../testing/socket-probe.js';
import { ADMIN_TOKEN, startTestApi } from '../testing/start-test-api.js';

const watched = watchedApi();
const { connect, raise } = watched;

describe('who may come in', () => {
  test('nobody without credentials, and only to /ws', async () => {
    await expect(connectProbe(watched.api.port, {})).rejects.toBe(401);
    await expect(connectProbe(watched.api.port, { authorization: 'Bearer wrong' })).rejects.toBe(401);
    await expect(connectProbe(watched.api.port, { authorization: `Bearer ${ADMIN_TOKEN}` }, '/elsewhere')).rejects.toBe(404);
  });

  test('a cookie only from our own page', async () => {
    const answer = await watched.api.ask('POST', '/v1/session', { token: null, body: { token: ADMIN_TOKEN } });
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
    await expect(connectProbe(watched.api.port, { cookie })).rejects.toBe(403);
    await expect(connectProbe(watched.api.port, { cookie, origin: 'https://evil.example' })).rejects.toBe(403);
    const probe = await connectProbe(watched.api.port, { cookie, origin: `http://127.0.0.1:${watched.api.port}` });
    probe.socket.terminate();
  });

  test('a driver is told that this is not theirs', async () => {
    const probe = await connect(await watched.api.tokenOf('driver'));
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    expect(probe.frames[0]).toMatchObject({ type: 'error', id: '1', code: 'forbidden' });
  });
});

describe('what goes wrong', () => {
  test('frames that cannot be understood are answered, and the connection stays', async () => {
    const probe = await connect();
    probe.say('not json');
    probe.say([]);
    probe.say({ type: 'dance' });
    probe.say({ type: 'subscribe', id: '1', channel: 'gossip' });
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: 'yesterday' });
    probe.say({ type: 'subscribe', id: '1', channel: 'positions', filter: { bbox: [0, 0, 1000, 1] } });
    probe.say({ type: 'unsubscribe', id: 'none' });
    probe.socket.send(Buffer.from([1, 2, 3]));
    probe.say({ type: 'ping' });
    await probe.until(() => probe.of('pong').length === 1);
    expect(probe.of('error').map(({ code }) => code)).toEqual([
      'not_json',
      'unknown_type',
      'unknown_type',
      'unknown_type',
      'invalid',
      'invalid',
      'not_subscribed',
      'not_text',
    ]);
    expect(probe.of('error')[4].message).toContain('since');
  });

  test('subscriptions of one connection are bounded, their ids unique', async () => {
    const probe = await connect();
    for (let n = 0; n < 33; n++) probe.say({ type: 'subscribe', id: String(n), channel: 'alerts' });
    probe.say({ type: 'subscribe', id: '0', channel: 'alerts' });
    await probe.until(frames => frames.length === 34);
    expect(probe.of('error').map(({ code }) => code)).toEqual(['too_many_subscriptions', 'id_in_use']);
  });

  test('a client that floods is told once, then closed', async () => {
    const probe = await connect();
    for (let n = 0; n < 300; n++) probe.say({ type: 'ping' });
    expect(await probe.closed).toBe(1008);
    expect(probe.of('error')).toHaveLength(1);
  });

  test('a revoked token ends its connections', async () => {
    const ticks: (() => void)[] = [];
    const { clock } = watched.api.deps;
    const every = (_period: number, task: () => void) => {
      ticks.push(task);
      return () => {};
    };
    const other = await startTestApi({}, { clock: { ...clock, every } });
    const { id, token } = (await other.ask('POST', '/v1/tokens', { body: { name: 't', role: 'viewer' } })).body;
    const probe = await connectProbe(other.port, { authorization: `Bearer ${token}` });
    await other.ask('DELETE', `/v1/tokens/${id}`);
    for (const tick of ticks) tick();
    expect(await probe.closed).toBe(4401);
    await other.close();
  });

  test('a client that stops reading is closed with 4408 and resumes without loss; who reads notices nothing', async () => {
    const slowApi = await startTestApi({ sockets: { ...watched.api.deps.config.sockets, stall: 300 } });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const slow = await connectProbe(slowApi.port, headers);
    const quick = await connectProbe(slowApi.port, headers);
    for (const probe of [slow, quick]) probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await Promise.all([slow, quick].map(probe => probe.until(frames => frames.length === 1)));
    slow.socket.pause();
    const message = 'x'.repeat(4_000);
    for (let n = 1; n <= 4_000; n++) {
      slowApi.alerts.put(anAlert(`a-${n}`, 'v-1', { message }));
      if (n % 100 === 0) await new Promise(resolve => setTimeout(resolve, 2));
    }
    await quick.until(frames => frames.length === 4_001);
    expect(cursorsOf(quick)).toEqual(cursorsFrom(1, 4_000));
    await new Promise(resolve => setTimeout(resolve, 600));
    expect(slowApi.counters.get('ws_closed_slow')).toBe(1);
    slow.socket.resume();
    expect(await slow.closed).toBe(4408);

    const again = await connectProbe(slowApi.port, headers);
    again.say({ type: 'subscribe', id: '1', channel: 'alerts', since: cursorsOf(slow).at(-1) ?? '0' });
    await again.until(() => cursorsOf(again).at(-1) === '4000');
    expect([...cursorsOf(slow), ...cursorsOf(again)]).toEqual(cursorsFrom(1, 4_000));
    for (const probe of [quick, again]) probe.socket.terminate();
    await slowApi.close();
  }, 20_000);

  test('a burst in one turn closes nobody who reads', async () => {
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    raise(1, 6_000);
    await probe.until(frames => frames.length === 6_001);
    expect(cursorsOf(probe)).toEqual(cursorsFrom(1, 6_000));
  });

  test('a stopping server says so', async () => {
    const other = await startTestApi();
    const probe = await connectProbe(other.port, { authorization: `Bearer ${ADMIN_TOKEN}` });
    await other.close();
    expect(await probe.closed).toBe(1001);
  });
});
