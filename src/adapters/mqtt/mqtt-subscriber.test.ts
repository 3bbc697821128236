import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { settle, until } from '../../../tests/mqtt/until.js';
import type { DeviceGate } from '../../ports/listener.js';
import { type MqttServer, openMqttServer } from './mqtt-server.js';
import { type MqttSubscriber, openMqttSubscriber } from './mqtt-subscriber.js';
import type { SubscriberLimits } from './subscriber-limits.js';

/** Our own server plays the broker: what it publishes, the subscriber hears. */
const anyone: DeviceGate = {
  authenticate: user => ({ device: user ?? 'anyone' }),
  mayPublish: () => true,
  maySubscribe: (_device, filter) => filter !== 'forbidden',
};

let broker: MqttServer | undefined;
let subscriber: MqttSubscriber | undefined;
let silent: Server | undefined;
let clock: ManualClock;
let sink: HeldSink;
let brokerSink: HeldSink;

const startBroker = async (port = 0) => {
  brokerSink = new HeldSink(true);
  broker = await openMqttServer({ host: '127.0.0.1', port, gate: anyone, sink: brokerSink, clock: new ManualClock() });
  return Number(new URL(broker.address).port);
};
const subscribe = async (
  port: number,
  limits: Partial<SubscriberLimits> = {},
  topics = ['telltale/v1/+/events', 'telltale/v1/+/status'],
) => {
  clock = new ManualClock();
  sink = new HeldSink();
  const url = `mqtt://server:pw@127.0.0.1:${port}`;
  subscriber = await openMqttSubscriber({
    url,
    clientId: 'telltale',
    topics,
    sink,
    clock,
    random: { fraction: () => 0 },
    limits,
  });
  return subscriber;
};
const say = (text: string) => broker!.publish('telltale/v1/v1/events', Buffer.from(text));

afterEach(async () => {
  while (sink.waiting.length > 0) sink.answer();
  await subscriber?.close();
  await broker?.close();
  silent?.close();
  subscriber = broker = silent = undefined;
});

describe('messages from an external broker', () => {
  // Proves: messages are handed over without waiting for each other, and acknowledged in order when they are taken.
  test('are taken at once and acknowledged in order', async () => {
    const it = await subscribe(await startBroker());
    await until('the connection', () => it.connected);
    for (const text of ['1', '2', '3']) say(text);
    await until('three', () => sink.taken.length === 3);
    expect(sink.taken[0]).toMatchObject({ device: undefined, topic: 'telltale/v1/v1/events', qos: 1, stored: false });
    sink.answer(2);
    sink.answer(1);
    await settle();
    expect(it.counters.acknowledged).toBe(0);
    sink.answer();
    await until('the acknowledgements', () => it.counters.acknowledged === 3);
  });

  // Proves: what was not taken is not acknowledged; the line is cut and the broker sends it again after the back-off.
  test('come again when the sink failed', async () => {
    const it = await subscribe(await startBroker(), { minBackoff_ms: 1_000 });
    await until('the connection', () => it.connected);
    for (const text of ['1', '2']) say(text);
    await until('both', () => sink.taken.length === 2);
    sink.answer(0, new Error('disk full'));
    sink.answer(0);
    expect(it).toMatchObject({ connected: false, trouble: 'a message could not be taken: disk full' });
    expect(it.counters).toMatchObject({ acknowledged: 0, messages_not_taken: 1 });
    await until('the end', () => broker!.connections() === 0);
    clock.advance(999);
    await settle();
    expect(it.connected).toBe(false);
    clock.advance(1);
    await until('both again', () => sink.taken.length === 4);
    expect(sink.texts().slice(2)).toEqual(['1', '2']);
    expect(sink.taken[2]!.dup).toBe(true);
    // The session was there: nothing had to be subscribed again.
    expect(it.counters.sessions_lost).toBe(0);
  });

  // Proves: a full sink stops the reading, and nothing is lost when it goes on.
  test('wait for room in the sink', async () => {
    const it = await subscribe(await startBroker());
    await until('the connection', () => it.connected);
    sink.full = true;
    for (const text of ['1', '2']) say(text);
    await settle();
    expect(sink.taken).toEqual([]);
    sink.drain();
    await until('both', () => sink.taken.length === 2);
    expect(it.counters.sink_full_pauses).toBe(1);
  });
});

describe('the connection', () => {
  // Proves: a broker that is away at the start is waited for, with pauses that double up to a bound.
  test('is tried again with back-off', async () => {
    const port = await startBroker();
    await broker!.close();
    const it = await subscribe(port, { minBackoff_ms: 1_000, maxBackoff_ms: 4_000 });
    for (const pause of [1_000, 2_000, 4_000, 4_000]) {
      const before = it.counters.connects_failed;
      await until('a failure', () => it.counters.connects_failed === before + 1 || it.trouble?.includes('ECONNREFUSED') === true);
      await settle();
      const failed = it.counters.connects_failed;
      clock.advance(pause - 1);
      await settle();
      expect(it.counters.connects_failed).toBe(failed);
      clock.advance(1);
      await until('the next failure', () => it.counters.connects_failed === failed + 1);
    }
    await startBroker(port);
    clock.advance(4_000);
    await until('the connection', () => it.connected);
    expect(it.trouble).toBeUndefined();
  });

  // Proves: a broker that forgot our session gets our subscriptions anew, and the loss is counted.
  test('subscribes again when the session is gone', async () => {
    const port = await startBroker();
    const it = await subscribe(port);
    await until('the connection', () => it.connected);
    await broker!.close();
    await startBroker(port);
    clock.advance(1_000);
    await until('the connection', () => it.connected);
    say('hello');
    await until('a message', () => sink.taken.length === 1);
    expect(it.counters).toMatchObject({ sessions_lost: 1, connects: 2, disconnects: 1 });
  });

  // Proves: a broker that takes our bytes and says nothing is given up, before and after the welcome.
  test('to a silent broker is cut', async () => {
    silent = createServer(socket => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
    await until('the listener', () => silent!.listening);
    const { port } = silent.address() as { port: number };
    const it = await subscribe(port);
    await settle();
    clock.advance(10_000);
    expect(it.trouble).toMatch(/did not answer/);
  });

  // Proves: a refused topic is counted, and no topic at all is no connection.
  test('needs at least one topic', async () => {
    const port = await startBroker();
    const it = await subscribe(port, {}, ['forbidden']);
    await until('the refusal', () => it.counters.subscriptions_refused === 1);
    expect(it).toMatchObject({ connected: false, trouble: 'the broker grants none of the topics with QoS 1' });
  });

  // Proves: what we tell a device goes to the broker, and is counted as dropped while there is none.
  test('carries our own messages', async () => {
    const it = await subscribe(await startBroker());
    it.publish('telltale/v1/v1/errors', Buffer.from('too early'));
    await until('the connection', () => it.connected);
    it.publish('telltale/v1/v1/errors', Buffer.from('{"reason":"x"}'));
    await until('the message', () => brokerSink.taken.length === 1);
    expect(brokerSink.taken[0]).toMatchObject({ topic: 'telltale/v1/v1/errors', qos: 1 });
    expect(it.counters).toMatchObject({ outbound_sent: 1, outbound_dropped: 1 });
  });

  // Proves: closing waits for what is in the sink and acknowledges it; nothing comes back afterwards.
  test('closes after the last acknowledgement', async () => {
    const it = await subscribe(await startBroker());
    await until('the connection', () => it.connected);
    say('last');
    await until('a message', () => sink.taken.length === 1);
    const closed = it.close();
    await settle();
    expect(it.counters.acknowledged).toBe(0);
    sink.answer();
    await closed;
    await until('the goodbye', () => broker!.connections() === 0);
    clock.advance(60_000);
    await settle();
    expect(it.counters).toMatchObject({ acknowledged: 1, connects: 1 });
  });
});
