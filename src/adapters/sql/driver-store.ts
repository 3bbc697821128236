import type { Kysely } from 'kysely';
import type { Database, Driver } from '../../ports/database.js';
import { among } from './among.js';
import { pageOf, pagingOf } from './page.js';
import { putRows } from './put-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type { DriverTable, Tables } from './tables.js';

export const driverStore = (
  db: Kysely<Tables>,
  dialect: SqlDialect,
): Pick<Database, 'drivers' | 'driver' | 'putDriver' | 'putDrivers' | 'deleteDriver'> => ({
  async drivers({ group, groups, ...page }) {
    const paging = pagingOf(page);
    let query = db.selectFrom('driver').selectAll();
    if (group !== undefined) query = query.where('fleet_group', '=', group);
    if (groups !== undefined) query = query.where(among(dialect, 'fleet_group', groups));
    if (paging.after) query = query.where('id', '>', paging.after[1]);
    const rows = await query.orderBy('id').limit(paging.take).execute();
    return pageOf(rows, paging, driverOf, row => [0, row.id]);
  },

  async driver(id) {
    const row = await db.selectFrom('driver').selectAll().where('id', '=', id).executeTakeFirst();
    return row && driverOf(row);
  },

  putDriver: ({ id, name, group }) => putRows(db, dialect, 'driver', 'id', [{ id, name, fleet_group: group }]),

  putDrivers: drivers =>
    db.transaction().execute(trx =>
      putRows(
        trx,
        dialect,
        'driver',
        'id',
        drivers.map(({ id, name, group }) => ({ id, name, fleet_group: group })),
      ),
    ),

  async deleteDriver(id) {
    const cut = await db.transaction().execute(async trx => {
      await trx.deleteFrom('driver').where('id', '=', id).execute();
      await trx.deleteFrom('coaching_note').where('driver', '=', id).execute();
      // Their log-in is nobody else's, and its name is a name of theirs.
      const users = await trx.selectFrom('user').select('id').where('driver', '=', id).execute();
      const logIns = trx.selectFrom('user').select('id').where('driver', '=', id).where('role', '=', 'driver');
      await trx.deleteFrom('web_session').where('user', 'in', logIns).execute();
      await trx.deleteFrom('user').where('driver', '=', id).where('role', '=', 'driver').execute();
      await trx.updateTable('user').set({ driver: null }).where('driver', '=', id).execute();
      const tokens = await trx.selectFrom('api_token').select('id').where('driver', '=', id).execute();
      await trx.deleteFrom('api_token').where('driver', '=', id).execute();
      return { users: users.map(({ id: user }) => user), tokens: tokens.map(({ id: token }) => token) };
    });
    await dialect.wipeDeleted(db);
    return cut;
  },
});

const driverOf = ({ id, name, fleet_group }: DriverTable): Driver => ({ id, name, group: fleet_group });
