import { Buffer } from 'node:buffer';
import { createServer, type Server, type Socket } from 'node:net';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

/** What came in one read of one connection, and what answers it. */
export type Take = (payloads: readonly Buffer[], answer: () => void) => void;

const forget: Take = (_payloads, answer) => answer();

/**
 * Acknowledges every message and forgets it: against it a load generator shows its own ceiling.
 * @param take does something with the payloads first, and answers when it is done
 */
export const openNullSink = (take: Take = forget): Promise<{ server: Server; port: number }> =>
  new Promise(resolve => {
    const server = createServer({ noDelay: true }, socket => {
      socket.on('error', () => socket.destroy());
      acknowledge(socket, take);
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });

const acknowledge = (socket: Socket, take: Take): void => {
  let carry: Buffer | undefined;
  socket.on('data', chunk => {
    const data = carry === undefined ? chunk : Buffer.concat([carry, chunk]);
    const answers: number[] = [];
    const payloads: Buffer[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(data, at);
      if (frame === undefined) break;
      const type = data[at]! >> 4;
      if (type === 1) socket.write(CONNACK);
      if (type === 3) {
        const id = frame.body + 2 + data.readUInt16BE(frame.body);
        answers.push(0x40, 2, data[id]!, data[id + 1]!);
        payloads.push(data.subarray(id + 2, frame.end));
      }
      at = frame.end;
    }
    carry = at === data.length ? undefined : data.subarray(at);
    if (answers.length > 0) take(payloads, () => socket.write(Buffer.from(answers)));
  });
};

/** @returns where the frame that starts at `at` has its body and its end; `undefined` where it is not all there yet */
const frameAt = (data: Buffer, at: number): { body: number; end: number } | undefined => {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = data[at + 1 + i];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      const body = at + 2 + i;
      return body + length <= data.length ? { body, end: body + length } : undefined;
    }
  }
  return undefined;
};
