import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import Libsql from 'libsql';
import { databaseContract } from './database-contract.js';
import { openDatabase } from './open-database.js';
import { sampleTrip, tripRow } from './sample-rows.js';

const folder = mkdtempSync(join(tmpdir(), 'telltale-sql-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string) => openDatabase({ file: join(folder, 'made', `${name}.db`), inThread: false });

describe('embedded database', () => {
  databaseContract(open);

  // Proves: an embedded file is not taken for ours when it is something else, or newer, and the reason is one line.
  test('refuses tables of something else, newer and altered ones', async () => {
    const file = join(folder, 'foreign.db');
    const raw = new Libsql(file);
    raw.exec('create table invoices (id text)');
    const database = await openDatabase({ file, inThread: false });
    await expect(database.migrate()).rejects.toThrow(
      /^the database .*foreign\.db holds tables of something else \(invoices\); give Telltale one of its own$/,
    );
    raw.exec('drop table invoices');
    await database.migrate();
    raw.exec("update telltale_migration set checksum = 'other'");
    await expect(database.migrate()).rejects.toThrow('was made by another form of the migration 0001-first-tables');
    raw.exec("update telltale_migration set name = '9999-from-tomorrow' where name = '0001-first-tables'");
    await expect(database.migrate()).rejects.toMatchObject({ code: 'DATABASE_SCHEMA', fault: 'bug' });
    await expect(database.migrate()).rejects.toThrow(
      'was written by a newer version: its migration 9999-from-tomorrow is not known here',
    );
    raw.close();
    await database.close();
  });

  // Proves: what cannot be a database is told at once, with its path.
  test('refuses what is no database', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'no database '.repeat(1_000));
    await expect(openDatabase({ file, inThread: false })).rejects.toThrow(`the database file ${file} cannot be opened`);
    await expect(openDatabase({ file: join(file, 'below'), inThread: false })).rejects.toMatchObject({
      code: 'DATABASE_ADDRESS',
    });
    await expect(openDatabase({ inThread: false })).rejects.toMatchObject({ code: 'DATABASE_ADDRESS' });
  });

  // Proves: a writer of another process is waited for; one that does not let go is an outage, which passes.
  test('waits for another writer', async () => {
    const database = await open('shared');
    await database.migrate();
    const other = new Libsql(join(folder, 'made', 'shared.db'));
    other.exec('begin immediate');
    const written = database.writeRollUps([tripRow(sampleTrip(1))], new Map());
    setTimeout(() => other.exec('commit'), 300);
    await written;
    expect(database.counters.retries).toBeGreaterThan(0);
    other.exec('begin immediate');
    await expect(database.putDriver({ id: 'd', name: 'd', group: null })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      fault: 'outage',
    });
    other.exec('rollback');
    other.close();
    await database.putDriver({ id: 'd', name: 'd', group: null });
    await database.close();
  }, 15_000);
});
