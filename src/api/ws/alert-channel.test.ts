// Proves: viewers get every alert in order across resumes and bursts, within their groups, of whose rest they learn nothing.
import { describe, expect, test } from '@jest/globals';
import { cursorsFrom, cursorsOf, watchedApi } from '../../../tests/harness/watched-api.js';

const watched = watchedApi();
const { connect, raise } = watched;

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
    watched.api.alerts.onRead = () => {
      if (bursts++ >= 8) return;
      raise(1_000 + 10 * bursts - 9, 1_000 + 10 * bursts - 5);
      setImmediate(() => raise(1_000 + 10 * bursts - 4, 1_000 + 10 * bursts));
    };
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: '10' });
    await probe.until(() => cursorsOf(probe).at(-1) === '1080');
    raise(1_081, 1_090);
    await probe.until(() => cursorsOf(probe).at(-1) === '1090');
    expect(cursorsOf(probe)).toEqual(cursorsFrom(11, 1_090));
  });

  test('a cursor that is too old, or of another stream, is a gap', async () => {
    raise(1, 100);
    watched.api.alerts.forgetBefore(50);
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: '49' });
    probe.say({ type: 'subscribe', id: '2', channel: 'alerts', since: '101' });
    probe.say({ type: 'subscribe', id: '3', channel: 'alerts', since: '50' });
    await probe.until(() => cursorsOf(probe).length === 50);
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
    expect(cursorsOf(probe)).toEqual(['4']);
    probe.say({ type: 'unsubscribe', id: '1' });
    await probe.until(() => probe.of('unsubscribed').length === 1);
    raise(5, 5);
    probe.say({ type: 'ping' });
    await probe.until(() => probe.of('pong').length === 2);
    expect(probe.of('pong')[1].cursor).toBe('5');
    expect(cursorsOf(probe)).toEqual(['4']);
  });

  test('of other groups stay unseen', async () => {
    await watched.api.ask('POST', '/v1/vehicles', { body: { id: 'n-1', group: 'north' } });
    await watched.api.ask('POST', '/v1/vehicles', { body: { id: 's-1', group: 'south' } });
    const probe = await connect(await watched.api.tokenOf('viewer', ['north']));
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts', since: '0' });
    raise(1, 1, 's-1');
    raise(2, 2, 'n-1');
    raise(3, 3, 'unregistered');
    await probe.until(() => probe.of('alert').length === 1);
    expect(probe.of('alert').map(({ alert }) => alert.vehicle)).toEqual(['n-1']);
  });

  test('of other groups cannot be counted either: not by cursors, pongs, gaps, or trying numbers', async () => {
    await watched.api.ask('POST', '/v1/vehicles', { body: { id: 'n-1', group: 'north' } });
    await watched.api.ask('POST', '/v1/vehicles', { body: { id: 's-1', group: 'south' } });
    const token = await watched.api.tokenOf('viewer', ['north']);
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
    await probe.until(() => cursorsOf(probe).length === 1);
    const [seen] = cursorsOf(probe);
    expect(seen).toMatch(/^c[\w-]{22}$/);
    raise(11, 15, 's-1');
    expect(await pong()).toBe(seen);
    raise(16, 17, 'n-1');
    await probe.until(() => cursorsOf(probe).length === 3);
    // What was told resumes without a gap or a double; a bare number, guessed, tells nothing.
    const again = await connect(token);
    again.say({ type: 'subscribe', id: '1', channel: 'alerts', since: seen });
    again.say({ type: 'subscribe', id: '2', channel: 'alerts', since: '12' });
    again.say({ type: 'subscribe', id: '3', channel: 'alerts', since: '9999' });
    again.say({ type: 'subscribe', id: '4', channel: 'alerts', since: `c${'A'.repeat(22)}` });
    again.say({ type: 'subscribe', id: '5', channel: 'alerts', since: '0' });
    await again.until(() => cursorsOf(again).length === 2 + 3);
    expect(again.of('gap').map(({ id }) => id)).toEqual(['2', '3', '4']);
    expect(new Set(again.of('gap').map(({ oldest }) => oldest)).size).toBe(1);
    expect(again.of('alert').every(({ alert }) => alert.vehicle === 'n-1')).toBe(true);
  });

  test('an acknowledgement is told to all who watch', async () => {
    raise(1, 1);
    const probe = await connect();
    probe.say({ type: 'subscribe', id: '1', channel: 'alerts' });
    await probe.until(frames => frames.length === 1);
    await watched.api.ask('POST', '/v1/alerts/a-1/acknowledge', { body: { note: 'On it.' } });
    await probe.until(() => probe.of('alert').length === 1);
    expect(probe.of('alert')[0]).toMatchObject({
      change: 'acknowledged',
      alert: { status: 'acknowledged', handled_by: 'admin' },
    });
  });
});
