import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of one write to one socket: µs of CPU; and ms until all had been written to, at the median. */
export interface RawWriterReport {
  cpu: number;
  elapsed: number;
}

// A process that does nothing but write the same bytes to all of its sockets: the least that a delivery can cost.
const bytes = Buffer.alloc(Number(process.argv[2]), 'x');
const sockets: Socket[] = [];
const server = createServer({ noDelay: true }, socket => {
  socket.on('error', () => socket.destroy());
  sockets.push(socket);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send!(typeof address === 'object' && address !== null ? address.port : 0);
});
process.once('message', async ({ rounds, sockets: wanted }: { rounds: number; sockets: number }) => {
  while (sockets.length < wanted) await sleep(10);
  const elapsed: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    for (const socket of sockets) socket.write(bytes);
    elapsed.push(performance.now() - begun);
    await sleep(50);
  }
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / (rounds * sockets.length);
  process.send!({ cpu, elapsed: elapsed.sort((a, b) => a - b)[rounds >> 1]! } satisfies RawWriterReport);
});
process.once('disconnect', () => process.exit(0));
