import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { DatabaseUnavailableError } from './errors.js';
import type { TableDefinition } from './migration.js';
import type { SqlDialect, Trouble } from './sql-dialect.js';

/** Seconds that one question for the migration lock waits; below the time-out of a statement. */
const lockWait_s = 10;
const lockAttempts = 12;

const quote = (name: string): string => `\`${name}\``;
const list = (names: readonly string[]): string => names.map(quote).join(', ');

const table = ({ name, columns, primaryKey, indexes = {}, uniqueIndexes = {} }: TableDefinition): string[] => {
  const lines = [
    ...Object.entries(columns).map(([column, type]) => `${quote(column)} ${type}`),
    `primary key (${list(primaryKey)})`,
    ...Object.entries(indexes).map(([index, of]) => `key ${quote(index)} (${list(of)})`),
    ...Object.entries(uniqueIndexes).map(([index, of]) => `unique key ${quote(index)} (${list(of)})`),
  ];
  // utf8mb4_bin: the one collation that MySQL and MariaDB share and that tells `a` from `A`.
  const options = 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin';
  return [`create table if not exists ${quote(name)} (${lines.join(', ')}) ${options}`];
};

/** The common subset of MySQL 8 and MariaDB 10.11. */
export const mysqlDialect: SqlDialect = {
  make: {
    word: length => `varchar(${length})`,
    text: 'mediumtext',
    integer: 'bigint',
    real: 'double',
    bytes: 'mediumblob',
    // Each statement stands by itself, so it has to stand being run twice; MySQL has no `if not exists` here.
    addColumn: (name, column, type) => [
      `set @missing = (select count(*) = 0 from information_schema.columns
        where table_schema = database() and table_name = '${name}' and column_name = '${column}')`,
      `set @change = if(@missing, 'alter table ${quote(name)} add column ${quote(column)} ${type}', 'do 0')`,
      'prepare telltale_change from @change',
      'execute telltale_change',
      'deallocate prepare telltale_change',
    ],
    jsonNumber: (column, key) => `cast(nullif(json_unquote(json_extract(${column}, '$.${key}')), 'null') as double)`,
    jsonInstant: (column, key) =>
      `timestampdiff(microsecond, '1970-01-01', replace(replace(nullif(json_unquote(json_extract(${column}, '$.${key}')), 'null'), 'T', ' '), 'Z', '')) div 1000`,
    table,
  },
  quote,
  // `values(x)` is deprecated in MySQL 8.0.20 and the only way that MariaDB knows.
  orReplace: (key, columns) => {
    const changes = columns.map(column => `${quote(column)} = values(${quote(column)})`);
    return `on duplicate key update ${changes.length > 0 ? changes.join(', ') : `${quote(key)} = ${quote(key)}`}`;
  },
  // Written out however many they are: a join with JSON_TABLE reads the whole array again for every row.
  textsOf: texts => sql`(${sql.join(texts)})`,
  columns: async (db, query, names) => {
    const { rows } = await db.executeQuery(query.compile());
    return Object.fromEntries(names.map(name => [name, rows.map(row => row[name])])) as never;
  },
  tables: async db => {
    const found = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = database()`.execute(db);
    return found.rows.map(row => row.name);
  },
  // Its files and logs are its own, and whoever runs it says how long they are kept.
  wipeDeleted: () => Promise.resolve(),
  exclusively: (db, work) =>
    db.connection().execute(async connection => {
      // A lock's name counts for the whole server and may have 64 characters.
      const schema = await sql<{ name: string }>`select database() as name`.execute(connection);
      const digest = createHash('sha256').update(schema.rows[0]!.name).digest('hex').slice(0, 32);
      const lock = `telltale-migrate-${digest}`;
      for (let attempt = 1; ; attempt++) {
        const answer = await sql<{ got: number | null }>`select get_lock(${lock}, ${lockWait_s}) as got`.execute(connection);
        if (answer.rows[0]?.got === 1) break;
        if (attempt === lockAttempts) throw new DatabaseUnavailableError('another process keeps migrating the database');
      }
      try {
        await work(connection);
      } finally {
        await sql`select release_lock(${lock})`.execute(connection).catch(() => undefined); // Lost with its connection anyway.
      }
    }),
  troubleOf,
};

/** Deadlock, lock wait time-out. */
const busy = new Set([1205, 1213]);
/** Access denied (to the server, to the database, to a table), unknown database, account locked. */
const access = new Set([1044, 1045, 1049, 1142, 1698, 3118, 4151]);
/** Disk full, too many connections, shutting down, read-only, table full, out of memory, killed. */
const away = new Set([
  1021, 1037, 1038, 1040, 1041, 1053, 1077, 1079, 1114, 1129, 1158, 1159, 1160, 1161, 1203, 1290, 1836, 1927, 3169,
]);
const duplicate = 1062;
const noSuchTable = 1146;

function troubleOf(error: unknown): Trouble {
  if (!(typeof error === 'object' && error !== null)) return 'query';
  const { errno, fatal, code, syscall } = error as { errno?: number; fatal?: boolean; code?: string; syscall?: string };
  if (errno !== undefined && busy.has(errno)) return 'busy';
  if (errno !== undefined && access.has(errno)) return 'access';
  if (errno === duplicate) return 'taken';
  if (errno === noSuchTable) return 'unmigrated';
  if (errno !== undefined && away.has(errno)) return 'away';
  // `fatal`: the connection is lost; `syscall`: the network's own errors and mysql2's time-outs.
  if (fatal || syscall !== undefined || code?.startsWith('PROTOCOL_')) return 'away';
  return 'query';
}
