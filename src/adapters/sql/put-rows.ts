import { CompiledQuery, type Kysely } from 'kysely';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables } from './tables.js';

const mostRows = 1_000;
/** SQLite takes 32,766 parameters. */
const mostValues = 30_000;
/** A MariaDB takes packets of 16 MB unless told otherwise. */
const mostBytes = 4 * 1_024 * 1_024;

type Value = string | number | null | Buffer;

/**
 * Writes rows in statements of many; a row with the same key is replaced, or left alone where `replace` is false. Plain text instead of
 * Kysely's nodes: a node per value would cost more than the server does.
 * @param key the primary key; no two rows may share one
 */
export const putRows = async <T extends keyof Tables>(
  db: Kysely<Tables>,
  dialect: SqlDialect,
  table: T,
  key: keyof Tables[T] & string,
  rows: readonly Tables[T][],
  replace = true,
): Promise<void> => {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const replaced = replace ? columns.filter(column => column !== key) : [];
  const head = `insert into ${dialect.quote(table)} (${columns.map(dialect.quote).join(', ')}) values `;
  const row = `(${columns.map(() => '?').join(', ')})`;
  const tail = ` ${dialect.orReplace(key, replaced)}`;
  const inStatement = Math.min(mostRows, Math.floor(mostValues / columns.length));

  let values: Value[] = [];
  let count = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (count === 0) return;
    await db.executeQuery(CompiledQuery.raw(head + `${row}, `.repeat(count - 1) + row + tail, values));
    values = [];
    count = 0;
    bytes = 0;
  };
  for (const item of rows as readonly Record<string, Value>[]) {
    for (const column of columns) {
      const value = item[column]!;
      values.push(value);
      // Bytes go as hexadecimal text.
      if (typeof value === 'string') bytes += value.length;
      else if (value instanceof Uint8Array) bytes += value.length * 2;
    }
    if (++count >= inStatement || bytes >= mostBytes) await flush();
  }
  await flush();
};
