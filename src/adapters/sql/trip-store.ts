import type { Kysely } from 'kysely';
import { among } from './among.js';
import type { PackedDatabase } from './packed-database.js';
import { pageOf, pagingOf } from './page.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables } from './tables.js';
import { decodeTrack } from './track-codec.js';
import { driverDayFromRow, tripFromRow } from './trip-row.js';
import { positionOf, tripRows, tripsWithin } from './trips-within.js';
import { withoutVoided } from './without-voided.js';

export const tripStore = (
  db: Kysely<Tables>,
  dialect: SqlDialect,
): Pick<PackedDatabase, 'trips' | 'trip' | 'track' | 'forgetTrips' | 'driverDays'> => ({
  async trips({ within, ...query }) {
    const found =
      within === undefined
        ? pageOf(await tripRows(db, dialect, query), pagingOf(query), tripFromRow, positionOf)
        : await tripsWithin(db, dialect, query, within);
    return { ...found, items: await withoutVoided(db, found.items) };
  },

  async trip(id) {
    const row = await db.selectFrom('trip').selectAll().where('id', '=', id).executeTakeFirst();
    return row && (await withoutVoided(db, [tripFromRow(row)]))[0];
  },

  async track(trip) {
    const rows = await db.selectFrom('track').selectAll().where('trip', '=', trip).orderBy('no').execute();
    return rows.map(({ trip, vehicle, no, columns }) => ({
      trip,
      vehicle,
      no,
      columns: decodeTrack(new Uint8Array(columns)),
    }));
  },

  async forgetTrips(before, limit) {
    // A trip lasts as long as it lasts: by its start it is found, by its end it is old.
    const found = await db
      .selectFrom('trip')
      .select('id')
      .where('started_at_ms', '<', before)
      .where('ended_at_ms', '<', before)
      .orderBy('started_at_ms')
      .limit(limit)
      .execute();
    const ids = found.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await db.transaction().execute(async trx => {
      await trx.deleteFrom('track_area').where('trip', 'in', ids).execute();
      await trx.deleteFrom('track').where('trip', 'in', ids).execute();
      await trx.deleteFrom('trip').where('id', 'in', ids).execute();
    });
    return ids.length;
  },

  async driverDays({ from, to, driver, vehicles }) {
    let query = db.selectFrom('driver_day').selectAll().where('day', '>=', from).where('day', '<=', to);
    if (driver !== undefined) query = query.where('driver', '=', driver);
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    const rows = await query.orderBy('day').orderBy('driver').orderBy('vehicle').execute();
    return rows.map(driverDayFromRow);
  },
});
