import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Box } from '../src/api/ws/box.js';
import { type Driven, fleetOf, numbers } from './driven-fleet.js';
import type { Figure } from './figure.js';
import type { ViewportReport, ViewportRequest } from './viewport-server.js';

const VEHICLES = 30_000;
const VIEWERS = 1_000;
/** Viewers that keep what they are told, so that it can be held against the truth. */
const WITNESSES = 12;
/** Of the viewers, those that stop reading in the last part. */
const SLOW = 100;
const OPENING = 50;
const MEASURED_MS = 15_000;

/**
 * A thousand viewers, each with a viewport of its own, of thirty thousand vehicles that all move each second. The websockets, the grid and the frames are
 * the server's; ingest and fold are not in it.
 */
export const run = async (): Promise<Figure[]> => {
  const server = fork(join(import.meta.dirname, 'viewport-server.js'), [String(VEHICLES)]);
  const sockets: Socket[] = [];
  const witnesses: Witness[] = [];
  try {
    await once(server, 'message');
    const ask = askOf(server);
    const before = await ask('drive');
    await sleep(4_000);
    const alone = (await ask('look')).cpu - before.cpu;

    const boxes = viewports();
    let bytes = 0;
    for (let n = 0; n < VIEWERS; n += OPENING) {
      const some = boxes.slice(n, n + OPENING);
      const opened = await Promise.all(some.map(box => openViewer(before, box, count => (bytes += count))));
      sockets.push(...opened);
    }
    for (const box of boxes.slice(0, WITNESSES)) witnesses.push(await openWitness(before, box));
    await sleep(2_000);

    const measure = async () => {
      const from = await ask('look');
      const fromBytes = bytes;
      for (const { ages } of witnesses) ages.length = 0;
      await sleep(MEASURED_MS);
      const to = await ask('look');
      const ages = witnesses.flatMap(witness => witness.ages).sort((a, b) => a - b);
      return { to, cpu: (to.cpu - from.cpu) / MEASURED_MS, megabytes: (bytes - fromBytes) / MEASURED_MS / 1_000, ages };
    };
    const all = await measure();
    for (const socket of sockets.slice(0, SLOW)) socket.pause();
    // Their buffers fill.
    await sleep(4_000);
    const beside = await measure();
    const later = await measure();
    for (const socket of sockets.slice(0, SLOW)) socket.resume();
    const { fleet } = await ask('stand');
    const wrong = witnesses.reduce((sum, witness) => sum + witness.differs(fleet), 0);
    const seen = witnesses.reduce((sum, { known }) => sum + known.size, 0) / WITNESSES;
    const note = `${VIEWERS} viewports over ${VEHICLES} vehicles that move at 1 Hz, ${Math.round(seen)} in sight on average`;
    return [
      {
        name: 'viewports.cpu',
        value: 100 * (all.cpu - alone / 4_000),
        unit: '%',
        note: `of a core, for the viewers alone; ${note}`,
      },
      { name: 'viewports.sent', value: all.megabytes, unit: 'MB/s', note: 'to all of them' },
      { name: 'viewports.age_p50', value: part(all.ages, 0.5), unit: 'ms', note: 'from the change to the viewer' },
      { name: 'viewports.age_p99', value: part(all.ages, 0.99), unit: 'ms', note: 'target 1,000: conflated at 1 Hz' },
      { name: 'viewports.loop_delay_p99', value: all.to.delayP99, unit: 'ms', note: 'what others wait for' },
      { name: 'viewports.loop_delay_max', value: all.to.delayMax, unit: 'ms' },
      {
        name: 'viewports.age_p99_beside_slow',
        value: part(beside.ages, 0.99),
        unit: 'ms',
        note: `${SLOW} do not read; the others`,
      },
      { name: 'viewports.memory', value: all.to.rss / 2 ** 20, unit: 'MiB', note: 'resident, all reading' },
      {
        name: 'viewports.memory_beside_slow',
        value: beside.to.rss / 2 ** 20,
        unit: 'MiB',
        note: `${SLOW} do not read for ${(4_000 + MEASURED_MS) / 1_000} s`,
      },
      {
        name: 'viewports.memory_beside_slow_later',
        value: later.to.rss / 2 ** 20,
        unit: 'MiB',
        note: `${MEASURED_MS / 1_000} s later: bounded`,
      },
      {
        name: 'viewports.wrong',
        value: wrong,
        unit: 'vehicles',
        note: `that ${WITNESSES} viewers know otherwise than they are; target 0`,
      },
    ];
  } finally {
    for (const socket of sockets) socket.destroy();
    for (const { close } of witnesses) close();
    server.disconnect();
  }
};

const askOf =
  (server: ChildProcess) =>
  async (request: ViewportRequest): Promise<ViewportReport> => {
    server.send(request);
    const [report] = (await once(server, 'message')) as [ViewportReport];
    return report;
  };

/** Around vehicles, as people look: a street, a town, a region; in the shape of a screen. */
const viewports = (): Box[] => {
  const random = numbers();
  const fleet = fleetOf(VEHICLES, { towns: 60, spread: 4 });
  return Array.from({ length: VIEWERS }, (): Box => {
    const { lat, lon } = fleet[Math.floor(random() * fleet.length)]!;
    const chance = random();
    const width = chance < 0.3 ? 0.03 : chance < 0.85 ? 0.15 : 0.6;
    const [x, y] = [lon + (random() - 0.5) * width, lat + (random() - 0.5) * width * 0.4];
    return [x - width / 2, y - width * 0.2, x + width / 2, y + width * 0.2];
  });
};

const subscription = (bbox: Box): string =>
  JSON.stringify({ type: 'subscribe', id: '1', channel: 'positions', filter: { bbox } });

/** One that only counts. */
const openViewer = async ({ port, token }: ViewportReport, box: Box, got: (bytes: number) => void): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(`refused: ${head.toString('latin1', 0, 40)}`);
  socket.on('data', chunk => got(chunk.length));
  const text = subscription(box);
  // Masked with zeros, as it must be masked; longer than 125.
  const header = text.length < 126 ? [0x81, 0x80 | text.length] : [0x81, 0xfe, text.length >> 8, text.length & 0xff];
  socket.write(Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), Buffer.from(text)]));
  return socket;
};

interface Witness {
  known: ReadonlyMap<string, { lat: number; lon: number }>;
  /** From the change to here, ms. */
  ages: number[];
  /** @returns how many vehicles it knows otherwise than they are */
  differs(fleet: readonly Driven[]): number;
  close(): void;
}

interface Told {
  vehicle: string;
  ts: string;
  lat: number;
  lon: number;
}

const openWitness = async ({ port, token }: ViewportReport, box: Box): Promise<Witness> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { authorization: `Bearer ${token}` } });
  const known = new Map<string, { lat: number; lon: number }>();
  const ages: number[] = [];
  await once(socket, 'open');
  socket.on('message', data => {
    const frame = JSON.parse(String(data)) as { type: string; positions: Told[]; left?: string[] };
    if (frame.type !== 'positions') return;
    const now = Date.now();
    for (const vehicle of frame.left ?? []) known.delete(vehicle);
    for (const { vehicle, ts, lat, lon } of frame.positions) {
      known.set(vehicle, { lat, lon });
      ages.push(now - Date.parse(ts));
    }
  });
  socket.send(subscription(box));
  const [west, south, east, north] = box;
  return {
    known,
    ages,
    differs(fleet) {
      const inside = fleet.filter(({ lat, lon }) => lon >= west && lon <= east && lat >= south && lat <= north);
      const wrong = inside.filter(({ vehicle, lat, lon }) => {
        const told = known.get(vehicle);
        return told?.lat !== lat || told.lon !== lon;
      });
      return wrong.length + Math.max(0, known.size - (inside.length - wrong.filter(({ vehicle }) => !known.has(vehicle)).length));
    },
    close: () => socket.terminate(),
  };
};

const part = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
