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
    else ask(connection, sql, [], answerWithin, error => (error ? done(error as Error) : setUp(connection, at + 1, done)));
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
    query: (sql: string, values: unknown[], callback: Answer) =>
      // A change of a large table takes as long as it takes.
      ask(connection, sql, values, definition.test(sql) ? undefined : answerWithin, callback),
    release: () => connection.release(),
  }) as unknown as MysqlPoolConnection;

type Answer = (error: unknown, result: unknown) => void;

/** With a timer of our own: mysql2's goes on when the connection is lost, and keeps the process alive. */
const ask = (connection: PoolConnection, sql: string, values: unknown[], within: number | undefined, callback: Answer): void => {
  let answered = false;
  const answer: Answer = (error, result) => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    callback(error, result);
  };
  const giveUp = (): void => {
    // Not released: its answer may still come, and would be taken for that of the next statement.
    connection.destroy();
    answer(Object.assign(new Error(`no answer within ${within} ms`), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }), undefined);
  };
  const timer = within === undefined ? undefined : setTimeout(giveUp, within);
  connection.query({ sql, values }, answer);
};
