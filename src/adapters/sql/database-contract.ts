import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fakeScores } from '../../api/testing/fake-scores.js';
import type { ApiToken, Database, Page, PageRequest } from '../../ports/database.js';
import { DRIVEN_WIDTH, type DrivingSums, EVENT_WIDTH } from '../../ports/scores.js';
import { CursorError, NameTakenError } from './errors.js';
import {
  alertRow,
  dayRow,
  fuelRow,
  healthRow,
  recordRow,
  sampleAlert,
  sampleDay,
  sampleDtc,
  sampleFuel,
  sampleFuelDay,
  sampleHealthDay,
  sampleStart,
  sampleTrack,
  sampleTrip,
  sampleUser,
  trackRow,
  tripRow,
} from './sample-rows.js';

const add = (sums: Record<string, number[]>, key: string, values: readonly number[]): void => {
  sums[key] = values.map((value, i) => (sums[key]?.[i] ?? 0) + value);
};

/** To ten digits: the order of a sum decides about the last ones. */
const rounded = (sums: Record<string, number[]>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(sums).map(([key, values]) => [key, values.map(value => Number(value.toPrecision(10)))]));

const unpacked = ({ drivers, vehicles, driven, events, kinds, severities }: DrivingSums): Record<string, number[]> => {
  const sums: Record<string, number[]> = {};
  for (let i = 0; i < driven.length; i += DRIVEN_WIDTH) {
    const [driver, bucket, vehicle, ...values] = driven.slice(i, i + DRIVEN_WIDTH);
    add(sums, `${drivers[driver!]} ${bucket} ${vehicles[vehicle!]}`, values);
  }
  for (let i = 0; i < events.length; i += EVENT_WIDTH) {
    const [driver, bucket, kind, severity, ...values] = events.slice(i, i + EVENT_WIDTH);
    add(sums, `${drivers[driver!]} ${bucket} ${kinds[kind!]} ${severities[severity!]}`, values);
  }
  return rounded(sums);
};

const none: ReadonlyMap<number, number> = new Map();
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Reads a list to its end in pages of `limit`. */
const all = async <T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> => {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ limit, cursor });
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = page.next;
  }
};

/**
 * What every database has to do, whatever stands behind it.
 * @param open gives a database that is empty; a second call with the same name opens the same one once more
 */
export const databaseContract = (open: (name: string) => Promise<Database>): void => {
  const opened: Database[] = [];
  const openAnew = async (name: string): Promise<Database> => {
    const database = await open(name);
    opened.push(database);
    return database;
  };
  const fresh = async (name: string): Promise<Database> => {
    const database = await openAnew(name);
    await database.migrate();
    return database;
  };
  afterAll(async () => {
    for (const database of opened) await database.close();
  });

  describe('tables', () => {
    // Proves: several processes may start at once on an empty database, and a start on a finished one changes nothing.
    test('are made once, by however many at once', async () => {
      const several = await Promise.all(range(0, 4).map(() => openAnew('migrated')));
      await Promise.all(several.map(database => database.migrate()));
      await several[0]!.writeRollUps([tripRow(sampleTrip(1))], none);
      await several[3]!.migrate();
      expect(await several[2]!.trip(sampleTrip(1).id)).toEqual(sampleTrip(1));
    }, 30_000);

    // Proves: before they are made, a call is an outage, which passes, not a bug, which would stop its actor.
    test('are missed as an outage', async () => {
      const database = await openAnew('unmigrated');
      await expect(database.trip('x')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', fault: 'outage' });
    });
  });

  describe('roll-ups', () => {
    let database: Database;
    beforeAll(async () => {
      database = await fresh('rollups');
    });

    // Proves: each kind of row comes back exactly, with numbers as numbers, in both dialects.
    test('come back as they were written', async () => {
      const [trip, chunk, day, alert] = [sampleTrip(7), sampleTrack('t-7', 0, 600), sampleDay(7), sampleAlert(7)];
      await database.writeRollUps([tripRow(trip), trackRow(chunk), dayRow(day), alertRow(alert)], new Map([[5, 2 ** 52 + 1]]));
      expect(await database.trip(trip.id)).toStrictEqual(trip);
      expect(await database.track('t-7')).toStrictEqual([chunk]);
      expect(await database.driverDays({ from: day.day, to: day.day })).toStrictEqual([day]);
      expect(await database.alert(alert.id)).toStrictEqual(alert);
      expect(await database.rollUpPositions()).toEqual(new Map([[5, 2 ** 52 + 1]]));
      expect(await database.trip('nobody')).toBeUndefined();
      expect(await database.track('nobody')).toEqual([]);
    });

    // Proves: no number is rounded on its way, however small, large or long. (−0 is stored as 0: no measure has it.)
    test('keep every number', async () => {
      const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }).map(n => n || 0);
      await fc.assert(
        fc.asyncProperty(number, number, fc.maxSafeInteger(), fc.string({ unit: 'binary' }), async (a, b, n, text) => {
          const trip = sampleTrip(8, { distance: a, fuel: b, startedAt: n, start: { lat: a, lon: b } });
          const alert = sampleAlert(8, { value: a, message: text });
          await database.writeRollUps([tripRow(trip), alertRow(alert)], none);
          expect(await database.trip(trip.id)).toStrictEqual(trip);
          expect(await database.alert(alert.id)).toStrictEqual(alert);
        }),
        { numRuns: 40 },
      );
    }, 30_000);

    // Proves: rows are absolute. The same ones again, in other batches and with another position, leave the same tables.
    test('are the same when they are written twice', async () => {
      const db = await fresh('twice');
      const trips = range(0, 2_500).map(n => sampleTrip(n));
      const rows = [...trips.map(tripRow), ...range(0, 30).map(n => alertRow(sampleAlert(n)))];
      await db.writeRollUps(rows, new Map([[0, 100]]));
      const before = await all(page => db.trips(page), 1_000);
      for (const part of [rows.slice(1_000), rows.slice(0, 1_500)]) await db.writeRollUps(part, new Map([[0, 50]]));
      expect(await all(page => db.trips(page), 700)).toEqual(before);
      expect(before).toEqual(trips.toReversed());
      expect(await db.rollUpPositions()).toEqual(new Map([[0, 50]]));
    }, 30_000);

    // Proves: the newest row of a key wins, within a batch too; what is removed is gone, and only that.
    test('are replaced and removed', async () => {
      const db = await fresh('removed');
      const [one, two] = [sampleTrip(1), sampleTrip(2)];
      const grown = { ...one, status: 'closed' as const, distance: 99, driver: null };
      await db.writeRollUps([tripRow(one), tripRow(grown), tripRow(two), trackRow(sampleTrack(two.id, 0))], none);
      expect(await db.trip(one.id)).toEqual(grown);
      await db.writeRollUps(
        [
          ...[dayRow(sampleDay(1)), dayRow(sampleDay(2)), trackRow(sampleTrack(two.id, 1))],
          { table: 'trip', key: two.id, remove: true },
          { table: 'track', key: `${two.id}/0`, remove: true },
          { table: 'driver_day', key: dayRow(sampleDay(1)).key, remove: true },
          { table: 'driver_day', key: 'never there', remove: true },
        ],
        none,
      );
      expect((await db.trips({ limit: 10, cursor: undefined })).items).toEqual([grown]);
      expect((await db.track(two.id)).map(chunk => chunk.no)).toEqual([1]);
      expect(await db.driverDays({ from: '2026-11-01', to: '2026-11-30' })).toEqual([sampleDay(2)]);
    });

    // Proves: rows and positions stand or fall together.
    test('are written whole or not at all', async () => {
      const db = await fresh('whole');
      const wrong = tripRow(sampleTrip(2, { distance: null as unknown as number }));
      await expect(db.writeRollUps([tripRow(sampleTrip(1)), wrong], new Map([[1, 1]]))).rejects.toMatchObject({
        code: 'DATABASE_QUERY',
        fault: 'bug',
      });
      await expect(db.writeRollUps([{ ...tripRow(sampleTrip(1)), key: 'other' }], none)).rejects.toMatchObject({ fault: 'bug' });
      expect((await db.trips({ limit: 10, cursor: undefined })).items).toEqual([]);
      expect(await db.rollUpPositions()).toEqual(new Map());
    });

    // Proves: writers beside each other, as several partitions are, neither fail nor lose rows.
    test('come from many at once', async () => {
      const writers = [await fresh('many'), await fresh('many')];
      const parts = range(0, 20).map(part => range(part * 50, part * 50 + 50).map(n => tripRow(sampleTrip(n))));
      await Promise.all(parts.map((rows, part) => writers[part % 2]!.writeRollUps(rows, new Map([[part, part]]))));
      expect(await all(page => writers[0]!.trips(page), 10_000)).toHaveLength(1_000);
      expect((await writers[0]!.rollUpPositions()).size).toBe(20);
    }, 30_000);
  });

  describe('lists', () => {
    let database: Database;
    beforeAll(async () => {
      database = await fresh('lists');
      const sameTime = range(0, 12).map(n => sampleTrip(n, { startedAt: sampleStart }));
      const rows = [...sameTime, ...range(12, 40).map(n => sampleTrip(n))].map(tripRow);
      await database.writeRollUps([...rows, ...range(0, 40).map(n => alertRow(sampleAlert(n)))], none);
    });

    // Proves: pages neither repeat nor leave out a row that was there at the start, though newer and older ones come in between.
    test('are stable while rows are added', async () => {
      const first = await database.trips({ limit: 15, cursor: undefined });
      const added = [sampleTrip(500), sampleTrip(0, { id: 'trip-000000a', startedAt: sampleStart })];
      await database.writeRollUps(added.map(tripRow), none);
      const rest = await all(page => database.trips({ ...page, cursor: page.cursor ?? first.next! }), 4);
      const ids = [...first.items, ...rest].map(trip => trip.id).filter(id => id !== 'trip-000000a');
      expect(ids).toEqual(
        range(0, 40)
          .map(n => sampleTrip(n).id)
          .toReversed(),
      );
      await database.writeRollUps(
        added.map(trip => ({ table: 'trip', key: trip.id, remove: true })),
        none,
      );
    });

    // Proves: a page that ends with the list says so, and what is no cursor is told as the asker's fault.
    test('end, and refuse foreign cursors', async () => {
      expect(await database.trips({ limit: 40, cursor: undefined })).toMatchObject({ next: null });
      for (const cursor of ['', 'x', Buffer.from('["a","b"]').toString('base64url'), Buffer.from('[1]').toString('base64url')])
        await expect(database.alerts({ limit: 1, cursor })).rejects.toBeInstanceOf(CursorError);
    });

    // Proves: each way of asking for trips finds what a plain filter finds; limits of time are inclusive.
    test('of trips answer what is asked', async () => {
      const trips = await all(page => database.trips(page), 100);
      const asked = async (query: Parameters<Database['trips']>[0] extends PageRequest & infer Q ? Partial<Q> : never) =>
        (await database.trips({ limit: 100, cursor: undefined, ...query })).items;
      expect(await asked({ vehicle: 'van-3' })).toEqual(trips.filter(trip => trip.vehicle === 'van-3'));
      expect(await asked({ driver: 'driver-1' })).toEqual(trips.filter(trip => trip.driver === 'driver-1'));
      const [from, to] = [sampleStart + 15_000, sampleStart + 20_000];
      const within = trips.filter(trip => trip.startedAt >= from && trip.startedAt <= to);
      expect(within).toHaveLength(6);
      expect(await asked({ from, to })).toEqual(within);
      expect(await asked({ vehicles: ['van-1', 'van-2'], driver: 'driver-2' })).toEqual(
        trips.filter(trip => ['van-1', 'van-2'].includes(trip.vehicle) && trip.driver === 'driver-2'),
      );
      expect(await asked({ vehicles: [] })).toEqual([]);
      const many = range(0, 100_000).map(n => `other-${n}`);
      expect(await asked({ vehicles: [...many, 'van-1'] })).toEqual(trips.filter(trip => trip.vehicle === 'van-1'));
    });

    // Proves: each way of asking for alerts finds what a plain filter finds.
    // Proves: trips are found by the places they went through, not by the box around their way; also over several pages, after their track
    // has changed, and where only their ends are known.
    test('of trips find those that went through a place', async () => {
      const database = await fresh('places');
      const corner = { ...sampleTrack('trip-000001', 0, 3) };
      // Up, then right: the box around it holds the lower right corner, the way does not.
      corner.columns = { ...corner.columns, lat: [50, 50.2, 50.2], lon: [8, 8, 8.3] };
      const straight = { ...sampleTrack('trip-000002', 0, 3) };
      straight.columns = { ...straight.columns, lat: [50, 50, null], lon: [8.2, 8.4, null] };
      const elsewhere = { start: { lat: 0, lon: 0 }, end: null };
      await database.writeRollUps(
        [
          tripRow(sampleTrip(1, elsewhere)),
          trackRow(corner),
          tripRow(sampleTrip(2, elsewhere)),
          trackRow(straight),
          tripRow(sampleTrip(3, { ...elsewhere, end: { lat: 50.05, lon: 8.25 } })),
        ],
        none,
      );
      const through = async (west: number, south: number, east: number, north: number, limit = 10) =>
        (await all(page => database.trips({ ...page, within: { west, south, east, north } }), limit)).map(({ id }) => id);
      expect(await through(8.29, 49.9, 8.31, 50.01)).toEqual(['trip-000002']);
      expect(await through(7.9, 50.05, 8.1, 50.1)).toEqual(['trip-000001']);
      expect(await through(8.2, 50.04, 8.3, 50.06)).toEqual(['trip-000003']);
      expect(await through(7, 49, 9, 51, 1)).toEqual(['trip-000003', 'trip-000002', 'trip-000001']);
      expect(await through(170, 49, -170, 51)).toEqual([]);
      const moved = { ...straight, columns: { ...straight.columns, lat: [60, 60, null] } };
      await database.writeRollUps([trackRow(moved)], none);
      expect(await through(8.29, 49.9, 8.31, 50.01)).toEqual([]);
    });

    test('of alerts answer what is asked', async () => {
      const alerts = await all(page => database.alerts(page), 7);
      expect(alerts).toEqual(
        range(0, 40)
          .map(n => sampleAlert(n))
          .toReversed(),
      );
      const asked = async (query: object) => (await database.alerts({ limit: 100, cursor: undefined, ...query })).items;
      for (const [key, value] of [
        ['vehicle', 'van-4'],
        ['driver', 'driver-2'],
        ['kind', 'harsh_braking'],
        ['severity', 'warning'],
        ['status', 'open'],
        ['status', 'void'],
        ['trip', 'trip-2'],
      ] as const)
        expect(await asked({ [key]: value })).toEqual(alerts.filter(alert => alert[key] === value));
      expect(await asked({ from: sampleStart + 38_000 })).toHaveLength(2);
      expect(await asked({ to: sampleStart, vehicles: ['van-0'] })).toEqual([sampleAlert(0)]);
      await database.writeRollUps([alertRow(sampleAlert(3, { status: 'void', handled_by: 'u1' }))], none);
      expect(await asked({ status: 'void' })).toEqual([sampleAlert(3, { status: 'void', handled_by: 'u1' })]);
    });

    // Proves: days are found by their borders, by driver and by vehicles, in a fixed order.
    test('of driver days answer what is asked', async () => {
      const db = await fresh('days');
      const days = range(0, 28).map(n => sampleDay(n));
      await db.writeRollUps(days.toReversed().map(dayRow), none);
      expect(await db.driverDays({ from: '2026-11-03', to: '2026-11-05' })).toEqual(days.slice(2, 5));
      expect(await db.driverDays({ from: '2026-11-01', to: '2026-11-28', driver: '', vehicles: ['van-0'] })).toEqual([
        days[0],
        days[20],
      ]);
    });

    // Proves: days of fuel and of health come back as they were written, are found by their borders and by vehicles, replaced and removed.
    test('of fuel and health days answer what is asked', async () => {
      const db = await fresh('vehicle-days');
      const fuel = range(0, 28).map(n => sampleFuelDay(n));
      const health = range(0, 28).map(n => sampleHealthDay(n));
      await db.writeRollUps([...fuel.toReversed().map(fuelRow), ...health.toReversed().map(healthRow)], none);
      expect(await db.fuelDays({ from: '2026-11-03', to: '2026-11-05' })).toEqual(fuel.slice(2, 5));
      const ofVan = [health[0], health[10], health[20]];
      expect(await db.healthDays({ from: '2026-11-01', to: '2026-11-28', vehicles: ['van-0'] })).toEqual(ofVan);
      expect(await db.healthDays({ from: '2026-11-01', to: '2026-11-02' })).toEqual([health[0], health[1]]);
      expect(await db.fuelDays({ from: '2026-11-01', to: '2026-11-28', vehicles: [] })).toEqual([]);
      const more = sampleHealthDay(10, { milOn: true });
      const { key } = fuelRow(fuel[2]!);
      await db.writeRollUps([healthRow(more), { table: 'fuel_day', key, remove: true }], none);
      expect(await db.healthDays({ from: '2026-11-01', to: '2026-11-28', vehicles: ['van-0'] })).toEqual([
        health[0],
        more,
        health[20],
      ]);
      expect(await db.fuelDays({ from: '2026-11-03', to: '2026-11-05' })).toEqual(fuel.slice(3, 5));
    });
  });

  describe('records of vehicles', () => {
    // Proves: the newest row of a code wins; a vehicle's records come back exactly, by topic and time, in pages that lose and double none;
    // what is removed is gone, and only that.
    test('are replaced, listed and removed', async () => {
      const db = await fresh('records');
      const codes = range(0, 40).map(n => sampleDtc(n));
      const fuel = range(0, 6).map(sampleFuel);
      await db.writeRollUps([...codes, ...fuel].map(recordRow), none);
      const cleared = { ...codes[9]!, state: 'cleared' as const, clearedAt: sampleStart + 99_999, freezeFrame: null };
      await db.writeRollUps([recordRow(cleared), { table: 'record', key: recordRow(codes[12]!).key, remove: true }], none);

      const kept = codes.with(9, cleared).toSpliced(12, 1).toReversed();
      expect(await all(page => db.records({ topic: 'dtc', ...page }), 7)).toStrictEqual(kept);
      const of = (vehicle: string) => kept.filter(code => code.vehicle === vehicle);
      expect(await all(page => db.records({ topic: 'dtc', vehicle: 'van-0', ...page }), 4)).toStrictEqual(of('van-0'));
      const one = { limit: 100, cursor: undefined };
      expect((await db.records({ topic: 'fuel', vehicle: 'van-1', ...one })).items).toStrictEqual([fuel[4], fuel[1]]);
      const [from, to] = [codes[8]!.at, codes[14]!.at];
      const within = await db.records({ topic: 'dtc', from, to, vehicles: ['van-0', 'van-2'], ...one });
      expect(within.items).toStrictEqual(
        kept.filter(({ at, vehicle }) => at >= from && at <= to && (vehicle === 'van-0' || vehicle === 'van-2')),
      );
      expect((await db.records({ topic: 'dtc', vehicles: [], ...one })).items).toEqual([]);
    });

    // Proves: records of the same moment are paged by their key, and all come.
    test('of one moment', async () => {
      const db = await fresh('records-at-once');
      const codes = range(0, 25).map(n => sampleDtc(n, { at: sampleStart, vehicle: 'van-1' }));
      await db.writeRollUps(codes.map(recordRow), none);
      expect(await all(page => db.records({ topic: 'dtc', vehicle: 'van-1', ...page }), 3)).toStrictEqual(codes.toReversed());
    });
  });

  describe('scores', () => {
    const whole = {
      from: '2026-11-20',
      to: '2026-11-25',
      since: sampleStart - 2 * 86_400_000,
      until: sampleStart + 4 * 86_400_000,
    };

    // Proves: sums by driver, and by driver and bucket, are those of a plain loop over the rows; void and retracted alerts are in none,
    // repeats within a cool-down in all, and so it is after each of them changed.
    test('are summed as a loop over the rows sums them', async () => {
      const db = await fresh('scores');
      const days = range(0, 60).map(n => sampleDay(n, { day: `2026-11-${20 + (n % 6)}`, vehicle: `van-${n}` }));
      const alerts = range(0, 120).map(n =>
        sampleAlert(n, {
          kind: n % 2 === 0 ? 'harsh_braking' : 'speeding',
          severity: n % 5 === 0 ? 'critical' : 'warning',
          status: n % 11 === 0 ? 'void' : n % 13 === 0 ? 'retracted' : 'open',
          occurred_at: new Date(sampleStart + (n % 7) * 43_200_000).toISOString(),
          ended_at: n % 3 === 0 ? null : new Date(sampleStart + (n % 7) * 43_200_000 + n * 1_000).toISOString(),
          ...(n % 2 === 1 && { value: 140 + n, threshold: 130 }),
          suppressed: n % 4,
        }),
      );
      const told = fakeScores({ days, alerts: new Map(alerts.map(alert => [alert.id, alert])) });
      await db.writeRollUps([...days.map(dayRow), ...alerts.map(alert => alertRow({ ...alert, status: 'open' }))], none);
      await db.writeRollUps(alerts.map(alertRow), none);
      const buckets = range(0, 6).map(n => ({ day: `2026-11-${20 + n}`, since: whole.since + n * 86_400_000 }));
      for (const narrower of [{}, { drivers: ['driver-1'] }, { vehicles: ['van-1', 'van-2', 'van-7'] }, { drivers: [] }]) {
        const query = { ...whole, ...narrower };
        for (const cut of [buckets, buckets.slice(0, 1), []])
          expect(unpacked(await db.drivingSums(query, cut))).toEqual(unpacked(await told.drivingSums(query, cut)));
      }
      const mine = { ...whole, drivers: ['driver-1'], kinds: ['speeding'] as const, limit: 5 };
      const events = await db.countedEvents(mine);
      expect(events).toHaveLength(5);
      expect(new Set(events.map(({ id }) => id)).size).toBe(5);
      for (const event of events) {
        const same = (await told.countedEvents({ ...mine, limit: 100 })).find(({ id }) => id === event.id)!;
        expect({ ...event, load: 0 }).toEqual({ ...same, load: 0 });
        expect(event.load).toBeCloseTo(same.load, 6);
      }
    });

    // Proves: old trips go with their tracks, a few at a time; alerts, days and with them every score stay as they are.
    test('outlive the trips they were earned on', async () => {
      const db = await fresh('forgotten');
      const trips = range(0, 5).map(n =>
        sampleTrip(n, { startedAt: sampleStart + n * 3_600_000, endedAt: sampleStart + (n + 1) * 3_600_000 }),
      );
      const rows = trips.flatMap(trip => [tripRow(trip), trackRow(sampleTrack(trip.id, 0)), trackRow(sampleTrack(trip.id, 1))]);
      const alerts = range(0, 4).map(n => alertRow(sampleAlert(n, { driver: 'driver-1', trip: trips[n]!.id })));
      await db.writeRollUps([...rows, ...alerts, dayRow(sampleDay(1))], none);
      const before = unpacked(await db.drivingSums(whole, []));
      const cut = sampleStart + 3 * 3_600_000 + 1;
      expect(await db.forgetTrips(cut, 2)).toBe(2);
      expect(await db.forgetTrips(cut, 2)).toBe(1);
      expect(await db.forgetTrips(cut, 2)).toBe(0);
      expect((await all(page => db.trips(page), 10)).map(({ id }) => id)).toEqual([trips[4]!.id, trips[3]!.id]);
      expect(await db.track(trips[0]!.id)).toEqual([]);
      expect(await db.track(trips[3]!.id)).toHaveLength(2);
      expect(unpacked(await db.drivingSums(whole, []))).toEqual(before);
      expect(await all(page => db.alerts(page), 10)).toHaveLength(4);
    });

    // Proves: what a person voided is off the counts of its trip, in lists and alone, and back when the row says so again.
    test('leave a void off its trip', async () => {
      const db = await fresh('voided');
      const trip = sampleTrip(1, { counts: { harsh_braking: 3, speeding: 1 } });
      const braking = sampleAlert(1, { kind: 'harsh_braking', trip: trip.id, suppressed: 1 });
      const speeding = sampleAlert(2, { kind: 'speeding', trip: trip.id });
      const write = (...alerts: (typeof braking)[]) => db.writeRollUps([tripRow(trip), ...alerts.map(alertRow)], none);
      const counts = async () => [
        (await db.trip(trip.id))!.counts,
        (await db.trips({ limit: 5, cursor: undefined })).items[0]!.counts,
      ];
      await write(braking, speeding);
      expect(await counts()).toEqual([trip.counts, trip.counts]);
      await write({ ...braking, status: 'void' }, { ...speeding, status: 'void' });
      expect(await counts()).toEqual([{ harsh_braking: 1 }, { harsh_braking: 1 }]);
      await write(braking, speeding);
      expect(await counts()).toEqual([trip.counts, trip.counts]);
    });

    // Proves: contested alerts are found while nobody has decided, and not after.
    test('list what is contested', async () => {
      const db = await fresh('contested');
      const contest = { status: 'open', reason: 'a pothole', by: 'u1', at: new Date(sampleStart).toISOString() } as const;
      const open = { ...contest, decided_by: null, decided_at: null, answer: null };
      const alerts = [
        sampleAlert(1),
        sampleAlert(2, { contest: open }),
        sampleAlert(3, { contest: { ...open, status: 'rejected' } }),
      ];
      await db.writeRollUps(alerts.map(alertRow), none);
      const ids = async (contested: boolean) =>
        (await db.alerts({ limit: 9, cursor: undefined, contested })).items.map(({ id }) => id);
      expect(await ids(true)).toEqual([alerts[1]!.id]);
      expect(await ids(false)).toEqual([alerts[2]!.id, alerts[0]!.id]);
      await db.writeRollUps([alertRow({ ...alerts[1]!, contest: { ...open, status: 'accepted' }, status: 'void' })], none);
      expect(await ids(true)).toEqual([]);
    });

    // Proves: versions of the formula are kept, newest first, and none is overwritten.
    test('keep every version of the formula', async () => {
      const db = await fresh('formula');
      const version = (n: number) => ({
        ...{ version: n, valid_from: `2026-11-0${n}`, document: { minimum_km: n }, note: `“${n}”`, at: sampleStart, by: 'Ann' },
      });
      await db.addScoring(version(1));
      await db.addScoring(version(2));
      await expect(db.addScoring({ ...version(2), note: 'forged' })).rejects.toBeInstanceOf(NameTakenError);
      expect(await db.scorings()).toEqual([version(2), version(1)]);
    });
  });

  describe('people', () => {
    let database: Database;
    beforeAll(async () => {
      database = await fresh('people');
    });

    // Proves: a driver that was only seen has its id for a name, and being seen again never takes a name away.
    test('drivers are added when seen, and never overwritten', async () => {
      const seen = [{ table: 'driver_seen', key: 'd1', row: { id: 'd1' } }] as const;
      await database.writeRollUps(seen, none);
      expect(await database.driver('d1')).toEqual({ id: 'd1', name: 'd1', group: null });
      const named = { id: 'd1', name: 'Müller, “Jo”', group: 'north' };
      await database.putDriver(named);
      await database.writeRollUps(seen, none);
      expect(await database.driver('d1')).toEqual(named);
      for (const id of ['d3', 'd2', 'D1']) await database.putDriver({ id, name: id, group: id === 'd3' ? 'north' : null });
      expect((await all(page => database.drivers(page), 1)).map(driver => driver.id)).toEqual(['D1', 'd1', 'd2', 'd3']);
      expect((await all(page => database.drivers({ ...page, group: 'north' }), 1)).map(driver => driver.id)).toEqual([
        'd1',
        'd3',
      ]);
      const note = { id: 'n1', driver: 'd1', at: sampleStart, changed_at: null, by_id: 'u1', by: 'Ann', topic: 'braking' };
      const notes = [0, 1].map(n => ({
        ...note,
        id: `n${n}`,
        note: 'talked “about” it',
        follow_up: n ? '2026-12-01' : null,
        done: n > 0,
      }));
      for (const one of notes) await database.putCoachingNote(one);
      await database.putCoachingNote({ ...notes[0]!, changed_at: sampleStart + 1, note: 'changed' });
      expect(await database.coachingNotes('d1')).toEqual([
        notes[1],
        { ...notes[0], changed_at: sampleStart + 1, note: 'changed' },
      ]);
      await database.deleteCoachingNote('n1');
      expect(await database.coachingNote('n1')).toBeUndefined();
      await database.putUser(sampleUser(90, { name: 'the driver', role: 'driver', driver: 'd1' }));
      await database.putUser(sampleUser(1, { name: 'drives too', role: 'coach', driver: 'd1' }));
      await database.putSession({ id_hash: 'f'.repeat(64), user: 'user-90', expires_at: Date.now() + 60_000 });
      // Whoever is forgotten leaves no notes and no log-in behind; a colleague's stays, without the link.
      await database.deleteDriver('d1');
      expect(await database.driver('d1')).toBeUndefined();
      expect(await database.coachingNotes('d1')).toEqual([]);
      expect(await database.userNamed('the driver')).toBeUndefined();
      expect(await database.sessionByHash('f'.repeat(64))).toBeUndefined();
      expect(await database.userNamed('drives too')).toMatchObject({ driver: null });
    });

    // Proves: a user can be changed, and one who takes another's name overwrites nobody.
    test('users keep their names to themselves', async () => {
      const [one, two] = [sampleUser(1), sampleUser(2, { role: 'driver', driver: 'd1', groups: [] })];
      await database.putUser(one);
      await database.putUser(two);
      await database.putUser(one);
      expect(await all(page => database.users(page), 1)).toEqual([one, two]);
      await expect(database.putUser(sampleUser(3, { name: one.name }))).rejects.toBeInstanceOf(NameTakenError);
      await expect(database.putUser({ ...two, name: one.name })).rejects.toMatchObject({ code: 'NAME_TAKEN', fault: 'input' });
      expect(await all(page => database.users(page), 10)).toEqual([one, two]);
      await database.putUser({ ...one, name: 'new', role: 'admin' });
      expect(await database.userNamed('new')).toEqual({ ...one, name: 'new', role: 'admin' });
      expect(await database.userNamed(one.name)).toBeUndefined();
      expect(await database.userNamed('NEW')).toBeUndefined();
    });

    // Proves: tokens are found by hash, changed by id, and gone once deleted.
    test('tokens are put, found and deleted', async () => {
      const token = (n: number): ApiToken => ({
        id: `token-${n}`,
        name: `script ${n}`,
        role: 'investigator',
        groups: ['north'],
        token_hash: String(n).repeat(64),
        expires_at: n === 1 ? null : sampleStart,
        last_used_at: null,
        created_at: sampleStart,
      });
      for (const n of [3, 1, 2]) await database.putToken(token(n));
      await database.putToken({ ...token(2), last_used_at: sampleStart + 1 });
      expect(await all(page => database.tokens(page), 2)).toEqual([
        token(1),
        { ...token(2), last_used_at: sampleStart + 1 },
        token(3),
      ]);
      expect(await database.tokenByHash('1'.repeat(64))).toEqual(token(1));
      await database.touchToken('token-1', sampleStart + 5);
      expect(await database.tokenByHash('1'.repeat(64))).toEqual({ ...token(1), last_used_at: sampleStart + 5 });
      expect(await database.deleteToken('token-1')).toBe(true);
      expect(await database.deleteToken('token-1')).toBe(false);
      expect(await database.tokenByHash('1'.repeat(64))).toBeUndefined();
      await database.touchToken('token-1', sampleStart + 6);
      expect(await database.tokenByHash('1'.repeat(64))).toBeUndefined();
    });

    // Proves: many drivers go in at once and are found by any of some groups, page by page; nobody is in no group.
    test('drivers of some groups', async () => {
      const group = (n: number) => ['bulk-a', 'bulk-b', "bulk-'c", null][n % 4]!;
      const drivers = Array.from({ length: 1_200 }, (_, n) => ({
        id: `bulk-${String(n).padStart(4, '0')}`,
        name: `Bulk ${n}`,
        group: group(n),
      }));
      await database.putDrivers(drivers);
      await database.putDrivers(drivers.slice(0, 10).map(driver => ({ ...driver, name: 'changed' })));
      const found = await all(page => database.drivers({ ...page, groups: ['bulk-a', "bulk-'c"] }), 700);
      expect(found.map(({ id }) => id)).toEqual(
        drivers.filter(({ group: of }) => of === 'bulk-a' || of === "bulk-'c").map(({ id }) => id),
      );
      expect(found[0]!.name).toBe('changed');
      expect((await database.drivers({ limit: 10, cursor: undefined, groups: [] })).items).toEqual([]);
      for (const { id } of drivers) await database.deleteDriver(id);
    });

    // Proves: a session gives its user as of now, and none once it has expired, was deleted, or has no user.
    test('sessions end', async () => {
      const user = sampleUser(9);
      await database.putUser(user);
      const expires_at = Date.now() + 60_000;
      const [valid, expired, orphan] = ['a', 'b', 'c'].map(letter => letter.repeat(64)) as [string, string, string];
      await database.putSession({ id_hash: expired, user: user.id, expires_at: Date.now() - 1 });
      await database.putSession({ id_hash: valid, user: user.id, expires_at });
      await database.putSession({ id_hash: orphan, user: 'nobody', expires_at });
      await database.putUser({ ...user, role: 'coach' });
      expect(await database.sessionByHash(valid)).toEqual({
        id_hash: valid,
        user: user.id,
        expires_at,
        as: { ...user, role: 'coach' },
      });
      expect(await database.sessionByHash(expired)).toBeUndefined();
      expect(await database.sessionByHash(orphan)).toBeUndefined();
      await database.deleteSession(valid);
      expect(await database.sessionByHash(valid)).toBeUndefined();
    });

    // Proves: the audit is newest first and written once, with details of any shape.
    test('audit is kept', async () => {
      const entry = (n: number, detail: unknown) => ({
        ...{ id: `audit-${n}`, at: sampleStart + Math.floor(n / 2), by: 'user-1', action: 'rule.put', subject: "o'clock" },
        detail,
      });
      const entries = [entry(0, null), entry(1, { a: [1, 'x'] }), entry(2, 'text'), entry(3, 7)];
      for (const one of entries) await database.addAudit(one);
      await database.addAudit({ ...entries[0]!, action: 'forged' });
      expect(await all(page => database.audit(page), 1)).toEqual(entries.toReversed());
    });

    // Proves: the audit trail is searched by who, what, on what and when; what is asked is words, no patterns.
    test('the audit trail by filters', async () => {
      const entry = (n: number, more: object) => ({
        ...{ id: `filtered-${n}`, at: sampleStart + n, by: 'ada', action: 'POST /import/vehicles', subject: '', detail: null },
        ...more,
      });
      const entries = [
        entry(1, {}),
        entry(2, { by: 'mo', action: 'POST /import/drivers' }),
        entry(3, { action: 'GET /export/vehicles', subject: 'x' }),
        entry(4, { action: 'PUT /%_' }),
      ];
      for (const one of entries) await database.addAudit(one);
      const ids = async (query: object) =>
        (await all(page => database.audit({ ...page, ...query }), 2)).map(({ id }) => id).filter(id => id.startsWith('filtered'));
      expect(await ids({ action: 'POST /import' })).toEqual(['filtered-2', 'filtered-1']);
      expect(await ids({ by: 'mo', action: 'POST' })).toEqual(['filtered-2']);
      expect(await ids({ subject: 'x' })).toEqual(['filtered-3']);
      expect(await ids({ action: 'P%' })).toEqual([]);
      expect(await ids({ action: 'PUT /%' })).toEqual(['filtered-4']);
      expect(await ids({ from: sampleStart + 2, to: sampleStart + 3 })).toEqual(['filtered-3', 'filtered-2']);
    });
  });
};
