import { describe, expect, test } from '@jest/globals';
import { recordRow, sampleDtc, sampleStart } from '../sample-rows.js';
import { all, type ContractDatabases, none, range } from './databases-of-contract.js';

/** Trouble codes. */
export const recordsContract = ({ fresh }: ContractDatabases): void => {
  describe('records of vehicles', () => {
    // Proves: the newest row of a code wins; a vehicle's records come back exactly, by time, in pages that lose and double none;
    // what is removed is gone, and only that.
    test('are replaced, listed and removed', async () => {
      const db = await fresh('records');
      const codes = range(0, 40).map(n => sampleDtc(n));
      await db.writeRollUps(codes.map(recordRow), none);
      const cleared = { ...codes[9]!, state: 'cleared' as const, clearedAt: sampleStart + 99_999, freezeFrame: null };
      await db.writeRollUps([recordRow(cleared), { table: 'record', key: recordRow(codes[12]!).key, remove: true }], none);

      const kept = codes.with(9, cleared).toSpliced(12, 1).toReversed();
      expect(await all(page => db.records({ topic: 'dtc', ...page }), 7)).toStrictEqual(kept);
      const of = (vehicle: string) => kept.filter(code => code.vehicle === vehicle);
      expect(await all(page => db.records({ topic: 'dtc', vehicle: 'van-0', ...page }), 4)).toStrictEqual(of('van-0'));
      const one = { limit: 100, cursor: undefined };
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
};
