// Proves: viewers get every alert in order across resumes and bursts, positions conflated, within their groups; what is slow or broken
// costs others nothing.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anAlert, aState } from '../testing/fake-streams.js';
import { connectProbe, type SocketProbe } from '../testing/socket-probe.js';
import { ADMIN_TOKEN, startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
const probes: SocketProbe[] = [];
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(async () => {
  for (const { socket } of probes.splice(0)) socket.terminate();
  await api.close();
});

const connect = async (token = ADMIN_TOKEN): Promise<SocketProbe> => {
  const probe = await connectProbe(api.port, { authorization: `Bearer ${token}` });
  probes.push(probe);
  return probe;
};
const raise = (from: number, to: number, vehicle = 'v-1', more = {}) => {
  for (let n = from; n <= to; n++) api.alerts.put(anAlert(`a-${n}`, vehicle, more));
};
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
const cursors = (probe: SocketProbe): string[] => probe.of('alert').map(frame => frame.cursor);

describe('who may come in', () => {
  test('nobody without credentials, and only to /ws', async () => {
    await expect(connectProbe(api.port, {})).rejects.toBe(401);
    await expect(connectProbe(api.port, { authorization: 'Bearer wrong' })).rejects.toBe(401);
    await expect(connectProbe(api.port, { authorization: `Bearer ${ADMIN_TOKEN}` }, '/elsewhere')).rejects.toBe(404);
  });

  test('a cookie only from our own page', async () => {
    const answer = await api.ask('POST', '/v1/session', { token: null, body: { token: ADMIN_TOKEN } });
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
    await expect(connectProbe(api.port, { cookie })).rejects.toBe(403);
    await expect(connectProbe(api.port, { cookie, origin: 'https://evil.example' })).rejects.toBe(403);
    const probe = await connectProbe(api.port, { cookie, origin: `http://127.0.0.1:${api.port}` });
    probe.socket.terminate();
  });

  test('a driver is told that this is not theirs', async () => {
    const probe = await connect(await api.tokenOf('driver'));
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    expect(probe.frames[0]).toMatchObject({ type: 'error', id: '1', code: 'forbidden' });
  });
});

describe('alerts', () => {
  test('come as they are raised, from the head on', async () => {
    raise(1, 3);
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    expect(probe.frames[0]).toEqual({ type: 'subscribed', id: '1', channel: 'alerts', cursor: '3' });
    raise(4, 4);
    await probe.until(frames => frames.length === 2);
    expect(probe.frames[1]).toMatchObject({ type: 'alert', cursor: '4', change: 'raised', alert: { id: 'a-4', vehicle: 'v-1' } });
  });

  test('resume by cursor has no gap and no double between what is stored and what is raised meanwhile', async () => {
    raise(1, 1_000);
    let bursts = 0;
    // Each read of the stream is met by new alerts before it answers, and by more right after.
    api.alerts.onRead = () => {
      if (bursts++ >= 8) return;
      raise(1_000 + 10 * bursts - 9, 1_000 + 10 * bursts - 5);
      setImmediate(() => raise(1_000 + 10 * bursts - 4, 1_000 + 10 * bursts));
    };
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: '10' });
    await probe.until(() => cursors(probe).at(-1) === '1080');
    raise(1_081, 1_090);
    await probe.until(() => cursors(probe).at(-1) === '1090');
    expect(cursors(probe)).toEqual(numbers(11, 1_090));
  });

  test('a cursor that is too old, or of another stream, is a gap', async () => {
    raise(1, 100);
    api.alerts.forgetBefore(50);
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: '49' });
    probe.say({ type: 'subscribe', id: '2', channel: 'alerts', since: '101' });
    probe.say({ type: 'subscribe', id: '3', channel: 'alerts', since: '50' });
    await probe.until(() => cursors(probe).length === 50);
    expect(probe.of('gap')).toEqual([
      { type: 'gap', id: '1', oldest: '50' },
      { type: 'gap', id: '2', oldest: '50' },
    ]);
  });

  test('pass the filter; the cursor of a pong goes on where none did', async () => {
    const probe = await connect();
    const filter = { vehicles: ['v-1'], kinds: ['harsh_braking'], min_severity: 'warning' };
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', filter });
    await probe.until(frames => frames.length === 1);
    raise(1, 1, 'v-2');
    raise(2, 2, 'v-1', { severity: 'info' });
    raise(3, 3, 'v-1', { kind: 'speeding' });
    probe.say({ type: 'ping' });
    await probe.until(() => probe.of('pong').length === 1);
    raise(4, 4, 'v-1', { severity: 'critical' });
    await probe.until(() => probe.of('alert').length === 1);
    expect(probe.of('pong')[0].cursor).toBe('3');
    expect(cursors(probe)).toEqual(['4']);
    probe.say({ type: 'unsubscribe', id: '1' });
    await probe.until(() => probe.of('unsubscribed').length === 1);
    raise(5, 5);
    probe.say({ type: 'ping' });
    await probe.until(() => probe.of('pong').length === 2);
    expect(probe.of('pong')[1].cursor).toBe('5');
    expect(cursors(probe)).toEqual(['4']);
  });

  test('of other groups stay unseen', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 'n-1', group: 'north' } });
    await api.ask('POST', '/v1/vehicles', { body: { id: 's-1', group: 'south' } });
    const probe = await connect(await api.tokenOf('viewer', ['north']));
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: '0' });
    raise(1, 1, 's-1');
    raise(2, 2, 'n-1');
    raise(3, 3, 'unregistered');
    await probe.until(() => probe.of('alert').length === 1);
    expect(probe.of('alert').map(({ alert }) => alert.vehicle)).toEqual(['n-1']);
  });

  test('of other groups cannot be counted either: not by cursors, pongs, gaps, or trying numbers', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 'n-1', group: 'north' } });
    await api.ask('POST', '/v1/vehicles', { body: { id: 's-1', group: 'south' } });
    const token = await api.tokenOf('viewer', ['north']);
    const probe = await connect(token);
    const pong = async () => {
      const before = probe.of('pong').length;
      probe.say({ type: 'ping' });
      await probe.until(() => probe.of('pong').length > before);
      return probe.of('pong').at(-1).cursor;
    };
    const unsubscribed = await pong();
    raise(1, 5, 's-1');
    expect(await pong()).toBe(unsubscribed);
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(() => probe.of('subscribed').length === 1);
    expect(probe.of('subscribed')[0].cursor).toBe(unsubscribed);
    raise(6, 9, 's-1');
    expect(await pong()).toBe(unsubscribed);
    raise(10, 10, 'n-1');
    await probe.until(() => cursors(probe).length === 1);
    const [seen] = cursors(probe);
    expect(seen).toMatch(/^c[\w-]{22}$/);
    raise(11, 15, 's-1');
    expect(await pong()).toBe(seen);
    raise(16, 17, 'n-1');
    await probe.until(() => cursors(probe).length === 3);
    // What was told resumes without a gap or a double; a bare number, guessed, tells nothing.
    const again = await connect(token);
    again.say({ type: 'subscribe', id: '1', channel: 'alerts', since: seen });
    again.say({ type: 'subscribe', id: '2', channel: 'alerts', since: '12' });
    again.say({ type: 'subscribe', id: '3', channel: 'alerts', since: '9999' });
    again.say({ type: 'subscribe', id: '4', channel: 'alerts', since: `c${'A'.repeat(22)}` });
    again.say({ type: 'subscribe', id: '5', channel: 'alerts', since: '0' });
    await again.until(() => cursors(again).length === 2 + 3);
    expect(again.of('gap').map(({ id }) => id)).toEqual(['2', '3', '4']);
    expect(new Set(again.of('gap').map(({ oldest }) => oldest)).size).toBe(1);
    expect(again.of('alert').every(({ alert }) => alert.vehicle === 'n-1')).toBe(true);
  });

  test('an acknowledgement is told to all who watch', async () => {
    raise(1, 1);
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    await api.ask('POST', '/v1/alerts/a-1/acknowledge', { body: { note: 'On it.' } });
    await probe.until(() => probe.of('alert').length === 1);
    expect(probe.of('alert')[0]).toMatchObject({
      change: 'acknowledged',
      alert: { status: 'acknowledged', handled_by: 'admin' },
    });
  });
});

describe('positions', () => {
  test('a snapshot, then changes, one newest per vehicle', async () => {
    api.live.put(aState('v-1'), aState('v-2', { lat: undefined, lon: undefined, speed: undefined, status: 'offline' }));
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '2', channel: 'positions' });
    await probe.until(() => probe.of('positions').length === 1);
    expect(probe.of('positions')[0].positions).toEqual([
      {
        vehicle: 'v-1',
        ts: '2025-11-22T00:00:00.000Z',
        lat: 42.28,
        lon: -83.74,
        speed_kmh: 48.3,
        heading: 271,
        status: 'driving',
        driver: null,
        open_alerts: 0,
      },
      expect.objectContaining({ vehicle: 'v-2', lat: null, lon: null, speed_kmh: null, status: 'offline' }),
    ]);
    for (let speed = 1; speed <= 50; speed++) api.live.put(aState('v-1', { speed }));
    await probe.until(() => probe.of('positions').length === 2);
    expect(probe.of('positions')[1].positions).toMatchObject([{ vehicle: 'v-1', speed_kmh: 50 }]);
  });

  test('an empty snapshot is sent too', async () => {
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { vehicles: ['nobody'] } });
    await probe.until(() => probe.of('positions').length === 1);
    expect(probe.of('positions')[0].positions).toEqual([]);
  });

  test('within the box, over the date line too', async () => {
    api.live.put(
      aState('east', { lat: -17, lon: 179 }),
      aState('west', { lat: -17, lon: -179 }),
      aState('far', { lat: -17, lon: 0 }),
    );
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { bbox: [170, -20, -170, -10] } });
    await probe.until(() => probe.of('positions').length === 1);
    expect(probe.of('positions')[0].positions.map((one: { vehicle: string }) => one.vehicle)).toEqual(['east', 'west']);
  });

  test('what leaves the box is told, what comes in is sent, and another box brings what is new in it', async () => {
    const there = (vehicle: string, lon: number) => aState(vehicle, { lat: 50, lon });
    api.live.put(there('stays', 10.5), there('leaves', 10.9), there('comes', 11.1), there('far', 12.5));
    const probe = await connect();
    const told = () => probe.of('positions').flatMap(frame => frame.positions.map((one: { vehicle: string }) => one.vehicle));
    const left = () => probe.of('positions').flatMap(frame => frame.left ?? []);
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { bbox: [10, 49, 11, 51] } });
    await probe.until(() => probe.of('positions').length === 1);
    expect(told().sort()).toEqual(['leaves', 'stays']);
    api.live.put(there('leaves', 11.05), there('comes', 10.95), there('far', 12.6));
    await probe.until(() => left().length === 1 && told().length === 3);
    expect([left(), told().at(-1)]).toEqual([['leaves'], 'comes']);
    // From one end of the map to the other within a round, and out of any box.
    api.live.put(there('stays', -100), aState('comes', { lat: undefined, lon: undefined }));
    await probe.until(() => left().length === 3);
    expect(left().sort()).toEqual(['comes', 'leaves', 'stays']);

    probe.say({ type: 'move', id: '2', bbox: [11, 49, 13, 51] });
    await probe.until(() => told().length === 5);
    expect(probe.of('moved')).toEqual([{ type: 'moved', id: '2' }]);
    expect(told().slice(3).sort()).toEqual(['far', 'leaves']);
    // What lay in the box before is known, and not sent again.
    probe.say({ type: 'move', id: '2', bbox: [12, 49, 14, 51] });
    await probe.until(() => probe.of('moved').length === 2 && probe.of('positions').at(-1).positions.length === 0);
    api.live.put(there('far', 12.7), there('leaves', 11.06));
    await probe.until(() => told().length === 6);
    expect(told().at(-1)).toBe('far');
    probe.say({ type: 'move', id: 'none', bbox: [0, 0, 1, 1] });
    probe.say({ type: 'move', id: '2', bbox: [0, 0, 1, 100] });
    await probe.until(() => probe.of('error').length === 2);
    expect(probe.of('error').map(({ code }) => code)).toEqual(['not_subscribed', 'invalid']);
  });

  test('with a pace each vehicle comes once in it, the newest; what waits is not lost when one looks elsewhere', async () => {
    api.live.put(aState('v-1', { lat: 50, lon: 10, speed: 1 }));
    const probe = await connect();
    const speeds = () =>
      probe.of('positions').flatMap(frame => frame.positions.map((one: { speed_kmh: number }) => one.speed_kmh));
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', every_s: 2 });
    await probe.until(() => speeds().length === 1);
    for (let speed = 2; speed <= 40; speed++) {
      api.live.put(aState('v-1', { lat: 50, lon: 10, speed }));
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await probe.until(() => speeds().includes(40));
    // Two seconds of changes, and what came after them.
    expect(speeds().length).toBeLessThanOrEqual(4);
    probe.say({ type: 'move', id: '2', every_s: 60 });
    await probe.until(() => probe.of('moved').length === 1);
    api.live.put(aState('v-1', { lat: 50, lon: 10, speed: 99 }));
    await new Promise(resolve => setTimeout(resolve, 600));
    probe.say({ type: 'move', id: '2', bbox: [9, 49, 11, 51], every_s: 0 });
    await probe.until(() => speeds().at(-1) === 99);
    api.live.put(aState('v-1', { lat: 50, lon: 10, speed: 100 }));
    await probe.until(() => speeds().at(-1) === 100);
  });

  test('a caller of one group sees its own in the box, and is told of no other that leaves', async () => {
    await api.ask('POST', '/v1/vehicles', { body: { id: 'ours', group: 'north' } });
    const token = await api.tokenOf('viewer', ['north']);
    const there = (vehicle: string, lon: number) => aState(vehicle, { lat: 50, lon });
    api.live.put(there('ours', 10.5), there('theirs', 10.5));
    const probe = await connect(token);
    probe.say({ type: 'subscribe', id: '2', channel: 'positions', filter: { bbox: [10, 49, 11, 51] } });
    await probe.until(() => probe.of('positions').length === 1);
    api.live.put(there('ours', 12), there('theirs', 12));
    await probe.until(() => probe.of('positions').length === 2);
    expect(
      probe.of('positions').map(({ positions, left }) => [positions.map((one: { vehicle: string }) => one.vehicle), left]),
    ).toEqual([
      [['ours'], undefined],
      [[], ['ours']],
    ]);
  });

  test('a large fleet comes in frames of at most 64 KiB', async () => {
    api.live.put(...Array.from({ length: 3_000 }, (_, n) => aState(`v-${n}`)));
    const probe = await connect();
    const sizes: number[] = [];
    probe.socket.on('message', data => sizes.push(data.toString().length));
    probe.say({ type: 'subscribe', id: '2', channel: 'positions' });
    await probe.until(() => probe.of('positions').flatMap(frame => frame.positions).length === 3_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
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
    const { clock } = api.deps;
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
    const slowApi = await startTestApi({ sockets: { ...api.deps.config.sockets, stall: 300 } });
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
    expect(cursors(quick)).toEqual(numbers(1, 4_000));
    await new Promise(resolve => setTimeout(resolve, 600));
    expect(slowApi.counters.get('ws_closed_slow')).toBe(1);
    slow.socket.resume();
    expect(await slow.closed).toBe(4408);

    const again = await connectProbe(slowApi.port, headers);
    again.say({ type: 'subscribe', id: '1', channel: 'alerts', since: cursors(slow).at(-1) ?? '0' });
    await again.until(() => cursors(again).at(-1) === '4000');
    expect([...cursors(slow), ...cursors(again)]).toEqual(numbers(1, 4_000));
    for (const probe of [quick, again]) probe.socket.terminate();
    await slowApi.close();
  }, 20_000);

  test('a burst in one turn closes nobody who reads', async () => {
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    raise(1, 6_000);
    await probe.until(frames => frames.length === 6_001);
    expect(cursors(probe)).toEqual(numbers(1, 6_000));
  });

  test('a stopping server says so', async () => {
    const other = await startTestApi();
    const probe = await connectProbe(other.port, { authorization: `Bearer ${ADMIN_TOKEN}` });
    await other.close();
    expect(await probe.closed).toBe(1001);
  });
});
