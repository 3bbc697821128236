import type { Kysely } from 'kysely';
import type { AlertKind } from '../../model/alert.js';
import type { TripOutcome } from '../../model/trip.js';
import type { Tables } from './tables.js';

/**
 * Takes alerts that people voided off the counts of trips. The rows keep what the fold found: it owns them, and a void may come when the
 * raw data of the trip is long gone.
 */
export const withoutVoided = async (db: Kysely<Tables>, trips: TripOutcome[]): Promise<TripOutcome[]> => {
  if (trips.length === 0) return trips;
  const ids = trips.map(({ id }) => id);
  const voided = await db
    .selectFrom('counted_event')
    .select(['trip', 'kind', 'voided'])
    .where('voided', '>', 0)
    .where('trip', '<>', '')
    .where('trip', 'in', ids)
    .execute();
  const byId = new Map(trips.map(trip => [trip.id, trip]));
  for (const { trip, kind, voided: times } of voided) {
    const { counts } = byId.get(trip)!;
    const left = (counts[kind as AlertKind] ?? 0) - times;
    if (left > 0) counts[kind as AlertKind] = left;
    else delete counts[kind as AlertKind];
  }
  return trips;
};
