import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../ports/database.js';
import { sampleStart, sampleUser } from '../sample-rows.js';
import { all, type ContractDatabases, none } from './databases-of-contract.js';

/** Drivers, and what goes with them. */
export const driversContract = ({ fresh }: ContractDatabases): void => {
  describe('drivers', () => {
    let database: Database;
    beforeAll(async () => {
      database = await fresh('drivers');
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
      const token = { role: 'driver', groups: [], driver: 'd1', expires_at: null, last_used_at: null } as const;
      await database.putToken({
        ...token,
        ...{ id: 'of-d1', name: 'phone', token_hash: 'e'.repeat(64), created_at: 0, made_by: null },
      });
      // Whoever is forgotten leaves no notes and no log-in behind; a colleague's stays, without the link.
      const cut = await database.deleteDriver('d1');
      expect({ users: cut.users.toSorted(), tokens: cut.tokens }).toEqual({ users: ['user-1', 'user-90'], tokens: ['of-d1'] });
      expect(await database.tokenByHash('e'.repeat(64))).toBeUndefined();
      expect(await database.driver('d1')).toBeUndefined();
      expect(await database.coachingNotes('d1')).toEqual([]);
      expect(await database.userNamed('the driver')).toBeUndefined();
      expect(await database.sessionByHash('f'.repeat(64))).toBeUndefined();
      expect(await database.userNamed('drives too')).toMatchObject({ driver: null });
    });

    // Proves: many drivers go in at once and are found by any of some groups, page by page; nobody is in no group.
    test('drivers of some groups', async () => {
      const bulk = await fresh('bulk-drivers');
      const group = (n: number) => ['bulk-a', 'bulk-b', "bulk-'c", null][n % 4]!;
      const drivers = Array.from({ length: 1_200 }, (_, n) => ({
        id: `bulk-${String(n).padStart(4, '0')}`,
        name: `Bulk ${n}`,
        group: group(n),
      }));
      await bulk.putDrivers(drivers);
      await bulk.putDrivers(drivers.slice(0, 10).map(driver => ({ ...driver, name: 'changed' })));
      const found = await all(page => bulk.drivers({ ...page, groups: ['bulk-a', "bulk-'c"] }), 700);
      expect(found.map(({ id }) => id)).toEqual(
        drivers.filter(({ group: of }) => of === 'bulk-a' || of === "bulk-'c").map(({ id }) => id),
      );
      expect(found[0]!.name).toBe('changed');
      expect((await bulk.drivers({ limit: 10, cursor: undefined, groups: [] })).items).toEqual([]);
    });
  });
};
