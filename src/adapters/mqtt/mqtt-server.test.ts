import { describe, expect, test } from '@jest/globals';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { ownTopicsGate } from '../../../tests/mqtt/own-topics-gate.js';
import { TestingBroker } from '../../../tests/mqtt/testing-broker.js';
import { settle, until } from '../../../tests/mqtt/until.js';
import { openMqttServer } from './mqtt-server.js';

describe('acknowledgements', () => {
  // Proves: a device hears nothing before its message is taken, and hears in the order it sent, however the commits end.
  test.each([4, 5] as const)('wait for the sink and keep their order (MQTT version %i)', async version => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { sink } = broker;
    const client = await broker.device('a', version);
    client.publish('a', 'one', 1, 11);
    client.publish('a', 'two', 2, 12);
    client.publish('a', 'three', 1, 13);
    await until('three messages', () => sink.taken.length === 3);
    sink.answer(2);
    sink.answer(1);
    await settle();
    expect(client.heard.map(({ cmd }) => cmd)).toEqual(['connack']);
    sink.answer(0);
    await client.next('puback', 2);
    expect(client.heard.slice(1).map(({ cmd, messageId }) => [cmd, messageId])).toEqual([
      ['puback', 11],
      ['pubrec', 12],
      ['puback', 13],
    ]);
    expect(sink.taken[0]).toMatchObject({ device: 'a', topic: 'telltale/v1/a/events', qos: 1, dup: false, stored: false });
  });

  // Proves: what could not be taken is never acknowledged, nor what came behind it on the same connection.
  test('do not come when the sink failed: the connection is closed', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { server, sink } = broker;
    const client = await broker.device('a', 5);
    client.publish('a', 'one', 1, 1);
    client.publish('a', 'two', 1, 2);
    await until('two messages', () => sink.taken.length === 2);
    sink.answer(0, new Error('the disk is full'));
    sink.answer(0);
    await client.whenClosed();
    expect(client.all('puback')).toEqual([]);
    expect(client.all('disconnect')[0]!.reasonCode).toBe(0x89);
    expect(server.counters).toMatchObject({ messages_not_taken: 1, acknowledged: 0, acknowledgements_undeliverable: 0 });
  });

  // Proves: QoS 2 is taken once over re-sends on the same and on a new connection, before and after the sink has answered.
  test('QoS 2 takes an id once until it is released', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { sink } = broker;
    const session = { clean: false };
    const first = await broker.device('a', 4, session);
    first.publish('a', 'once', 2, 7);
    first.publish('a', 'once', 2, 7, { dup: true });
    await until('a message', () => sink.taken.length === 1);
    await broker.lose(first);
    const second = await broker.device('a', 4, session);
    expect(second.connack.sessionPresent).toBe(true);
    second.publish('a', 'once', 2, 7, { dup: true });
    await settle();
    expect(second.all('pubrec')).toEqual([]);
    sink.answer();
    await second.next('pubrec');
    second.publish('a', 'once', 2, 7, { dup: true });
    await second.next('pubrec', 2);
    second.send({ cmd: 'pubrel', messageId: 7 });
    await second.next('pubcomp');
    expect(sink.taken).toHaveLength(1);
    second.publish('a', 'another', 2, 7);
    await until('the next', () => sink.taken.length === 2);
  });

  // Proves: no PUBCOMP for a message that is not on disk.
  test('a PUBREL before its PUBREC ends the connection', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const client = await broker.device('a');
    client.publish('a', 'x', 2, 7);
    client.send({ cmd: 'pubrel', messageId: 7 });
    await client.whenClosed();
    expect(client.all('pubcomp')).toEqual([]);
  });

  // Proves: a stop loses no acknowledgement of what the sink still takes.
  test('go out while the server closes', async () => {
    const broker = await TestingBroker.open({}, new HeldSink());
    const { server, sink } = broker;
    const client = await broker.device('a', 5);
    client.publish('a', 'last', 1, 1);
    await until('a message', () => sink.taken.length === 1);
    const closed = server.close();
    await settle();
    sink.answer();
    await closed;
    await client.whenClosed();
    expect(client.heard.slice(1)).toMatchObject([
      { cmd: 'puback', messageId: 1 },
      { cmd: 'disconnect', reasonCode: 0x8b },
    ]);
  });
});

describe('back-pressure', () => {
  // Proves: a full sink stops every reader, nothing is lost or reordered, and reading goes on when there is room.
  test('a full sink pauses the sockets', async () => {
    const broker = await TestingBroker.open();
    const { server, sink } = broker;
    const [a, b] = [await broker.device('a'), await broker.device('b')];
    sink.full = true;
    for (let id = 1; id <= 50; id++) {
      a.publish('a', `a${id}`, 1, id);
      b.publish('b', `b${id}`, 1, id);
    }
    await settle();
    expect(sink.taken).toHaveLength(0);
    sink.drain();
    await a.next('puback', 50);
    await b.next('puback', 50);
    expect(sink.texts().filter(text => text.startsWith('a'))).toEqual(Array.from({ length: 50 }, (_, n) => `a${n + 1}`));
    // Over a channel the sink's fullness is felt when as much is on its way as may be (sink-across.test.ts).
    expect(server.counters.sink_full_pauses).toBe(TestingBroker.overChannel ? 0 : 2);
  });

  // Proves: a device without a window cannot have more than the bound in the sink.
  test('a connection has at most so many messages in flight', async () => {
    const broker = await TestingBroker.open({ inFlight: 4 }, new HeldSink());
    const { sink } = broker;
    const client = await broker.device('a');
    for (let id = 1; id <= 10; id++) client.publish('a', `${id}`, 1, id);
    await until('four', () => sink.taken.length === 4);
    await settle();
    expect(sink.taken).toHaveLength(4);
    while (sink.taken.length < 10) {
      sink.answer();
      await settle();
    }
    while (sink.waiting.length > 0) sink.answer();
    await client.next('puback', 10);
    expect(client.acknowledged()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  // Proves: what one connection may have in the sink is bounded by its bytes too, and all of it gets through; another one is not held up by it.
  test('a connection has at most so many bytes in flight', async () => {
    const broker = await TestingBroker.open({ inFlightBytes: 1_000 }, new HeldSink());
    const { sink } = broker;
    const [client, other] = [await broker.device('a'), await broker.device('b')];
    for (let id = 1; id <= 6; id++) client.publish('a', `${id}`.repeat(400), 1, id);
    await until('three', () => sink.taken.length === 3);
    await settle();
    other.publish('b', 'here', 1, 1);
    await until('the other one', () => sink.taken.length === 4);
    expect(sink.texts()[3]).toBe('here');
    sink.answer();
    await settle();
    // 800 bytes are more than half.
    expect(sink.taken).toHaveLength(4);
    while (sink.taken.length < 7 || sink.waiting.length > 0) {
      if (sink.waiting.length > 0) sink.answer();
      await settle();
    }
    await client.next('puback', 6);
    expect(client.acknowledged()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('bad bytes', () => {
  // Proves: what is no MQTT ends its own connection, is counted, and its neighbour does not notice.
  test.each([
    ['no CONNECT first', Buffer.from([0xc0, 0])],
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a length without end', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a CONNECT that is cut short inside', Buffer.from([0x10, 5, 0, 4, 0x4d, 0x51, 0x54])],
    ['a CONNECT above its bound', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
  ])('%s', async (_what, bytes) => {
    const broker = await TestingBroker.open();
    const { server } = broker;
    const neighbour = await broker.device('n');
    const client = await broker.raw();
    client.socket.write(bytes);
    await client.whenClosed();
    neighbour.publish('n', 'here', 1, 1);
    await neighbour.next('puback');
    const { protocol_errors, packets_too_large, connects_rejected } = server.counters;
    expect(protocol_errors + packets_too_large + connects_rejected).toBe(1);
  });

  // Proves: 300 KiB and 1,000,000 bytes reach the sink (which quarantines them), above 1 MiB the connection ends.
  test('large messages', async () => {
    const broker = await TestingBroker.open();
    const { server, sink } = broker;
    const client = await broker.device('a', 5);
    client.publish('a', Buffer.alloc(300 * 1024), 1, 1);
    client.publish('a', Buffer.alloc(1_000_000), 1, 2);
    await client.next('puback', 2);
    client.publish('a', Buffer.alloc(1_100_000), 1, 3);
    await client.whenClosed();
    expect(sink.taken.map(({ payload }) => payload.length)).toEqual([300 * 1024, 1_000_000]);
    expect(server.counters.packets_too_large).toBe(1);
  });

  // Proves: many half-sent packets cannot fill the memory.
  test('half packets are bounded over all connections', async () => {
    const broker = await TestingBroker.open({ heldBytes: 100_000, heldBytesPerConnection: 1_000 }, new HeldSink());
    const { server } = broker;
    const half = Buffer.concat([Buffer.from([0x30, 0x80, 0x80, 0x10]), Buffer.alloc(60_000)]);
    const [first, second] = [await broker.device('a'), await broker.device('b')];
    first.socket.write(half);
    await settle();
    second.socket.write(half);
    await second.whenClosed();
    expect(first.closed).toBe(false);
    expect(server.counters.held_bytes_exceeded).toBe(1);
  });
});

describe('the port', () => {
  // Proves: a busy port is an error with its reason, on which the caller can choose another.
  test('that is taken', async () => {
    const { server } = await TestingBroker.open();
    const port = Number(new URL(server.address).port);
    const second = openMqttServer({
      host: '127.0.0.1',
      port,
      gate: ownTopicsGate,
      sink: new HeldSink(),
      clock: new ManualClock(),
    });
    await expect(second).rejects.toMatchObject({ code: 'MQTT_LISTEN', context: { port, code: 'EADDRINUSE' } });
  });
});
