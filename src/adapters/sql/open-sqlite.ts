import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';
import { DatabaseAddressError } from './errors.js';
import { lockingSqlite } from './locking-sqlite.js';
import type { SqlConnection } from './sql-dialect.js';
import { sqliteDialect } from './sqlite-dialect.js';
import type { Tables } from './tables.js';

/**
 * How long SQLite itself waits for another process's lock, ms. Short, since nothing else runs on this thread meanwhile;
 * the call is then tried again.
 */
const busyWithin = 200;

/**
 * Opens the embedded file, creating it and its folder where they are missing. One connection: there is one writer.
 * @throws {DatabaseAddressError} it cannot be opened, or is no database
 */
export const openSqlite = (file: string): SqlConnection => {
  const path = resolve(file);
  const database = connect(path);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: lockingSqlite(database) }) });
  return {
    db,
    dialect: sqliteDialect,
    place: path,
    // Not `destroy`: it closes only what was asked before.
    close: async () => void database.close(),
  };
};

const connect = (path: string): InstanceType<typeof Libsql> => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new Libsql(path);
    database.exec(`pragma busy_timeout = ${busyWithin}`);
    const enterWal = (attempts: number): void => {
      try {
        database.exec('pragma journal_mode = wal');
      } catch (error) {
        // Two processes that open a new file at once: the change of mode does not wait, busy_timeout or not.
        if (attempts === 0 || sqliteDialect.troubleOf(error) !== 'busy') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        enterWal(attempts - 1);
      }
    };
    enterWal(100);
    // FULL, not NORMAL: roll-ups could be folded again, but users, tokens and audit are nowhere else, and what was answered
    // must survive a power cut. Roll-ups come in batches, so one sync each is cheap.
    database.exec('pragma synchronous = full');
    database.exec('pragma temp_store = memory');
    // Who is erased is gone from the file too, not only from its tables.
    database.exec('pragma secure_delete = on');
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseAddressError(`the database file ${path} cannot be opened: ${reason}`, { path }, { cause: error });
  }
};
