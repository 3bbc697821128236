import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';
import type { RawWriterReport } from './raw-writer.js';

const VIEWERS = 10_000;
const ROUNDS = 20;
const OPENING = 200;
/** Of the viewers, those that never read in the last part. */
const SLOW = 200;
/** Linux counts processor time in hundredths of a second. */
const TICK_US = 10_000;

/**
 * One alert to ten thousand viewers of one process, from its publish to the last viewer, and what a delivery costs the server. Beside it the
 * least that a delivery can cost: a process that does nothing but write the same bytes to as many sockets.
 */
export const run = async (): Promise<Figure[]> => {
  const server = await startTelltale({ env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' } });
  try {
    const viewers = await openViewers(server, VIEWERS);
    const device = await connectAsync(server.mqtt, { clientId: 'fan', username: 'fan' });
    let code = 0;
    const publish = async () => {
      // A code that was never told before is an alert.
      const event = { ts: Date.now(), seq: code, dtc: [`P${(0x1000 + code++).toString(16).toUpperCase()}`] };
      await device.publishAsync('telltale/v1/fan/events', JSON.stringify(event), { qos: 1 });
    };
    await publish();
    await viewers.received(1, VIEWERS);
    const idle = await cpuWhile(server, () => sleep(2_000));
    const all = await rounds(server, viewers, publish, VIEWERS);
    const bytes = viewers.bytesOfLast;
    for (const socket of viewers.sockets.slice(0, SLOW)) socket.pause();
    const withSlow = await rounds(server, viewers, publish, VIEWERS - SLOW);
    await device.endAsync();
    viewers.close();
    const raw = await rawWrites(bytes);
    const perDelivery = (part: Rounds, to: number) => (part.cpu - (idle * part.seconds) / 2) / (ROUNDS * to);
    const note = `${VIEWERS} viewers, ${ROUNDS} alerts one after the other, ${bytes} B each`;
    return [
      {
        name: 'fan_out.alert_to_all_p50',
        value: part(all.latencies, 0.5),
        unit: 'ms',
        note: `publish to the last viewer; ${note}`,
      },
      { name: 'fan_out.alert_to_all_max', value: part(all.latencies, 1), unit: 'ms', note: 'target 150' },
      { name: 'fan_out.delivery', value: perDelivery(all, VIEWERS), unit: 'us', note: 'CPU of the server, its idling taken off' },
      {
        name: 'fan_out.raw_write',
        value: raw.cpu,
        unit: 'us',
        note: 'CPU of a process that writes the same bytes to as many sockets',
      },
      { name: 'fan_out.raw_to_all', value: raw.elapsed, unit: 'ms', note: 'the same, until it had written to all' },
      { name: 'fan_out.delivery_over_raw', value: perDelivery(all, VIEWERS) / raw.cpu, unit: 'x', note: 'target 1.5' },
      {
        name: 'fan_out.alert_to_all_p50_beside_slow',
        value: part(withSlow.latencies, 0.5),
        unit: 'ms',
        note: `${SLOW} viewers do not read; to the others`,
      },
    ];
  } finally {
    await server.stop();
  }
};

interface Viewers {
  sockets: readonly Socket[];
  /** Resolves when so many more frames have come than the last time. */
  received(alerts: number, viewers: number): Promise<void>;
  bytesOfLast: number;
  close(): void;
}

const openViewers = async (server: Telltale, count: number): Promise<Viewers> => {
  const { hostname, port } = new URL(server.http);
  const sockets: Socket[] = [];
  let frames = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached = () => {};
  const viewers: Viewers = {
    sockets,
    bytesOfLast: 0,
    received: (alerts, of) =>
      new Promise(resolve => {
        reached = () => {
          wanted = Number.POSITIVE_INFINITY;
          frames = 0;
          resolve();
        };
        wanted = alerts * of;
        if (frames >= wanted) reached();
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
  const open = async (): Promise<void> => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer ${server.adminToken}\r\n\r\n`,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    if (!head.toString('latin1').startsWith('HTTP/1.1 101'))
      throw new Error(`a viewer was refused: ${head.toString('latin1', 0, 40)}`);
    socket.write(maskedText('{"type":"subscribe","id":"1","channel":"alerts"}'));
    await once(socket, 'data');
    // An alert fits into one packet; what a viewer gets is one frame at a time.
    socket.on('data', chunk => {
      viewers.bytesOfLast = chunk.length;
      if (chunk[0] === 0x81 && ++frames >= wanted) reached();
    });
    sockets.push(socket);
  };
  for (let i = 0; i < count; i += OPENING) await Promise.all(Array.from({ length: Math.min(OPENING, count - i) }, open));
  return viewers;
};

/** Masked with zeros, as it must be masked. */
const maskedText = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

interface Rounds {
  latencies: number[];
  cpu: number;
  seconds: number;
}

const rounds = async (server: Telltale, viewers: Viewers, publish: () => Promise<void>, to: number): Promise<Rounds> => {
  const latencies: number[] = [];
  const begun = performance.now();
  const cpu = await cpuWhile(server, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const sent = performance.now();
      const received = viewers.received(1, to);
      await publish();
      await received;
      latencies.push(performance.now() - sent);
      await sleep(50);
    }
  });
  return { latencies: latencies.sort((a, b) => a - b), cpu, seconds: (performance.now() - begun) / 1_000 };
};

const part = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

/** Microseconds of the server's processor time. */
const cpuWhile = async (server: Telltale, work: () => Promise<unknown>): Promise<number> => {
  const used = () => {
    const fields = readFileSync(`/proc/${server.process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  };
  const before = used();
  await work();
  return used() - before;
};

const rawWrites = async (bytes: number): Promise<{ cpu: number; elapsed: number }> => {
  const writer: ChildProcess = fork(join(import.meta.dirname, 'raw-writer.js'), [String(bytes)]);
  const [port] = (await once(writer, 'message')) as [number];
  const sockets: Socket[] = [];
  for (let i = 0; i < VIEWERS; i += OPENING) {
    const some = Array.from({ length: OPENING }, () => connect({ host: '127.0.0.1', port, noDelay: true }));
    await Promise.all(some.map(socket => once(socket, 'connect')));
    for (const socket of some) socket.resume();
    sockets.push(...some);
  }
  writer.send({ rounds: ROUNDS, sockets: VIEWERS });
  const [report] = (await once(writer, 'message')) as [RawWriterReport];
  for (const socket of sockets) socket.destroy();
  writer.disconnect();
  return report;
};
