import type { Kysely } from 'kysely';
import type { Alert } from '../../model/alert.js';
import type { Database } from '../../ports/database.js';
import { among } from './among.js';
import { olderThan, pageOf, pagingOf } from './page.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables } from './tables.js';

/** The columns that are asked for as they stand. */
const exactly = ['vehicle', 'driver', 'kind', 'severity', 'status', 'trip'] as const;

export const alertStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<Database, 'alerts' | 'alert'> => ({
  async alerts(asked) {
    const paging = pagingOf(asked);
    let query = db.selectFrom('alert').select(['id', 'occurred_at_ms', 'document']);
    for (const column of exactly) {
      const value = asked[column];
      if (value !== undefined) query = query.where(column, '=', value);
    }
    if (asked.from !== undefined) query = query.where('occurred_at_ms', '>=', asked.from);
    if (asked.to !== undefined) query = query.where('occurred_at_ms', '<=', asked.to);
    if (asked.contested !== undefined) {
      const contested = db.selectFrom('counted_event').select('id').where('contested', '=', 1);
      query = query.where('id', asked.contested ? 'in' : 'not in', contested);
    }
    if (asked.vehicles !== undefined) query = query.where(among(dialect, 'vehicle', asked.vehicles));
    if (paging.after) query = query.where(olderThan('occurred_at_ms', paging.after));
    const rows = await query.orderBy('occurred_at_ms', 'desc').orderBy('id', 'desc').limit(paging.take).execute();
    return pageOf(
      rows,
      paging,
      row => alertOf(row.document),
      row => [row.occurred_at_ms, row.id],
    );
  },

  async alert(id) {
    const row = await db.selectFrom('alert').select('document').where('id', '=', id).executeTakeFirst();
    return row && alertOf(row.document);
  },
});

const alertOf = (document: string): Alert => JSON.parse(document);
