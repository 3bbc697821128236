import { type Expression, type SqlBool, sql } from 'kysely';
import type { SqlDialect } from './sql-dialect.js';

/** Up to this many are written out, which every optimiser understands; more go as one JSON array. */
const mostWrittenOut = 1_000;

/** `column in (…)` for any number of texts. */
export const among = (dialect: SqlDialect, column: string, texts: readonly string[]): Expression<SqlBool> => {
  if (texts.length === 0) return sql<SqlBool>`1 = 0`;
  if (texts.length <= mostWrittenOut) return sql<SqlBool>`${sql.ref(column)} in (${sql.join(texts)})`;
  return sql<SqlBool>`${sql.ref(column)} in ${dialect.textsOf(JSON.stringify(texts))}`;
};
