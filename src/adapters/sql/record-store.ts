import type { Kysely } from 'kysely';
import type { VehicleRecord } from '../../model/vehicle-record.js';
import type { Database } from '../../ports/database.js';
import { among } from './among.js';
import { olderThan, pageOf, pagingOf } from './page.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables } from './tables.js';

export const recordStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<Database, 'records'> => ({
  async records({ topic, vehicle, from, to, vehicles, ...page }) {
    const paging = pagingOf(page);
    let query = db.selectFrom('vehicle_record').select(['row_key', 'at_ms', 'document']).where('topic', '=', topic);
    if (vehicle !== undefined) query = query.where('vehicle', '=', vehicle);
    if (from !== undefined) query = query.where('at_ms', '>=', from);
    if (to !== undefined) query = query.where('at_ms', '<=', to);
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    if (paging.after) query = query.where(olderThan('at_ms', paging.after, 'row_key'));
    const rows = await query.orderBy('at_ms', 'desc').orderBy('row_key', 'desc').limit(paging.take).execute();
    return pageOf(
      rows,
      paging,
      row => JSON.parse(row.document) as VehicleRecord,
      row => [row.at_ms, row.row_key],
    );
  },
});
