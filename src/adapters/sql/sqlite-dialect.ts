import { CompiledQuery, sql } from 'kysely';
import type { TableDefinition } from './migration.js';
import type { SqlDialect, Trouble } from './sql-dialect.js';

const quote = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quote).join(', ');

const table = ({ name, columns, primaryKey, indexes = {}, uniqueIndexes = {} }: TableDefinition): string[] => {
  const lines = [
    ...Object.entries(columns).map(([column, type]) => `${quote(column)} ${type}`),
    `primary key (${list(primaryKey)})`,
  ];
  return [
    `create table if not exists ${quote(name)} (${lines.join(', ')}) strict`,
    ...Object.entries(indexes).map(([index, of]) => `create index if not exists ${quote(index)} on ${quote(name)} (${list(of)})`),
    ...Object.entries(uniqueIndexes).map(
      ([index, of]) => `create unique index if not exists ${quote(index)} on ${quote(name)} (${list(of)})`,
    ),
  ];
};

/** The embedded file: SQLite as libsql carries it. */
export const sqliteDialect: SqlDialect = {
  make: {
    word: () => 'text',
    text: 'text',
    integer: 'integer',
    real: 'real',
    bytes: 'blob',
    // A migration is one transaction here: a column stands only where its migration does.
    addColumn: (name, column, type) => [`alter table ${quote(name)} add column ${quote(column)} ${type}`],
    jsonNumber: (column, key) => `json_extract(${column}, '$.${key}')`,
    jsonInstant: (column, key) =>
      `cast(round((julianday(json_extract(${column}, '$.${key}')) - 2440587.5) * 86400000) as integer)`,
    table,
  },
  quote,
  orReplace: (key, columns) => {
    const changes = columns.map(column => `${quote(column)} = excluded.${quote(column)}`);
    return `on conflict (${quote(key)}) do ${changes.length > 0 ? `update set ${changes.join(', ')}` : 'nothing'}`;
  },
  // One parameter, since there may be no more than 32,766.
  textsOf: texts => sql`(select value from json_each(${JSON.stringify(texts)}))`,
  // A row that becomes an object costs 3 µs; as text of JSON, a column a text, it is a tenth of that.
  columns: async (db, query, names) => {
    const { sql: text, parameters } = query.compile();
    const arrays = names.map(name => `json_group_array(${quote(name)}) as ${quote(name)}`).join(', ');
    const packed = CompiledQuery.raw(`select ${arrays} from (${text})`, [...parameters]);
    const [row] = (await db.executeQuery<Record<string, string>>(packed)).rows;
    return Object.fromEntries(names.map(name => [name, JSON.parse(row![name]!)])) as never;
  },
  tables: async db => {
    const found = await sql<{ name: string }>`
      select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'libsql%'`.execute(db);
    return found.rows.map(row => row.name);
  },
  // `secure_delete` has overwritten them in the file (open-sqlite.ts); what is left is the log of writes.
  wipeDeleted: async db => void (await sql`pragma wal_checkpoint(truncate)`.execute(db)),
  // Its begin takes the one write lock there is.
  exclusively: (db, work) => db.transaction().execute(work),
  troubleOf,
};

function troubleOf(error: unknown): Trouble {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy';
  if (/^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|NOMEM|PROTOCOL)/.test(code)) return 'away';
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return 'access';
  if (/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(code)) return 'taken';
  if (error instanceof Error && error.message.startsWith('no such table')) return 'unmigrated';
  return 'query';
}
