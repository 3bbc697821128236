import { connect } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { cert, key } from '../../../tests/harness/localhost-certificate.js';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { ownTopicsGate } from '../../../tests/mqtt/own-topics-gate.js';
import { RawClient } from '../../../tests/mqtt/raw-client.js';
import { settle, until } from '../../../tests/mqtt/until.js';
import { type MqttServer, openMqttServer } from './mqtt-server.js';
import { openMqttSubscriber } from './mqtt-subscriber.js';

let server: MqttServer;
let sink: HeldSink;

const open = async () => {
  sink = new HeldSink(true);
  server = await openMqttServer({
    host: '127.0.0.1',
    port: 0,
    tls: { cert, key },
    gate: ownTopicsGate,
    sink,
    clock: new ManualClock(),
  });
};
afterEach(() => server.close());

// Proves: with a certificate the broker speaks TLS, and nothing else: a plain client gets no answer and does no harm.
test('TLS only', async () => {
  await open();
  expect(server.address).toMatch(/^mqtts:/);
  const plain = await RawClient.open(server.address);
  plain.logIn('d');
  await plain.whenClosed();
  expect(plain.heard).toEqual([]);
  const login = { clientId: 'd', username: 'd', password: 'secret', ca: cert, servername: 'localhost' };
  const client = await connectAsync(server.address, login);
  await client.publishAsync('telltale/v1/d/events', 'secret words', { qos: 1 });
  await client.endAsync();
  expect(sink.texts()).toEqual(['secret words']);
});

// Proves: a renewed certificate serves new connections without a restart; one that is none is refused and the old one stays.
test('the certificate is renewed', async () => {
  await open();
  expect(() => server.renewTls({ cert: 'nonsense', key })).toThrow();
  server.renewTls({ cert, key });
  const socket = connect({ port: Number(new URL(server.address).port), host: '127.0.0.1', ca: cert, servername: 'localhost' });
  await until('the handshake', () => socket.authorized);
  socket.destroy();
});

// Proves: a certificate that nobody vouches for is not trusted, and the reason is said.
test('the subscriber does not trust a stranger', async () => {
  await open();
  const subscriber = await openMqttSubscriber({
    url: server.address,
    clientId: 's',
    topics: ['#'],
    sink: new HeldSink(),
    clock: new ManualClock(),
    random: { fraction: () => 0 },
  });
  await until('the refusal', () => subscriber.trouble?.includes('self-signed') === true);
  await settle();
  expect(server.connections()).toBe(0);
  await subscriber.close();
});
