import { describe, expect, test } from '@jest/globals';
import { sampleTrip, tripRow } from '../sample-rows.js';
import { type ContractDatabases, none, range } from './databases-of-contract.js';

/** How tables come to be. */
export const tablesContract = ({ openAnew }: ContractDatabases): void => {
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
};
