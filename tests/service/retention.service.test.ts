// Proves, with a real server whose clock is moved while it runs (see moved-clock.mjs): with TELLTALE_RETENTION_DAYS=1 the raw records of a drive
// go when they are a day old and no sooner; then raw events, why, why-not and evidence answer 410 `expired`, a backtest says what it lacks, and
// trip, track, alert, scorecard, fuel and health are what they were, before and after a restart. What came later is still there, raw and explained.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { connectRegistered, type RegisteredDevice } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import type { Telltale } from '../harness/start-telltale.js';
import { type MovedClockServer, startWithMovedClock } from '../harness/start-with-moved-clock.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(120_000);

const HOUR = 3_600_000;
/** A hard braking after some 20 km, then parked. */
const legs: readonly Leg[] = [
  { seconds: 40, to_kmh: 100 },
  { seconds: 700, to_kmh: 100 },
  { seconds: 5, to_kmh: 20 },
  { seconds: 20, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];

interface Drive {
  trip: string;
  alert: string;
  from: number;
  to: number;
}

let server: Telltale;
let rest: RestClient;
let device: RegisteredDevice;
let moveClock: MovedClockServer['moveTo'];
let ahead = 0;
const moveTo = (hours: number): Promise<void> => {
  ahead = hours * HOUR;
  return moveClock(ahead);
};
const now = (): number => Date.now() + ahead;

beforeAll(async () => {
  ({ server, moveTo: moveClock } = await startWithMovedClock({ TELLTALE_RETENTION_DAYS: '1' }));
  rest = restClient(server.http, server.adminToken);
  device = await connectRegistered(server, 'd-1', { vehicle: 'v-1', reconnect: true });
}, 60_000);

/** A drive that has just ended. */
const drive = async (): Promise<Drive> => {
  const length = legs.reduce((sum, { seconds }) => sum + seconds, 0) * 1_000;
  const from = now() - length - 1_000;
  for (const events of inArraysOf(60, scriptedDrive({ start: from, legs, driver: 'p-1' }))) await device.publish(events);
  return waitFor('the drive and its braking', async () => {
    const [trip] = await rest.all<{ id: string; status: string }>('/trips', { from: from - 1_000 });
    const [alert] = await rest.all<{ id: string }>('/alerts', { kind: 'harsh_braking', from });
    return trip?.status === 'closed' && alert !== undefined && { trip: trip.id, alert: alert.id, from, to: from + length };
  });
};

/** `ok`, or the status and code of the refusal, of everything that is made from raw records. */
const raw = async ({ trip, alert, from, to }: Drive): Promise<Record<string, string>> => {
  const paths = {
    events: `/vehicles/v-1/events?from=${from}&to=${to}`,
    why: `/alerts/${alert}/why`,
    'why-not': `/vehicles/v-1/why-not?kind=speeding&at=${from + 60_000}`,
    evidence: `/trips/${trip}/evidence`,
  };
  const told: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const answer = await rest.raw(`/api/v1${path}`);
    const isProblem = answer.headers.get('content-type')?.includes('problem') ?? false;
    told[name] = isProblem ? `${answer.status} ${((await answer.json()) as { code: string }).code}` : String(answer.status);
    if (!isProblem) await answer.arrayBuffer();
  }
  return told;
};
const KEPT = { events: '200', why: '200', 'why-not': '200', evidence: '200' };
const EXPIRED = { events: '410 expired', why: '410 expired', 'why-not': '410 expired', evidence: '410 expired' };

/** Another vehicle, which is in the shop with a code and is not heard again: what is known of its health can change only by forgetting. */
const standInTheShop = async (): Promise<void> => {
  const shop = await connectRegistered(server, 'd-2', { vehicle: 'v-2' });
  const at = now() - HOUR;
  await shop.publish([0, 1, 2].map(i => ({ ts: at + i * 10_000, ignition: true, external_voltage: 12.4, dtc: ['P0301'] })));
  await shop.close();
  await waitFor('its health', async () => (await rest.get<{ dtcs: unknown[] }>('/vehicles/v-2/health')).dtcs.length === 1);
};

/** What is stored of the first drive, and the health of the one in the shop. */
const stored = async ({ trip, alert, from, to }: Drive): Promise<unknown> => {
  const days = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return Promise.all(
    [
      `/trips/${trip}`,
      `/trips/${trip}/replay`,
      `/alerts/${alert}`,
      `/drivers/p-1/scorecard?${days}`,
      `/fuel?${days}&by=vehicle`,
      `/drivers/p-1/export`,
      '/vehicles/v-2/health',
    ].map(async path => {
      const found = await rest.get<Record<string, unknown>>(path);
      // Of the scorecard what hangs on others and on later days stays out; of the export what says when it was made.
      const { exported_at: _, alerts, trips, days: __, ...rest_ } = found as Record<string, { id: string }[]>;
      if (!path.endsWith('/export')) return found;
      return { ...rest_, alerts: alerts!.filter(({ id }) => id === alert), trips: trips!.filter(({ id }) => id === trip) };
    }),
  );
};

const segments = async (): Promise<number> =>
  (await readdir(join(server.dataDir, 'journal'), { withFileTypes: true })).filter(entry => entry.isDirectory()).length;

test('raw records go after a day, what was computed from them stays', async () => {
  await standInTheShop();
  const first = await drive();
  expect(await raw(first)).toEqual(KEPT);
  const before = await stored(first);

  // Not a day old: it is there, however often retention looks.
  await moveTo(23);
  await new Promise(resolve => setTimeout(resolve, 2_000));
  expect(await raw(first)).toEqual(KEPT);

  await moveTo(25);
  const second = await drive();
  expect(await segments()).toBe(2);
  await moveTo(26);
  const third = await drive();

  // The first segment holds what was written until hour 25, the second one what came since: only the first is a day old as a whole.
  await moveTo(49.5);
  await waitFor('the oldest records to go', async () => (await raw(first)).events === '410 expired', { timeoutMs: 30_000 });
  expect(await raw(first)).toEqual(EXPIRED);
  expect(await stored(first)).toEqual(before);
  // What the fold knew before the second drive stands among records that are gone: it is explained, and proves nothing.
  expect(await raw(second)).toEqual({ ...KEPT, evidence: '410 expired' });
  expect(await raw(third)).toEqual(KEPT);
  const rule = { kind: 'harsh_braking', params: { threshold: -2 } };
  const backtest = await rest.post<Record<string, unknown>>('/rules/backtest', { from: first.from, to: third.to, rule });
  // The one in the shop was heard before it, too.
  expect(backtest).toMatchObject({ count: 2, vehicles_incomplete: 2 });

  await server.restart();
  expect(await raw(first)).toEqual(EXPIRED);
  expect(await stored(first)).toEqual(before);
  expect(await raw(third)).toEqual(KEPT);
});
