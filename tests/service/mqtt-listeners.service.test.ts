import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { openMqttServer } from '../../src/adapters/mqtt/mqtt-server.js';
import { openMqttSubscriber } from '../../src/adapters/mqtt/mqtt-subscriber.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { ArrivedMessage, DeviceGate, MessageSink } from '../../src/ports/listener.js';
import { atEnd } from '../harness/at-end.js';
import { provided } from '../harness/provided.js';
import { startMosquitto } from '../harness/start-mosquitto.js';
import { waitFor } from '../harness/wait-for.js';

/** Answers each group of messages together after a moment, as the journal does. */
const groupSink = () => {
  const taken: ArrivedMessage[] = [];
  let waiting: (() => void)[] = [];
  const sink: MessageSink = {
    full: false,
    onDrained: () => {},
    take: (message, done) => {
      taken.push(message);
      if (waiting.push(done) > 1) return;
      setTimeout(() => {
        const group = waiting;
        waiting = [];
        for (const answer of group) answer();
      }, 5);
    },
  };
  const texts = () => taken.map(({ payload }) => Buffer.from(payload).toString());
  return { sink, taken, texts };
};

const gate: DeviceGate = {
  authenticate: (user, password) =>
    user !== undefined && Buffer.from(password ?? []).toString() === 'secret' ? { device: user } : { refused: 'bad_credentials' },
  mayPublish: (device, topic) => topic.startsWith(`telltale/v1/${device}/`),
  maySubscribe: (device, filter) => filter.startsWith(`telltale/v1/${device}/`),
};

describe('mosquitto_pub against the embedded broker', () => {
  // Proves: a client of another maker publishes in each version with each QoS, and hears the refusal of a wrong secret.
  test('every version and QoS, and a wrong secret', async () => {
    const program = join(provided('TELLTALE_TEST_MOSQUITTO_BIN_DIR'), 'mosquitto_pub');
    const { sink, taken, texts } = groupSink();
    const server = await openMqttServer({ host: '127.0.0.1', port: 0, gate, sink, clock: systemClock });
    atEnd(() => server.close());
    const publish = (version: string, qos: string, secret: string) => {
      const login = ['-h', '127.0.0.1', '-p', new URL(server.address).port, '-V', version, '-u', 'd1', '-P', secret];
      const message = ['-q', qos, '-t', 'telltale/v1/d1/events', '-m', `${version} ${qos}`];
      return promisify(execFile)(program, [...login, ...message], { timeout: 10_000 });
    };
    const sent: string[] = [];
    for (const version of ['mqttv31', 'mqttv311', 'mqttv5']) {
      for (const qos of ['0', '1', '2']) {
        await publish(version, qos, 'secret');
        sent.push(`${version} ${qos}`);
      }
      await expect(publish(version, '1', 'wrong')).rejects.toMatchObject({
        stderr: expect.stringMatching(/not authori[sz]ed|bad user name|refused/i),
      });
    }
    await waitFor('all messages', () => taken.length === 9);
    expect(texts().sort()).toEqual(sent.sort());
    expect(taken.every(({ device }) => device === 'd1')).toBe(true);
    expect(server.counters).toMatchObject({ logins_refused: 3, protocol_errors: 0, failures: 0 });
  });
});

describe('Mosquitto as the external broker', () => {
  const topics = ['telltale/v1/+/events', 'telltale/v1/+/status'];
  const subscriberOf = async (url: string, sink: MessageSink, limits = {}) => {
    const random = { fraction: () => Math.random() };
    const subscriber = await openMqttSubscriber({
      url,
      clientId: 'telltale-test',
      topics,
      sink,
      clock: systemClock,
      random,
      limits,
    });
    atEnd(() => subscriber.close());
    return subscriber;
  };

  // Proves: retained messages are told as stored, a live publish with the flag is not; what came while we were away comes later.
  test('stored, live and missed messages', async () => {
    const mosquitto = await startMosquitto({ login: { user: 'fleet', password: 'pass word' } });
    const device = await connectAsync(mosquitto.url, { clientId: 'd1' });
    atEnd(() => device.endAsync(true));
    await device.publishAsync('telltale/v1/d1/status', 'stored', { qos: 1, retain: true });
    const first = groupSink();
    const subscriber = await subscriberOf(mosquitto.url, first.sink);
    await waitFor('the stored message', () => first.taken.length === 1);
    await device.publishAsync('telltale/v1/d1/status', 'live', { qos: 1, retain: true });
    await waitFor('the live message', () => first.taken.length === 2);
    expect(first.taken.map(({ stored }) => stored)).toEqual([true, false]);
    await subscriber.close();
    await device.publishAsync('telltale/v1/d1/events', 'missed', { qos: 1 });
    const second = groupSink();
    await subscriberOf(mosquitto.url, second.sink);
    await waitFor('the missed message', () => second.texts().includes('missed'));
    expect(second.taken.find(({ stored }) => !stored)).toMatchObject({
      topic: 'telltale/v1/d1/events',
      device: undefined,
      qos: 1,
    });
  });

  // Proves: acknowledgements go out side by side: 2,000 messages with 5 ms to the disk each do not take ten seconds.
  test('group commit does not wait for each message', async () => {
    const mosquitto = await startMosquitto({ settings: ['max_inflight_messages 500', 'max_queued_messages 10000'] });
    const { sink, taken, texts } = groupSink();
    const subscriber = await subscriberOf(mosquitto.url, sink);
    await waitFor('the connection', () => subscriber.connected);
    const device = await connectAsync(mosquitto.url, { clientId: 'd1' });
    atEnd(() => device.endAsync(true));
    const startedAt = performance.now();
    for (let n = 0; n < 2_000; n++) device.publish('telltale/v1/d1/events', `${n}`, { qos: 1 });
    await waitFor('all', () => taken.length >= 2_000, { timeoutMs: 15_000 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(texts()).toEqual(Array.from({ length: 2_000 }, (_, n) => `${n}`));
  });

  // Proves: a broker that is killed and comes back is found again, and everything that it acknowledged from then on arrives.
  test('kill and restart', async () => {
    const mosquitto = await startMosquitto();
    const { sink, texts } = groupSink();
    const subscriber = await subscriberOf(mosquitto.url, sink, { minBackoff_ms: 100, maxBackoff_ms: 500 });
    await waitFor('the connection', () => subscriber.connected);
    const say = async (text: string) => {
      const device = await connectAsync(mosquitto.url, { clientId: 'd1' });
      await device.publishAsync('telltale/v1/d1/events', text, { qos: 1 });
      await device.endAsync();
    };
    await say('before');
    await waitFor('the first', () => texts().includes('before'));
    for (const text of ['after the first kill', 'after the second kill']) {
      await mosquitto.kill9();
      await waitFor('the loss', () => !subscriber.connected);
      await mosquitto.restart();
      await waitFor('the connection', () => subscriber.connected);
      await say(text);
      await waitFor('the message', () => texts().includes(text));
    }
    expect(subscriber.counters).toMatchObject({ disconnects: 2, connects: 3, protocol_errors: 0, failures: 0 });
  });

  // Proves: wrong credentials are said, not hidden behind silence.
  test('a broker that refuses us', async () => {
    const mosquitto = await startMosquitto({ login: { user: 'fleet', password: 'right' } });
    const subscriber = await subscriberOf(`mqtt://fleet:wrong@127.0.0.1:${mosquitto.port}`, groupSink().sink);
    await waitFor('the refusal', () => subscriber.trouble?.includes('return code 5'));
    expect(subscriber.connected).toBe(false);
  });
});
