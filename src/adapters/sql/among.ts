import { type Expression, type SqlBool, sql } from 'kysely';
import type { SqlDialect } from './sql-dialect.js';

/** `column in (…)` for any number of texts. */
export const among = (dialect: SqlDialect, column: string, texts: readonly string[]): Expression<SqlBool> =>
  texts.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${sql.ref(column)} in ${dialect.textsOf(texts)}`;
