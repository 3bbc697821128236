import type { SqliteDatabase } from 'kysely';
import type Libsql from 'libsql';

const nothingChanged = { changes: 0, lastInsertRowid: 0 };

/** Kysely's words for a transaction, and what is done: its lock is taken at the begin, not in the middle. */
const transactions: Readonly<Record<string, string>> = { begin: 'begin immediate', commit: 'commit', rollback: 'rollback' };

/**
 * libsql as Kysely sees it, such that only a `begin` can meet another process's lock. A statement of libsql 0.5 that fails on a lock
 * is never reset, and until it is collected every commit fails with "SQL statements in progress"
 * (tursodatabase/libsql-js pull request 238); what goes through `exec` is reset.
 */
export const lockingSqlite = (database: InstanceType<typeof Libsql>): SqliteDatabase => ({
  close: () => void database.close(),
  prepare: text => {
    const transaction = transactions[text];
    if (transaction !== undefined) {
      const run = (): typeof nothingChanged => {
        // What fails for want of space SQLite has rolled back by itself. A complaint that there is nothing to roll back would take the place of the reason.
        if (transaction !== 'rollback' || database.inTransaction) database.exec(transaction);
        return nothingChanged;
      };
      return { reader: false, run, all: () => [], iterate: () => [].values() };
    }
    const statement = database.prepare(text);
    return {
      reader: statement.reader,
      all: values => statement.all(values),
      iterate: values => statement.iterate(values),
      run: values => (database.inTransaction ? statement.run(values) : alone(database, () => statement.run(values))),
    };
  },
});

const alone = <T>(database: InstanceType<typeof Libsql>, work: () => T): T => {
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
};
