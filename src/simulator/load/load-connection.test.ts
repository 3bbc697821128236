// Proves: connections that share their memory mix nothing up, however the bytes are cut: messages that a server takes late arrive as they were sent, and
// acknowledgements that come in pieces are counted once each.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { type IPublishPacket, parser } from 'mqtt-packet';
import { LoadConnection, type LoadListener } from './load-connection.js';
import { LoadFleet } from './load-fleet.js';
import { LoadRefusedError } from './load-refused-error.js';
import { FIRST_SEQ, LAP, lap } from './load-script.js';
import { MessageTemplate } from './message-template.js';
import { PublishHead } from './publish-head.js';

const TS = 1_700_000_000_000;
const MESSAGES = 400;
const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const puback = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 0xff]);

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A server that answers CONNECT, and leaves the rest to the test. */
const open = async (hear: (socket: Socket, packet: IPublishPacket) => void, connack: Buffer = CONNACK) => {
  const sockets: Socket[] = [];
  const listening = createServer({ noDelay: true }, socket => {
    sockets.push(socket);
    const reader = parser({ protocolVersion: 4 });
    reader.on('packet', packet => {
      if (packet.cmd === 'connect') socket.write(connack);
      if (packet.cmd === 'publish') hear(socket, packet);
    });
    socket.on('data', bytes => reader.parse(bytes));
    socket.on('error', () => socket.destroy());
  });
  server = listening;
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  return { sockets, port: (listening.address() as AddressInfo).port };
};

const deaf: LoadListener = { acknowledged: () => {}, lost: () => {} };
const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await sleep(5);
};

test('what a server takes late arrives as it was sent', async () => {
  const seqs: Record<string, number[]> = {};
  let heard = 0;
  const { sockets, port } = await open((_, { topic, payload }) => {
    const events = JSON.parse(payload.toString()) as { ts: number; seq: number }[];
    const inOrder = events.every(({ ts, seq }, i) => seq === events[0]!.seq + i && ts === TS + (seq - FIRST_SEQ));
    seqs[topic] ??= [];
    seqs[topic].push(inOrder ? events[0]!.seq : -1);
    heard += 1;
  });
  const target = { host: '127.0.0.1', port };
  // Ids of one length: both write from the same memory.
  const connections = await Promise.all(['a', 'b'].map(id => LoadConnection.open(target, { id }, MESSAGES, deaf)));
  for (const socket of sockets) socket.pause();
  const template = new MessageTemplate(lap(0, false));
  const heads = ['a', 'b'].map(id => new PublishHead(id));
  // More than the sockets hold, which is nothing after the first megabytes.
  for (let n = 0; n < MESSAGES; n++)
    for (const [i, connection] of connections.entries())
      connection.send(heads[i]!, template, TS + n * LAP, 1, FIRST_SEQ + n * LAP, 0);
  for (const socket of sockets) socket.resume();
  await until(() => heard === 2 * MESSAGES);
  for (const connection of connections) connection.close();
  const all = Array.from({ length: MESSAGES }, (_, n) => FIRST_SEQ + n * LAP);
  expect(seqs).toEqual({ 'telltale/v1/a/events': all, 'telltale/v1/b/events': all });
});

test('acknowledgements in pieces', async () => {
  const owed: { socket: Socket; bytes: Buffer }[] = [];
  let whole = false;
  const { port } = await open((socket, { messageId }) => {
    if (whole) socket.write(puback(messageId!));
    else owed.push({ socket, bytes: puback(messageId!) });
  });
  const devices = Array.from({ length: 8 }, (_, i) => ({ id: `p-${i}` }));
  const fleet = new LoadFleet({ url: `mqtt://127.0.0.1:${port}`, devices, window: 3 });
  await fleet.start();
  let answered = 0;
  while (answered < 100) {
    const some = owed.splice(0);
    // A byte each, those of all connections in turn; of each connection one packet after the other.
    for (let turn = 0; turn < 3; turn++)
      for (let i = 0; i < 4; i++) {
        for (const [n, { socket, bytes }] of some.entries())
          if (some.slice(0, n).filter(other => other.socket === socket).length === turn) socket.write(bytes.subarray(i, i + 1));
        await sleep(1);
      }
    answered += some.length;
  }
  whole = true;
  for (const { socket, bytes } of owed) socket.write(bytes);
  await fleet.stop();
  const { sentMessages, ackedMessages, lostConnections } = fleet.stats;
  expect(ackedMessages).toBeGreaterThanOrEqual(100);
  expect({ ackedMessages, lostConnections }).toEqual({ ackedMessages: sentMessages, lostConnections: 0 });
});

test('a refusal says its code, and a connection that the server ends is told of once', async () => {
  const refusing = await open(() => {}, Buffer.from([0x20, 2, 0, 5]));
  const target = { host: '127.0.0.1', port: refusing.port };
  const refused = LoadConnection.open(target, { id: 'x' }, 1, deaf);
  await expect(refused).rejects.toMatchObject({ constructor: LoadRefusedError, context: { device: 'x', code: 5 } });
  server!.close();

  const { sockets, port } = await open(() => {});
  let lost = 0;
  await LoadConnection.open({ host: '127.0.0.1', port }, { id: 'y' }, 1, { ...deaf, lost: () => lost++ });
  sockets[0]!.resetAndDestroy();
  await until(() => lost > 0);
  await sleep(20);
  expect(lost).toBe(1);
});
