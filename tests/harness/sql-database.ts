import { randomBytes } from 'node:crypto';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { atEnd } from './at-end.js';
import { provided } from './provided.js';

/** A fresh, empty database on a real MySQL or MariaDB. It is dropped when the test file ends. */
export interface SqlDatabase {
  readonly name: string;
  /** For `TELLTALE_DATABASE_URL`. */
  readonly url: string;
  /** Runs one statement past the product, as an independent look at what it stored; values as mysql2 gives them, times in UTC. */
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** @param server `mysql://user:password@host:port/` of somebody who may create databases; the test run's own server unless given */
export const createSqlDatabase = async (server: string = provided('TELLTALE_TEST_MYSQL_URL')): Promise<SqlDatabase> => {
  const name = `telltale_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  await once(server, connection => connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`));
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    takeBack();
    await once(server, connection => connection.query(`DROP DATABASE IF EXISTS ${name}`));
  };
  const takeBack = atEnd(drop);
  return {
    name,
    url: url.href,
    query: (sql, values = []) =>
      once(url.href, async connection => (await connection.query<RowDataPacket[]>(sql, [...values]))[0]),
    drop,
  };
};

/** A connection for each look: a server that was taken down between two is then no matter. */
const once = async <T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> => {
  const connection = await createConnection({ uri: url, timezone: 'Z', supportBigNumbers: true });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
};
