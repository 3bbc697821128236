import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { ownTopicsGate } from '../../../tests/mqtt/own-topics-gate.js';
import { RawClient } from '../../../tests/mqtt/raw-client.js';
import { until } from '../../../tests/mqtt/until.js';
import { type MqttServer, openMqttServer } from './mqtt-server.js';

let server: MqttServer;
afterEach(() => server.close());

const topic = 'telltale/v1/a/x';
const messageId = 7;
const properties = { userProperties: { a: 'b' } };
const will = { topic, payload: Buffer.from('w'), properties: { willDelayInterval: 1 } };
const packets: Packet[] = [
  { cmd: 'connect', protocolVersion: 5, clientId: 'a', username: 'a', password: Buffer.from('secret'), will, properties },
  { cmd: 'publish', topic, payload: 'p', qos: 1, messageId, dup: false, retain: false, properties: { contentType: 'x' } },
  { cmd: 'publish', topic, payload: 'p', qos: 2, messageId, dup: true, retain: true },
  { cmd: 'subscribe', messageId, subscriptions: [{ topic, qos: 1, nl: false, rap: false, rh: 0 }], properties },
  { cmd: 'unsubscribe', messageId, unsubscriptions: [topic] },
  { cmd: 'puback', messageId, reasonCode: 0, properties },
  { cmd: 'pubrec', messageId },
  { cmd: 'pubrel', messageId },
  { cmd: 'pubcomp', messageId },
  { cmd: 'pingreq' },
  { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 3 } },
  { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } },
];

// Proves: whatever a client sends, before or after its log-in, ends its own connection at most: no exception that is not a protocol
// error, and the neighbour is served.
test('damaged packets hurt nobody else', async () => {
  const sink = new HeldSink(true);
  server = await openMqttServer({ host: '127.0.0.1', port: 0, gate: ownTopicsGate, sink, clock: new ManualClock() });
  const neighbour = await RawClient.loggedIn(server.address, 'n');
  const damage = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 4 });
  let pings = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(4 as const, 5 as const),
      fc.boolean(),
      fc.array(fc.tuple(fc.constantFrom(...packets), damage, fc.nat(120)), { minLength: 1, maxLength: 4 }),
      async (version, loggedIn, sent) => {
        const open = () => RawClient.open(server.address, version);
        const client = loggedIn ? await RawClient.loggedIn(server.address, 'a', version) : await open();
        for (const [packet, places, cut] of sent) {
          const bytes = Buffer.from(generate(packet, { protocolVersion: packet.cmd === 'auth' ? 5 : version }));
          for (const [at, value] of places) if (at < bytes.length) bytes[at] = value;
          client.socket.write(cut < bytes.length && cut > 60 ? bytes.subarray(0, cut) : bytes);
        }
        client.socket.end();
        await client.whenClosed();
        neighbour.send({ cmd: 'pingreq' });
        pings += 1;
        await until('the neighbour', () => neighbour.all('pingresp').length === pings);
        expect(server.counters.failures).toBe(0);
      },
    ),
    { numRuns: 400 },
  );
  expect(server.counters.protocol_errors).toBeGreaterThan(50);
  await until('the others to be gone', () => server.connections() === 1);
  neighbour.socket.destroy();
}, 30_000);
