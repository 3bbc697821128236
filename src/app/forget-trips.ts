import type { Counters } from '../model/counters.js';
import { faultOf } from '../model/errors.js';
import { days, type Instant } from '../model/units.js';
import type { Database } from '../ports/database.js';

/** Trips of one transaction: others wait for the tables meanwhile. */
const AT_ONCE = 500;

/** Takes trips away that are older than is kept, where there is a limit. While SQL is away it is left for the next time. */
export const forgetTrips = async (
  database: Pick<Database, 'forgetTrips'>,
  now: Instant,
  keep: number | undefined,
  counters: Counters,
): Promise<void> => {
  if (keep === undefined) return;
  try {
    for (let gone = AT_ONCE; gone === AT_ONCE; ) {
      gone = await database.forgetTrips(now - days(keep), AT_ONCE);
      counters.add('trips_forgotten_total', gone);
    }
  } catch (error) {
    if (faultOf(error) !== 'outage') throw error;
  }
};
