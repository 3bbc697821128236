import type { Kysely, Transaction } from 'kysely';
import type { ApiToken, Database, Role, User } from '../../ports/database.js';
import { pageOf, pagingOf } from './page.js';
import { putRows } from './put-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type { ApiTokenTable, Tables, UserTable } from './tables.js';

type AccessPart =
  | 'users'
  | 'user'
  | 'userNamed'
  | 'administrators'
  | 'putUser'
  | 'deleteUser'
  | 'cutUser'
  | 'tokens'
  | 'tokenByHash'
  | 'putToken'
  | 'deleteToken'
  | 'touchToken'
  | 'sessionByHash'
  | 'putSession'
  | 'deleteSession';

/** Users, tokens and web sessions. Only hashes of secrets come here. */
export const accessStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<Database, AccessPart> => ({
  async users(page) {
    const paging = pagingOf(page);
    let query = db.selectFrom('user').selectAll();
    if (paging.after) query = query.where('id', '>', paging.after[1]);
    const rows = await query.orderBy('id').limit(paging.take).execute();
    return pageOf(rows, paging, userOf, row => [0, row.id]);
  },

  async user(id) {
    const row = await db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst();
    return row && userOf(row);
  },

  async administrators() {
    const rows = await db
      .selectFrom('user')
      .select('id')
      .where('role', '=', 'admin')
      .where('fleet_groups', '=', '[]')
      .where('disabled_at_ms', 'is', null)
      .execute();
    return rows.map(({ id }) => id);
  },

  async userNamed(name) {
    const row = await db.selectFrom('user').selectAll().where('name', '=', name).executeTakeFirst();
    return row && userOf(row);
  },

  async putUser(user) {
    const { id, ...changes } = userToRow(user);
    await db.transaction().execute(async trx => {
      // No upsert: MySQL would take a clash of names for the same row, and overwrite somebody else's password.
      const { numUpdatedRows } = await trx.updateTable('user').set(changes).where('id', '=', id).executeTakeFirst();
      if (numUpdatedRows === 0n)
        await trx
          .insertInto('user')
          .values({ id, ...changes })
          .execute();
    });
  },

  deleteUser: id =>
    db.transaction().execute(async trx => {
      await trx.deleteFrom('user').where('id', '=', id).execute();
      return cut(trx, id, { tokens: true });
    }),

  cutUser: (id, what) => db.transaction().execute(trx => cut(trx, id, what)),

  async tokens(page) {
    const paging = pagingOf(page);
    let query = db.selectFrom('api_token').selectAll();
    if (paging.after) query = query.where('id', '>', paging.after[1]);
    const rows = await query.orderBy('id').limit(paging.take).execute();
    return pageOf(rows, paging, tokenOf, row => [0, row.id]);
  },

  async tokenByHash(hash) {
    const row = await db.selectFrom('api_token').selectAll().where('token_hash', '=', hash).executeTakeFirst();
    return row && tokenOf(row);
  },

  putToken: token => putRows(db, dialect, 'api_token', 'id', [tokenToRow(token)]),

  async deleteToken(id) {
    const { numDeletedRows } = await db.deleteFrom('api_token').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  async touchToken(id, at) {
    await db.updateTable('api_token').set({ last_used_at_ms: at }).where('id', '=', id).execute();
  },

  async sessionByHash(hash) {
    const row = await db
      .selectFrom('web_session')
      .innerJoin('user', 'user.id', 'web_session.user')
      .selectAll('user')
      .select(['web_session.id_hash', 'web_session.expires_at_ms'])
      .where('web_session.id_hash', '=', hash)
      .where('web_session.expires_at_ms', '>', Date.now())
      .where('user.disabled_at_ms', 'is', null)
      .executeTakeFirst();
    return row && { id_hash: row.id_hash, user: row.id, expires_at: row.expires_at_ms, as: userOf(row) };
  },

  async putSession({ id_hash, user, expires_at }) {
    await putRows(db, dialect, 'web_session', 'id_hash', [{ id_hash, user, expires_at_ms: expires_at }]);
    // Whoever logs in sweeps: nobody else would, and the table stays as small as what is valid.
    await db.deleteFrom('web_session').where('expires_at_ms', '<=', Date.now()).execute();
  },

  async deleteSession(hash) {
    await db.deleteFrom('web_session').where('id_hash', '=', hash).execute();
  },
});

const cut = async (
  trx: Transaction<Tables>,
  user: string,
  { tokens, except }: Parameters<Database['cutUser']>[1],
): Promise<string[]> => {
  let sessions = trx.deleteFrom('web_session').where('user', '=', user);
  if (except !== undefined) sessions = sessions.where('id_hash', '<>', except);
  await sessions.execute();
  if (!tokens) return [];
  const theirs = await trx.selectFrom('api_token').select('id').where('made_by', '=', user).execute();
  await trx.deleteFrom('api_token').where('made_by', '=', user).execute();
  return theirs.map(({ id }) => id);
};

const userToRow = (user: User): UserTable => ({
  id: user.id,
  name: user.name,
  role: user.role,
  fleet_groups: JSON.stringify(user.groups),
  driver: user.driver,
  password_hash: user.password_hash,
  created_at_ms: user.created_at,
  disabled_at_ms: user.disabled_at,
});

const userOf = (row: UserTable): User => ({
  id: row.id,
  name: row.name,
  role: row.role as Role,
  groups: JSON.parse(row.fleet_groups),
  driver: row.driver,
  password_hash: row.password_hash,
  created_at: row.created_at_ms,
  disabled_at: row.disabled_at_ms,
});

const tokenToRow = (token: ApiToken): ApiTokenTable => ({
  id: token.id,
  name: token.name,
  role: token.role,
  fleet_groups: JSON.stringify(token.groups),
  driver: token.driver,
  token_hash: token.token_hash,
  expires_at_ms: token.expires_at,
  last_used_at_ms: token.last_used_at,
  created_at_ms: token.created_at,
  made_by: token.made_by,
});

const tokenOf = (row: ApiTokenTable): ApiToken => ({
  id: row.id,
  name: row.name,
  role: row.role as Role,
  groups: JSON.parse(row.fleet_groups),
  driver: row.driver,
  token_hash: row.token_hash,
  expires_at: row.expires_at_ms,
  last_used_at: row.last_used_at_ms,
  created_at: row.created_at_ms,
  made_by: row.made_by,
});
