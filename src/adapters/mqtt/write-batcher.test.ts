// Proves: whatever is written in one turn leaves as one piece in its order, and memory that a socket still holds is never written again.
import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeAck, PUBACK, PUBCOMP, PUBREC } from './packet-codec.js';
import { WriteBatcher } from './write-batcher.js';

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Holds the very bytes that it was given until it is told to go on. */
class HeldSocket extends Writable {
  readonly held: Buffer[] = [];
  goOn = (): void => {};

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.held.push(chunk);
    this.goOn = done;
  }
}

/** Takes at once, as a socket does whose peer reads: after `write` it has its own copy. */
class ReadySocket extends Writable {
  readonly taken: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.taken.push(Buffer.from(chunk));
    done();
  }
}

const ack = fc.record({
  header: fc.constantFrom<typeof PUBACK | typeof PUBREC | typeof PUBCOMP>(PUBACK, PUBREC, PUBCOMP),
  id: fc.integer({ min: 1, max: 0xffff }),
});
const piece = fc.oneof(
  ack,
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map(bytes => Buffer.from(bytes)),
);

test('one write a turn, in order, the same whether or not the socket takes it at once', async () => {
  // Turns of pieces, each for one of three sockets.
  const turns = fc.array(fc.array(fc.tuple(fc.nat(2), piece), { maxLength: 8 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(turns, async said => {
      const batcher = new WriteBatcher();
      const sockets = [new HeldSocket(), new HeldSocket(), new ReadySocket()] as const;
      const writers = sockets.map(socket => batcher.writer(socket));
      const expected: Buffer[][] = [[], [], []];
      for (const pieces of said) {
        for (const [at, one] of pieces)
          if (Buffer.isBuffer(one)) writers[at]!.write(one);
          else writers[at]!.writeAck(one.header, one.id);
        for (const at of [0, 1, 2]) {
          const mine = pieces.filter(([to]) => to === at).map(([, one]) => one);
          const bytes = Buffer.concat(mine.map(one => (Buffer.isBuffer(one) ? one : encodeAck(one.header, one.id, 0, 4))));
          if (mine.length > 0) expected[at]!.push(bytes);
        }
        await turn();
      }
      expect(sockets[2].taken).toEqual(expected[2]);
      for (const at of [0, 1] as const) {
        const socket = sockets[at];
        expect(writers[at]!.waitingBytes).toBe(Buffer.concat(expected[at]!).length);
        // What the first write left waits in the stream; it follows as the socket goes on.
        for (let n = 0; n < expected[at]!.length; n++) socket.goOn();
        await turn();
        expect(socket.held).toEqual(expected[at]);
        expect(writers[at]!.waitingBytes).toBe(0);
      }
    }),
  );
});

// Proves: who does not read is found out by acknowledgements alone, and a peer that has read meanwhile is not taken for slow.
test('bytes that wait are told by what the socket has not taken', async () => {
  const socket = new HeldSocket();
  const writer = new WriteBatcher().writer(socket);
  for (let id = 1; id <= 10; id++) {
    writer.writeAck(PUBACK, id);
    await turn();
  }
  expect([writer.waitsAbove(39), writer.waitsAbove(40)]).toEqual([true, false]);
  writer.writeAck(PUBACK, 11);
  expect(writer.waitsAbove(40)).toBe(true);
  for (let n = 0; n < 10; n++) socket.goOn();
  expect([writer.waitingBytes, writer.waitsAbove(4), writer.waitsAbove(3)]).toEqual([4, false, true]);
});

test('nothing is written to a socket that has ended', async () => {
  const socket = new ReadySocket();
  const writer = new WriteBatcher().writer(socket);
  socket.end();
  writer.writeAck(PUBACK, 1);
  await turn();
  expect(socket.taken).toEqual([]);
});
