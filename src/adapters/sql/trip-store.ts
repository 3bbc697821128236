import type { Kysely } from 'kysely';
import { among } from './among.js';
import type { PackedDatabase } from './packed-database.js';
import { olderThan, pageOf, pagingOf } from './page.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables } from './tables.js';
import { decodeTrack } from './track-codec.js';
import { driverDayFromRow, tripFromRow } from './trip-row.js';
import { withoutVoided } from './without-voided.js';

export const tripStore = (
  db: Kysely<Tables>,
  dialect: SqlDialect,
): Pick<PackedDatabase, 'trips' | 'trip' | 'track' | 'driverDays'> => ({
  async trips({ vehicle, driver, from, to, vehicles, ...page }) {
    const paging = pagingOf(page);
    let query = db.selectFrom('trip').selectAll();
    if (vehicle !== undefined) query = query.where('vehicle', '=', vehicle);
    if (driver !== undefined) query = query.where('driver', '=', driver);
    if (from !== undefined) query = query.where('started_at_ms', '>=', from);
    if (to !== undefined) query = query.where('started_at_ms', '<=', to);
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    if (paging.after) query = query.where(olderThan('started_at_ms', paging.after));
    const rows = await query.orderBy('started_at_ms', 'desc').orderBy('id', 'desc').limit(paging.take).execute();
    const found = pageOf(rows, paging, tripFromRow, row => [row.started_at_ms, row.id]);
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

  async driverDays({ from, to, driver, vehicles }) {
    let query = db.selectFrom('driver_day').selectAll().where('day', '>=', from).where('day', '<=', to);
    if (driver !== undefined) query = query.where('driver', '=', driver);
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    const rows = await query.orderBy('day').orderBy('driver').orderBy('vehicle').execute();
    return rows.map(driverDayFromRow);
  },
});
