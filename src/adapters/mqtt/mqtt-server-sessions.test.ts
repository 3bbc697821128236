import { describe, expect, test } from '@jest/globals';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { TestingBroker } from '../../../tests/mqtt/testing-broker.js';
import { settle, until } from '../../../tests/mqtt/until.js';

describe('what the server tells a device', () => {
  const subscribed = async (broker: TestingBroker, id: string, version: 4 | 5, qos: 0 | 1, more: object = {}) => {
    const client = await broker.device(id, version, more);
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `telltale/v1/${id}/#`, qos }] });
    await client.next('suback');
    return client;
  };

  // Proves: a message reaches the one who subscribed, and devices do not hear each other.
  test.each([4, 5] as const)('goes to who subscribed (MQTT version %i)', async version => {
    const broker = await TestingBroker.open();
    const { server } = broker;
    const [a, b] = [await subscribed(broker, 'a', version, 0), await subscribed(broker, 'b', version, 1)];
    b.publish('b', 'own voice', 1, 9);
    await b.next('puback');
    server.publish('telltale/v1/a/errors', Buffer.from('{"reason":"x"}'));
    server.publish('telltale/v1/b/errors', Buffer.from('y'));
    expect(await a.next('publish')).toMatchObject({ topic: 'telltale/v1/a/errors', qos: 0, retain: false });
    expect(await b.next('publish')).toMatchObject({ topic: 'telltale/v1/b/errors', qos: 1, messageId: 1 });
    expect(b.all('publish')).toHaveLength(1);
  });

  // Proves: QoS 1 waits for a device that is away, comes again until acknowledged, and is bounded.
  test('QoS 1 is kept for a session and sent again', async () => {
    const broker = await TestingBroker.open({ outboundMessages: 2 }, new HeldSink());
    const { server } = broker;
    const first = await subscribed(broker, 'a', 4, 1, { clean: false });
    await broker.lose(first);
    for (const text of ['1', '2', '3']) server.publish('telltale/v1/a/errors', Buffer.from(text));
    await until('the third to be dropped', () => server.counters.outbound_dropped === 1);
    const second = await broker.device('a', 4, { clean: false });
    await second.next('publish', 2);
    second.send({ cmd: 'puback', messageId: 1 });
    second.send({ cmd: 'pingreq' });
    await second.next('pingresp');
    await broker.lose(second);
    const third = await broker.device('a', 4, { clean: false });
    expect(await third.next('publish')).toMatchObject({ messageId: 2, dup: true });
    expect(third.all('publish')).toHaveLength(1);
  });

  // Proves: a device that does not read costs a bounded buffer and then its connection.
  test('a device that does not read is cut off', async () => {
    const broker = await TestingBroker.open(
      { outboundHardBytes: 10_000, outboundSoftBytes: 1_000_000, linger_ms: 100 },
      new HeldSink(),
    );
    const { server } = broker;
    const client = await subscribed(broker, 'a', 4, 0);
    client.socket.pause();
    const big = Buffer.alloc(400_000);
    for (let n = 0; n < 50 && server.connections() > 0; n++) {
      server.publish('telltale/v1/a/errors', big);
      await settle();
    }
    expect(server.connections()).toBe(0);
    expect(server.counters.slow_connections_closed).toBe(1);
  });
});

describe('sessions and time', () => {
  // Proves: a session is kept for its time, no longer, and its subscriptions go with it.
  test('expire', async () => {
    const broker = await TestingBroker.open({ sessionExpiry_ms: 60_000 }, new HeldSink());
    const { server, clock } = broker;
    const first = await broker.device('a', 5, { clean: false, properties: { sessionExpiryInterval: 3_600 } });
    expect(first.connack.properties?.sessionExpiryInterval).toBe(60);
    await broker.lose(first);
    clock.advance(59_000);
    const second = await broker.device('a', 5, { clean: false, properties: { sessionExpiryInterval: 30 } });
    expect(second.connack.sessionPresent).toBe(true);
    await broker.lose(second);
    clock.advance(31_000);
    const third = await broker.device('a', 5, { clean: false });
    expect(third.connack.sessionPresent).toBe(false);
    expect(server.counters.sessions_expired).toBe(1);
  });

  // Proves: a device that makes sessions without end pushes out its own only.
  test('are bounded by device', async () => {
    const broker = await TestingBroker.open({ sessionsPerDevice: 2 }, new HeldSink());
    const { server } = broker;
    const kept = async (id: string, clientId: string) => {
      const client = await broker.device(id, 4, { clean: false, clientId });
      await broker.lose(client);
      return client.connack.sessionPresent;
    };
    await kept('b', 'one');
    for (const clientId of ['one', 'two', 'three']) await kept('a', clientId);
    expect(server.counters.sessions_dropped).toBe(1);
    expect([await kept('b', 'one'), await kept('a', 'three')]).toEqual([true, true]);
    await broker.device('c', 4, { clientId: '1' });
    await broker.device('c', 4, { clientId: '2' });
    const third = await broker.raw(5);
    third.logIn('c', { clientId: '3' });
    await third.next('connack');
    expect(third.connack.reasonCode).toBe(0x97);
  });

  // Proves: a device that was deleted or has a new secret is gone at once, with all of its sessions, and nobody else is.
  test('end when the device is dropped', async () => {
    const broker = await TestingBroker.open();
    const { server } = broker;
    const kept = await broker.device('a', 4, { clean: false, clientId: 'kept' });
    await broker.lose(kept);
    const [a, b] = [await broker.device('a', 5), await broker.device('b')];
    server.drop('a');
    server.drop('nobody');
    await a.whenClosed();
    expect(a.all('disconnect')[0]!.reasonCode).toBe(0x87);
    expect([server.connections(), b.closed]).toEqual([1, false]);
    const again = await broker.device('a', 4, { clean: false, clientId: 'kept' });
    expect(again.connack.sessionPresent).toBe(false);
  });

  // Proves: silence for one and a half keep-alives ends the connection, a ping prevents it.
  test('keep-alive', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { server, clock } = broker;
    const client = await broker.device('a', 5, { keepalive: 10 });
    clock.advance(14_000);
    client.send({ cmd: 'pingreq' });
    await client.next('pingresp');
    clock.advance(14_000);
    await settle();
    expect(client.closed).toBe(false);
    clock.advance(3_000);
    await client.whenClosed();
    expect(client.all('disconnect')[0]!.reasonCode).toBe(0x8d);
    expect(server.counters.keep_alive_timeouts).toBe(1);
  });
});

describe('wills', () => {
  const will = { topic: 'telltale/v1/a/status', payload: Buffer.from('offline'), qos: 1 as const };

  // Proves: a lost connection is told as its device's own message, a goodbye is not.
  test('come when the connection is lost', async () => {
    const broker = await TestingBroker.open();
    const { sink } = broker;
    const polite = await broker.device('a', 4, { will });
    polite.send({ cmd: 'disconnect' });
    await polite.whenClosed();
    expect(sink.taken).toEqual([]);
    const lost = await broker.device('a', 4, { will });
    lost.socket.destroy();
    await until('the will', () => sink.taken.length === 1);
    expect(sink.taken[0]).toMatchObject({ device: 'a', topic: will.topic, qos: 1, stored: false });
    expect(sink.texts()).toEqual(['offline']);
  });

  // Proves: a device that is back within its will delay was never gone; one that is not, was.
  test('wait for their delay', async () => {
    const broker = await TestingBroker.open();
    const { sink, clock } = broker;
    const delayed = {
      clean: false,
      will: { ...will, properties: { willDelayInterval: 30 } },
      properties: { sessionExpiryInterval: 600 },
    };
    for (const [away_ms, wills] of [
      [29_000, 0],
      [31_000, 1],
    ] as const) {
      const client = await broker.device('a', 5, delayed);
      await broker.lose(client);
      clock.advance(away_ms);
      await until('the will', () => sink.taken.length >= wills);
      await settle();
      expect(sink.taken).toHaveLength(wills);
    }
  });

  // Proves: a will cannot be used to speak for another.
  test('to a foreign topic refuse the connection', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const client = await broker.raw();
    client.logIn('b', { will });
    await client.next('connack');
    expect(client.connack.returnCode).toBe(5);
  });
});
