import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { WebSocketServer } from 'ws';
import { type Driven, driveOn, fleetOf } from './driven-fleet.js';

/** What the built dashboard talks to in the benchmark: its files, and as much of the API as the live page asks, without any work behind it. */
export interface StandIn {
  url: string;
  /** Positions sent so far. */
  sent(): number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** As the server does: some times a second, in frames below 64 KiB. */
const TICKS_PER_SECOND = 4;
const PER_FRAME = 350;

/** @param vehicles all of them drive, and each speaks once a second */
export const startStandIn = async (vehicles: number): Promise<StandIn> => {
  const fleet = fleetOf(vehicles, { towns: 12, spread: 1.2 });
  const root = resolve('dist/web');
  const page = (items: unknown[]) => ({ items, next: null });
  const answers: Readonly<Record<string, unknown>> = {
    '/api/v1/session': {
      name: 'bench',
      role: 'admin',
      groups: [],
      driver: null,
      expires_at: null,
      may: ['live.read', 'alerts.handle', 'trips.read', 'drivers.read'],
      time_zone: 'UTC',
      map: { style: null, pmtiles: null },
    },
    '/api/v1/vehicles': page(
      fleet.map(({ vehicle }, n) => ({ id: vehicle, name: `Van ${n}`, class: 'van', group: `depot ${n % 8}` })),
    ),
    '/api/v1/drivers': page([]),
    '/api/v1/geofences': page([]),
    '/api/v1/alerts': page(alertsOf(fleet)),
  };
  const http = createServer(async (req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://localhost');
    const answer = answers[pathname];
    if (answer !== undefined) {
      res.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      return;
    }
    const file = extname(pathname) === '' ? 'index.html' : pathname;
    const content = await readFile(join(root, file)).catch(() => undefined);
    res
      .writeHead(content === undefined ? 404 : 200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
      .end(content);
  });
  let sent = 0;
  const sockets = new WebSocketServer({ server: http, path: '/ws' });
  sockets.on('connection', socket => {
    const send = (some: readonly Driven[]): void => {
      for (let n = 0; n < some.length; n += PER_FRAME) {
        socket.send(JSON.stringify({ type: 'positions', positions: some.slice(n, n + PER_FRAME).map(positionOf) }));
      }
      sent += some.length;
    };
    const wanted = new Map<string, Wanted>();
    socket.on('message', text => {
      const frame = JSON.parse(String(text)) as Asked;
      const { type, id = '', channel } = frame;
      if (type === 'ping') socket.send('{"type":"pong","cursor":"0"}');
      if (type === 'subscribe') socket.send(JSON.stringify({ type: 'subscribed', id, channel, cursor: '0' }));
      if (type === 'unsubscribe') wanted.delete(id);
      const before = wanted.get(id);
      if (channel !== 'positions' && (type !== 'move' || before === undefined)) return;
      const next = { ...before, ...frame.filter, ...(frame.bbox && { bbox: frame.bbox }), every_s: frame.every_s ?? 0 };
      wanted.set(id, next);
      if (type === 'subscribe' || frame.bbox) send(fleet.filter(one => isWanted(next, one)));
    });
    let tick = 0;
    const timer = setInterval(() => {
      tick++;
      for (const driven of fleet.filter((_, n) => n % TICKS_PER_SECOND === tick % TICKS_PER_SECOND)) driveOn(driven);
      for (const one of wanted.values()) {
        // Each vehicle has its turn within the pace, and none is more often than it moves.
        const ticks = Math.max(TICKS_PER_SECOND, one.every_s * TICKS_PER_SECOND);
        send(fleet.filter((driven, n) => n % ticks === tick % ticks && isWanted(one, driven)));
      }
    }, 1_000 / TICKS_PER_SECOND);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise<void>(done => http.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    sent: () => sent,
    async close() {
      for (const client of sockets.clients) client.terminate();
      await new Promise(done => http.close(done));
    },
  };
};

interface Wanted {
  bbox?: readonly [number, number, number, number];
  vehicles?: readonly string[];
  every_s: number;
}

interface Asked {
  type: string;
  id?: string;
  channel?: string;
  filter?: Omit<Wanted, 'every_s'>;
  bbox?: Wanted['bbox'];
  every_s?: number;
}

const isWanted = ({ bbox, vehicles }: Wanted, { vehicle, lat, lon }: Driven): boolean =>
  (vehicles === undefined || vehicles.includes(vehicle)) &&
  (bbox === undefined || (lon >= bbox[0] && lon <= bbox[2] && lat >= bbox[1] && lat <= bbox[3]));

const positionOf = ({ vehicle, lat, lon, heading }: Driven) => ({
  vehicle,
  ts: new Date().toISOString(),
  lat,
  lon,
  speed_kmh: 50,
  heading: Math.round(heading),
  status: 'driving',
  driver: null,
  open_alerts: vehicle.endsWith('7') ? 1 : 0,
});

const alertsOf = (fleet: readonly Driven[]): unknown[] =>
  fleet.slice(0, 200).map(({ vehicle, lat, lon }, n) => ({
    id: `a-${n}`,
    kind: 'harsh_braking',
    severity: n % 5 === 0 ? 'critical' : 'warning',
    ...{ vehicle, driver: null, trip: null, location: { lat, lon } },
    occurred_at: new Date(Date.now() - n * 20_000).toISOString(),
    raised_at: new Date(Date.now() - n * 20_000).toISOString(),
    ...{ ended_at: null, late: false, value: -4.4, threshold: -3.5, unit: 'm/s2', rule: 'r', geofence: null, dtc: null },
    ...{ message: 'Harsh braking.', status: 'open', latency_ms: 20, evidence: 'e', suppressed: 0, replaced_by: null },
    ...{ handled_by: null, handled_at: null, notes: [] },
  }));
