// Proves: what the embedded file cannot take for want of space is an outage, which passes, and not a row that SQL will never take: SQLite rolls back by
// itself then, and the complaint that there is nothing to roll back must not take the place of the reason.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { DatabaseUnavailableError } from './errors.js';
import { guarded, noCounts } from './guarded.js';
import { openSqlite } from './open-sqlite.js';

test('a file that may not grow is an outage, and goes on when it may', async () => {
  const connection = openSqlite(join(await tempDir('sql'), 'a.sqlite'));
  const { db } = connection;
  await sql`create table t (id text primary key, v blob)`.execute(db);
  const put = (rows: number, size: number) =>
    guarded(connection, noCounts(), () =>
      db.transaction().execute(async trx => {
        for (let i = 0; i < rows; i++)
          await sql`insert or replace into t values (${`k${i}`}, ${Buffer.alloc(size, i)})`.execute(trx);
      }),
    );
  await put(1, 10);
  await sql`pragma max_page_count = 10`.execute(db);
  await expect(put(100, 4_000)).rejects.toThrow(DatabaseUnavailableError);
  await expect(put(3, 100_000)).rejects.toThrow(/full/);
  await put(1, 20);
  await sql`pragma max_page_count = 100000`.execute(db);
  await put(100, 4_000);
  expect((await sql<{ n: number }>`select count(*) as n from t`.execute(db)).rows[0]!.n).toBe(100);
  await connection.close();
});
