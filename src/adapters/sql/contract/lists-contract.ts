import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database, PageRequest } from '../../../ports/database.js';
import { CursorError } from '../errors.js';
import { alertRow, sampleAlert, sampleStart, sampleTrack, sampleTrip, trackRow, tripRow } from '../sample-rows.js';
import { all, type ContractDatabases, none, range } from './databases-of-contract.js';

/** Trips and alerts, as they are asked for. */
export const listsContract = ({ fresh }: ContractDatabases): void => {
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

    // Proves: each way of asking for alerts finds what a plain filter finds.
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
  });
};
