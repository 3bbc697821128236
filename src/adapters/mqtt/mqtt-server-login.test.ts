import { describe, expect, test } from '@jest/globals';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { TestingBroker } from '../../../tests/mqtt/testing-broker.js';
import { settle, until } from '../../../tests/mqtt/until.js';

describe('log-in', () => {
  // Proves: a wrong secret is told in the words of each version, and the connection is closed.
  test.each([
    [3, { returnCode: 4 }],
    [4, { returnCode: 4 }],
    [5, { reasonCode: 0x86 }],
  ] as const)('a wrong secret is refused (MQTT version %i)', async (version, code) => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { server } = broker;
    const client = await broker.raw(version);
    client.logIn('a', { password: Buffer.from('wrong') });
    await client.whenClosed();
    expect(client.connack).toMatchObject({ ...code, sessionPresent: false });
    expect(server.connections()).toBe(0);
    expect(server.counters.logins_refused).toBe(1);
  });

  // Proves: after too many failures of an address refusals wait, while a right secret from the same address does not.
  test('a storm of failures is slowed and hurts nobody else', async () => {
    const broker = await TestingBroker.open({ failedLoginBurst: 2, refusalDelay_ms: 3_000 }, new HeldSink());
    const { server, clock } = broker;
    for (let n = 0; n < 2; n++) {
      const client = await broker.raw();
      client.logIn('a', { password: Buffer.from('wrong') });
      await client.whenClosed();
    }
    const third = await broker.raw();
    third.logIn('a', { password: Buffer.from('wrong') });
    await settle();
    expect(third.heard).toEqual([]);
    const honest = await broker.device('b');
    expect(honest.connack.returnCode).toBe(0);
    clock.advance(3_000);
    await third.whenClosed();
    expect(third.connack.returnCode).toBe(4);
    expect(server.counters.refusals_delayed).toBe(1);
  });

  // Proves: nobody holds a socket without logging in, and the longest waiting gives way when there are too many.
  test('who does not log in is sent away', async () => {
    const broker = await TestingBroker.open({ waitingLogins: 2 }, new HeldSink());
    const { server, clock } = broker;
    const [first, second] = [await broker.raw(), await broker.raw()];
    await until('two', () => server.counters.connections_opened === 2);
    const third = await broker.raw();
    await first.whenClosed();
    clock.advance(11_000);
    await second.whenClosed();
    await third.whenClosed();
    expect(server.counters).toMatchObject({ waiting_logins_dropped: 1, connect_timeouts: 2 });
  });

  // Proves: ids are assigned where the version allows it, and refused where not.
  test('an empty client id', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { server } = broker;
    const five = await broker.device('a', 5, { clientId: '' });
    expect(five.connack.properties?.assignedClientIdentifier).toMatch(/^a-/);
    const four = await broker.device('a', 4, { clientId: '' });
    expect(four.connack.returnCode).toBe(0);
    expect(server.connections()).toBe(2);
    const keeps = await broker.raw();
    // mqtt-packet would not write it: CONNECT, clean session off, empty id.
    keeps.socket.write(Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 0, 0, 0]));
    await keeps.next('connack');
    expect(keeps.connack.returnCode).toBe(2);
  });

  // Proves: a client id belongs to its device; only the device itself takes a session over.
  test('another device cannot push a client id out', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { server } = broker;
    const a = await broker.device('a', 5, { clientId: 'same' });
    const b = await broker.device('b', 5, { clientId: 'same' });
    await settle();
    expect([a.closed, b.closed]).toEqual([false, false]);
    await broker.device('a', 5, { clientId: 'same' });
    await a.whenClosed();
    expect(a.all('disconnect')[0]!.reasonCode).toBe(0x8e);
    expect(b.closed).toBe(false);
    expect(server.connections()).toBe(2);
  });

  // Proves: an unknown version is told so and not guessed at.
  test('an unknown protocol version gets return code 1', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const client = await broker.raw();
    client.socket.write(Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 9, 2, 0, 0, 0, 0]));
    await client.next('connack');
    expect(client.connack.returnCode).toBe(1);
  });
});

describe('topics', () => {
  // Proves: a foreign topic is refused in the words of MQTT 5, counted, and the device goes on.
  test('MQTT 5 hears "not authorised" and stays', async () => {
    const broker = await TestingBroker.open();
    const { server, sink } = broker;
    const client = await broker.device('a', 5);
    client.publish('b', 'foreign', 1, 1);
    client.publish('b', 'foreign', 2, 2);
    client.publish('a', 'own', 1, 3);
    await client.next('puback', 2);
    expect(client.all('puback').map(({ messageId, reasonCode }) => [messageId, reasonCode])).toEqual([
      [1, 0x87],
      [3, 0],
    ]);
    expect(client.all('pubrec')[0]).toMatchObject({ messageId: 2, reasonCode: 0x87 });
    expect(sink.texts()).toEqual(['own']);
    expect(server.counters).toMatchObject({ messages_received: 3, messages_refused: 2 });
  });

  // Proves: MQTT 3, which cannot refuse, gets no false acknowledgement: QoS 0 is dropped, anything else ends the connection.
  test('MQTT 3.1.1 is cut off, but not for QoS 0', async () => {
    const broker = await TestingBroker.open();
    const { server } = broker;
    const client = await broker.device('a');
    client.publish('b', 'foreign', 0);
    client.publish('a', 'own', 1, 1);
    await client.next('puback');
    client.publish('b', 'foreign', 1, 2);
    await client.whenClosed();
    expect(client.acknowledged()).toEqual([1]);
    expect(server.counters).toMatchObject({ messages_refused: 2, protocol_errors: 0 });
  });

  // Proves: what is announced as not there is refused by its own reason, what is not allowed too.
  test('subscriptions: own filters only, none shared, QoS 1 at most', async () => {
    const broker = await TestingBroker.open({ subscriptionsPerSession: 2 }, new HeldSink());
    const client = await broker.device('a', 5);
    const filters = [
      'telltale/v1/a/#',
      '$share/g/telltale/v1/a/x',
      'telltale/v1/b/#',
      'telltale/v1/a/#/x',
      'telltale/v1/a/+',
      'telltale/v1/a/y',
    ];
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: filters.map(topic => ({ topic, qos: 2 })) });
    expect((await client.next('suback')).granted).toEqual([1, 0x9e, 0x87, 0x8f, 1, 0x97]);
    client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['telltale/v1/a/+', 'never'] });
    expect((await client.next('unsuback')).granted).toEqual([0, 0x11]);
    expect(client.connack.properties).toMatchObject({
      sharedSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
    });
  });
});
