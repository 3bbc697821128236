import { Kysely, MysqlDialect, type MysqlPool, type MysqlPoolConnection } from 'kysely';
import { createPool, type Pool, type PoolConnection, type TypeCast } from 'mysql2';
import { parseDatabaseUrl } from './database-address.js';
import { mysqlDialect } from './mysql-dialect.js';
import type { SqlConnection } from './sql-dialect.js';
import type { Tables } from './tables.js';

export interface MysqlLimits {
  connections: number;
  /** For a connection to be made, ms. */
  connectWithin: number;
  /** For a statement to be answered, ms: a server that went silent is an outage too. */
  answerWithin: number;
}

export const defaultMysqlLimits: MysqlLimits = { connections: 4, connectWithin: 5_000, answerWithin: 60_000 };

/**
 * Read committed: upserts of different vehicles do not lock each other's gaps. Strict: nothing is cut to fit. Without
 * NO_BACKSLASH_ESCAPES, which a server may have on and mysql2's escaping cannot stand.
 */
const session = [
  "set session sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
  'set session transaction isolation level read committed',
  'set session innodb_lock_wait_timeout = 5',
];

/** Does not connect yet: the pool does, at the first question and whenever a connection was lost. */
export const openMysql = (url: string, limits: MysqlLimits = defaultMysqlLimits): SqlConnection => {
  const { host, port, user, password, database, tls } = parseDatabaseUrl(url);
  const pool = createPool({
    host,
    port,
    user,
    password,
    database,
    ssl: tls ? {} : undefined,
    charset: 'UTF8MB4_BIN',
    timezone: 'Z',
    supportBigNumbers: true,
    typeCast: exactDoubles,
    // Else an object among the values would become a piece of SQL.
    stringifyObjects: true,
    connectionLimit: limits.connections,
    connectTimeout: limits.connectWithin,
    enableKeepAlive: true,
  });
  const db = new Kysely<Tables>({ dialect: new MysqlDialect({ pool: preparedPool(pool, limits) }) });
  return {
    db,
    dialect: mysqlDialect,
    place: `"${database}" at ${host}:${port} for user "${user}"`,
    close: () => db.destroy(),
  };
};

/** mysql2 3.24 reads doubles of up to 17 characters digit by digit, and may miss the last bit. */
const exactDoubles: TypeCast = (field, next) => {
  if (field.type !== 'DOUBLE') return next();
  const text = field.string();
  return text === null ? null : Number(text);
};

/** The pool as Kysely sees it: each new connection is set up before it is handed out, each statement has its time. */
const preparedPool = (pool: Pool, { answerWithin }: MysqlLimits): MysqlPool => {
  const known = new WeakMap<PoolConnection, MysqlPoolConnection>();
  const setUp = (connection: PoolConnection, at: number, done: (error?: Error) => void): void => {
    const sql = session[at];
    if (sql === undefined) done();
    else connection.query({ sql, timeout: answerWithin }, error => (error ? done(error) : setUp(connection, at + 1, done)));
  };
  return {
    getConnection: callback =>
      pool.getConnection((error, connection) => {
        if (error) return callback(error, undefined as never);
        const prepared = known.get(connection);
        if (prepared) return callback(undefined, prepared);
        setUp(connection, 0, failure => {
          if (failure) {
            connection.destroy();
            return callback(failure, undefined as never);
          }
          const timed = timedConnection(connection, answerWithin);
          known.set(connection, timed);
          callback(undefined, timed);
        });
      }),
    end: callback => pool.end(error => callback(error)),
  };
};

const definition = /^\s*(create|alter|drop)\b/i;

const timedConnection = (connection: PoolConnection, answerWithin: number): MysqlPoolConnection =>
  ({
    query(sql: string, values: unknown[], callback: (error: unknown, result: unknown) => void) {
      // A change of a large table takes as long as it takes.
      const timeout = definition.test(sql) ? undefined : answerWithin;
      connection.query({ sql, values, timeout }, (error: (Error & { code?: string }) | null, result: unknown) => {
        // Its answer may still come, and would be taken for that of the next statement.
        if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
        callback(error, result);
      });
    },
    release: () => connection.release(),
  }) as MysqlPoolConnection;
