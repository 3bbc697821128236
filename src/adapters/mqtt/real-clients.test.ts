import { afterEach, describe, expect, test } from '@jest/globals';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { ownTopicsGate } from '../../../tests/mqtt/own-topics-gate.js';
import { until } from '../../../tests/mqtt/until.js';
import { type MqttServer, openMqttServer } from './mqtt-server.js';

let server: MqttServer;
let sink: HeldSink;
const clients: MqttClient[] = [];

const open = async () => {
  sink = new HeldSink(true);
  server = await openMqttServer({ host: '127.0.0.1', port: 0, gate: ownTopicsGate, sink, clock: new ManualClock() });
};
const connect = async (protocolVersion: 4 | 5, options: IClientOptions = {}) => {
  const login = { clientId: 'd', username: 'd', password: 'secret' };
  const client = await connectAsync(server.address, { ...login, protocolVersion, reconnectPeriod: 0, ...options });
  clients.push(client);
  client.on('error', () => {});
  return client;
};

afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await server.close();
});

describe.each([4, 5] as const)('mqtt.js, MQTT version %i', version => {
  // Proves: a client that we did not write publishes with every QoS, hears what it subscribed to, and leaves cleanly.
  test('publishes, subscribes, unsubscribes, leaves', async () => {
    await open();
    const client = await connect(version);
    const heard: string[] = [];
    client.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
    const granted = await client.subscribeAsync('telltale/v1/d/errors', { qos: 2 });
    expect(granted[0]!.qos).toBe(1);
    for (const qos of [0, 1, 2] as const)
      await client.publishAsync('telltale/v1/d/events', `qos ${qos}`, { qos, retain: qos === 1 });
    await until('all', () => sink.taken.length === 3);
    expect(sink.texts()).toEqual(['qos 0', 'qos 1', 'qos 2']);
    expect(sink.taken.every(({ stored }) => !stored)).toBe(true);
    server.publish('telltale/v1/d/errors', Buffer.from('no'));
    await until('the message', () => heard.length === 1);
    expect(heard).toEqual(['telltale/v1/d/errors no']);
    await client.unsubscribeAsync('telltale/v1/d/errors');
    await client.endAsync();
    await until('the end', () => server.connections() === 0);
    expect(server.counters).toMatchObject({ protocol_errors: 0, failures: 0, acknowledged: 2 });
  });

  // Proves: a wrong secret is an error that the client understands.
  test('hears that its secret is wrong', async () => {
    await open();
    await expect(connect(version, { password: 'wrong' })).rejects.toMatchObject({ code: version === 5 ? 0x86 : 4 });
  });

  // Proves: hundreds of messages in flight on one connection are all acknowledged, with every QoS mixed.
  test('pipelines', async () => {
    await open();
    const client = await connect(version);
    const published = Array.from({ length: 600 }, (_, n) =>
      client.publishAsync('telltale/v1/d/events', `${n}`, { qos: (n % 3) as 0 | 1 | 2 }),
    );
    await Promise.all(published);
    await until('all', () => sink.taken.length === 600);
    expect(new Set(sink.texts()).size).toBe(600);
  });

  // Proves: a client that writes thousands of QoS 2 messages before it reads the first PUBREC is not cut off.
  test('pours out QoS 2', async () => {
    await open();
    const client = await connect(version);
    const publish = (n: number) => client.publishAsync('telltale/v1/d/events', `${n}`, { qos: 2 });
    await Promise.all(Array.from({ length: 3_000 }, (_, n) => publish(n)));
    expect(sink.texts()).toEqual(Array.from({ length: 3_000 }, (_, n) => `${n}`));
    expect(server.counters).toMatchObject({ protocol_errors: 0, connections_accepted: 1 });
  });
});

// Proves: MQTT 5 properties of a client's publishes and log-in do no harm.
test('MQTT 5 properties', async () => {
  await open();
  const client = await connect(5, { properties: { receiveMaximum: 5, maximumPacketSize: 2_000, userProperties: { a: 'b' } } });
  const properties = { contentType: 'application/json', messageExpiryInterval: 60, userProperties: { x: ['1', '2'] } };
  await client.publishAsync('telltale/v1/d/events', '{}', { qos: 1, properties });
  expect(sink.texts()).toEqual(['{}']);
  await client.subscribeAsync('telltale/v1/d/errors', { qos: 1 });
  const heard: number[] = [];
  client.on('message', (_topic, payload) => heard.push(payload.length));
  server.publish('telltale/v1/d/errors', Buffer.alloc(3_000));
  for (let n = 0; n < 20; n++) server.publish('telltale/v1/d/errors', Buffer.from('x'));
  await until('twenty', () => heard.length === 20);
  expect(server.counters.outbound_dropped).toBe(1);
});
