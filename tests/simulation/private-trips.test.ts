// Proves, on the production fold: of a private trip everything is kept but where it was. Distance, time, speed and what was held against the
// driver are those of the same trip told openly; no row, alert or live state says a place, and no geofence tells of it. With a schedule,
// that holds within its windows alone; late readings and a crash change nothing in it.
import { expect, test } from '@jest/globals';
import type { PrivateMode } from '../../src/model/vehicle.js';
import { fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const drive = fleetDrive('private-trips', 1, 40);
const fences = fencesAlong(drive);
const end = Math.max(...drive.map(({ ts }) => ts)) + 20 * 60_000;

const folded = async (mode: PrivateMode | null, { late = false, crash = false } = {}): Promise<SimulatedFold> => {
  const fold = new SimulatedFold();
  setUp(fold, fences);
  const vehicle = { id: 'v-1', name: 'v-1', vin: null, class: 'car', fuel_type: null, group: null, odometer_km: null } as const;
  fold.say({ type: 'vehicle_put', vehicle: { ...vehicle, speed_limit_kmh: null, private: mode } }, START);
  await fold.start();
  let now = START;
  const heldBack: typeof drive = [];
  for (const [i, event] of drive.entries()) {
    for (; now <= event.ts; now += 1_000) fold.tick(now);
    if (late && i % 50 === 7) heldBack.push(event);
    else fold.send({ device: event.device, received: event.ts + 50, payload: event.text });
    if (crash && i === drive.length >> 1) {
      await fold.run();
      await fold.crash();
    }
  }
  for (const event of heldBack) fold.send({ device: event.device, received: now, payload: event.text });
  for (; now <= end; now += 1_000) fold.tick(now);
  await fold.run();
  return fold;
};

interface Trip {
  start: unknown;
  end: unknown;
  startedAt: number;
}
interface Chunk {
  columns: {
    ts: number[];
    lat: (number | null)[];
    lon: (number | null)[];
    heading: (number | null)[];
    speed_kmh: (number | null)[];
  };
}
const placeless = (outcome: ReturnType<SimulatedFold['outcome']>) => ({
  trips: outcome.trips.map(trip => ({ ...(trip as Trip), start: null, end: null })),
  days: outcome.days.map(day => ({ ...(day as { counts: object }), counts: withoutFences((day as { counts: object }).counts) })),
  points: (outcome.points as Chunk[]).map(({ columns: { ts, speed_kmh } }) => ({ ts, speed_kmh })),
});
const withoutFences = (counts: object): object =>
  Object.fromEntries(Object.entries(counts).filter(([kind]) => !kind.startsWith('geofence')));
const withoutFenceCounts = (told: ReturnType<typeof placeless>) => ({
  ...told,
  trips: told.trips.map(trip => ({ ...trip, counts: withoutFences((trip as unknown as { counts: object }).counts) })),
});
const kinds = (outcome: ReturnType<SimulatedFold['outcome']>) =>
  (outcome.alerts as { kind: string; occurred_at: string }[])
    .filter(({ kind }) => !kind.startsWith('geofence'))
    .map(({ kind, occurred_at }) => `${occurred_at} ${kind}`)
    .sort();

test('always: the same but for the places', async () => {
  const [open, hidden] = [await folded(null), await folded('always')];
  const [told, kept] = [open.outcome(), hidden.outcome()];
  expect(JSON.stringify(told.alerts)).toContain('geofence_enter');
  expect(told.trips.length).toBeGreaterThan(0);
  expect(withoutFenceCounts(placeless(kept))).toEqual(withoutFenceCounts(placeless(told)));
  expect(kinds(kept)).toEqual(kinds(told));
  expect(kinds(kept).length).toBeGreaterThan(0);

  expect(kept.trips.every(trip => (trip as Trip).start === null && (trip as Trip).end === null)).toBe(true);
  for (const { columns } of kept.points as Chunk[])
    expect([...columns.lat, ...columns.lon, ...columns.heading].every(value => value === null)).toBe(true);
  expect(JSON.stringify(kept.alerts)).not.toMatch(/"lat"|geofence_/);
  expect(await hidden.liveState('v-1')).toMatchObject({ lat: undefined, lon: undefined, heading: undefined });
  expect((await open.liveState('v-1'))!.lat).toBeDefined();
});

test('late readings and a crash tell no place either', async () => {
  const inPeace = (await folded('always')).outcome();
  const shaken = (await folded('always', { late: true, crash: true })).outcome();
  expect(shaken).toEqual(inPeace);
});

test('by schedule: within its windows alone', async () => {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const from = START + 15 * 60_000;
  const windows = [{ days: [1, 2, 3, 4, 5, 6, 7] as const, from: clock(from), to: '23:59' }];
  const { points } = (await folded({ schedule: { zone: 'UTC', windows } })).outcome();
  let [shown, hidden] = [0, 0];
  for (const { columns } of points as Chunk[]) {
    for (const [i, ts] of columns.ts.entries()) {
      if (columns.lat[i] !== null) {
        shown += 1;
        expect(ts).toBeLessThan(from);
      } else if (ts >= from) hidden += 1;
    }
  }
  expect(shown).toBeGreaterThan(50);
  expect(hidden).toBeGreaterThan(50);
});
