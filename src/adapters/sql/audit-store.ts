import { type Kysely, type SqlBool, sql } from 'kysely';
import type { AuditEntry, Database } from '../../ports/database.js';
import { olderThan, pageOf, pagingOf } from './page.js';
import { putRows } from './put-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type { AuditTable, Tables } from './tables.js';

export const auditStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<Database, 'addAudit' | 'audit'> => ({
  /** What was written once stays as it is: the same entry again changes nothing. */
  addAudit: ({ id, at, by, action, subject, detail }) =>
    putRows(
      db,
      dialect,
      'audit',
      'id',
      [{ id, at_ms: at, by_whom: by, action, subject, detail: JSON.stringify(detail ?? null) }],
      false,
    ),

  async audit({ by, action, subject, from, to, ...page }) {
    const paging = pagingOf(page);
    let query = db.selectFrom('audit').selectAll();
    if (by !== undefined) query = query.where('by_whom', '=', by);
    if (subject !== undefined) query = query.where('subject', '=', subject);
    // No `like`: what people type is no pattern.
    if (action !== undefined) query = query.where(sql<SqlBool>`substr(action, 1, ${[...action].length}) = ${action}`);
    if (from !== undefined) query = query.where('at_ms', '>=', from);
    if (to !== undefined) query = query.where('at_ms', '<=', to);
    if (paging.after) query = query.where(olderThan('at_ms', paging.after));
    const rows = await query.orderBy('at_ms', 'desc').orderBy('id', 'desc').limit(paging.take).execute();
    return pageOf(rows, paging, entryOf, row => [row.at_ms, row.id]);
  },
});

const entryOf = (row: AuditTable): AuditEntry => ({
  id: row.id,
  at: row.at_ms,
  by: row.by_whom,
  action: row.action,
  subject: row.subject,
  detail: JSON.parse(row.detail),
});
