import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BLOCK, KNOWN_NUMBERS, packBlock } from '../../../model/drawn-track/pack-block.js';
import {
  ACCELERATION,
  codeOf,
  LAT,
  LON,
  NUMBERS_PER_POINT,
  type PointCodes,
  RPM,
  SPEED,
  writePoint,
} from '../../../model/drawn-track/pack-point.js';
import type { Database } from '../../../ports/database.js';
import { alertRow, dayRow, sampleAlert, sampleDay, sampleTrack, sampleTrip, trackRow, tripRow } from '../sample-rows.js';
import { all, type ContractDatabases, none, range } from './databases-of-contract.js';

/** Rows of outcomes, as they are written. */
export const rollUpsContract = ({ fresh }: ContractDatabases): void => {
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

    // Proves: a chunk comes back in columns as it was drawn, the points that were packed as text, those that were not, and what a point does not tell.
    test('bring a chunk back that comes as it was drawn', async () => {
      const known = Array<number>(KNOWN_NUMBERS).fill(0);
      const told = Array.from({ length: BLOCK + 1 }, (_, i) => pointOf(i));
      const packed = told.flatMap(point => writtenPoint(point));
      const row = {
        trip: 't-8',
        vehicle: 'v',
        no: 0,
        startedAt: 1_700_000_000_000,
        closed: packBlock('', known, packed, 0),
        closedCount: BLOCK,
        points: [...known, ...packed.slice(BLOCK * NUMBERS_PER_POINT)],
      };
      await database.writeRollUps([{ table: 'track', key: 't-8:0', row }], none);
      const [chunk] = await database.track('t-8');
      expect(chunk).toStrictEqual({
        trip: 't-8',
        vehicle: 'v',
        no: 0,
        columns: {
          ts: told.map(({ elapsed }) => 1_700_000_000_000 + elapsed),
          lat: told.map((_, i) => 52 + i / 1_000),
          lon: told.map((_, i) => 13 - i / 1_000),
          speed_kmh: told.map((_, i) => 50 + i),
          heading: told.map(() => null),
          engine_rpm: told.map((_, i) => (i % 2 === 0 ? 1_500 : null)),
          throttle_position: told.map(() => null),
          acceleration: told.map((_, i) => 0 - i),
        },
      });
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
};

const pointOf = (i: number): PointCodes => ({
  elapsed: i * 1_000,
  lat: codeOf(52 + i / 1_000, LAT),
  lon: codeOf(13 - i / 1_000, LON),
  speed: codeOf(50 + i, SPEED),
  heading: 0,
  rpm: codeOf(i % 2 === 0 ? 1_500 : undefined, RPM),
  throttle: 0,
  acceleration: codeOf(-i, ACCELERATION),
});

const writtenPoint = (point: PointCodes): number[] => {
  const numbers: number[] = [];
  writePoint(numbers, 0, point);
  return numbers;
};
