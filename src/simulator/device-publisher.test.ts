// Proves: whatever the connection does, each event is acknowledged once, in order; nothing acknowledged is sent again; the bound holds and is counted.
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { generate, parser } from 'mqtt-packet';
import { BrokerRefusedError, BrokerUnreachableError, DevicePublisher } from './device-publisher.js';

/** A broker that can be told to hang up: before it acknowledges the n-th message. */
let server: Server;
let sockets: Socket[];
let acknowledged: string[];
let hangUpBefore: number[];
let returnCode: number;
let url: string;

beforeEach(async () => {
  [sockets, acknowledged, hangUpBefore, returnCode] = [[], [], [], 0];
  server = createServer(socket => {
    sockets.push(socket);
    const reader = parser();
    socket.on('data', data => reader.parse(data));
    socket.on('error', () => undefined);
    reader.on('packet', packet => {
      if (socket.destroyed) return;
      if (packet.cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode, sessionPresent: false }));
      if (packet.cmd === 'subscribe') socket.write(generate({ cmd: 'suback', messageId: packet.messageId!, granted: [0] }));
      if (packet.cmd !== 'publish') return;
      if (hangUpBefore[0] === acknowledged.length) {
        hangUpBefore.shift();
        socket.destroy();
        return;
      }
      const events = JSON.parse(String(packet.payload)) as number | number[];
      acknowledged.push(...[events].flat().map(String));
      socket.write(generate({ cmd: 'puback', messageId: packet.messageId! }));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

test('goes on after broken connections', async () => {
  hangUpBefore = [3, 12];
  const publisher = new DevicePublisher({ url, device: 'a', window: 4 });
  for (const number of numbers(40)) publisher.offer(number);
  expect(await publisher.close(10_000)).toBe(0);
  expect(acknowledged).toEqual(numbers(40));
  expect(publisher.counters).toMatchObject({ offered: 40, acknowledged: 40, dropped: 0, reconnects: 2 });
}, 15_000);

test('joins what waits in one message', async () => {
  const publisher = new DevicePublisher({ url, device: 'b', window: 1, eventsPerMessage: 7 });
  for (const number of numbers(30)) publisher.offer(number);
  await publisher.drained();
  expect(acknowledged).toEqual(numbers(30));
  expect(await publisher.close()).toBe(0);
});

test('drops the oldest beyond its bound, and counts them', async () => {
  const publisher = new DevicePublisher({ url, device: 'c', capacity: 10 });
  for (const number of numbers(25)) publisher.offer(number);
  await publisher.room();
  expect(await publisher.close()).toBe(0);
  expect(acknowledged).toEqual(numbers(25).slice(15));
  expect(publisher.counters).toMatchObject({ offered: 25, acknowledged: 10, dropped: 15 });
});

test('tells a refusal from a broker that is not there', async () => {
  returnCode = 4;
  const refused = new DevicePublisher({ url, device: 'd', secret: 'wrong' });
  await expect(refused.ready()).rejects.toThrow(BrokerRefusedError);
  await refused.close(0);
  const alone = new DevicePublisher({ url: 'mqtt://127.0.0.1:1', device: 'e' });
  await expect(alone.ready()).rejects.toThrow(BrokerUnreachableError);
  await alone.close(0);
});
