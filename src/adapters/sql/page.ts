import { type Expression, type SqlBool, sql } from 'kysely';
import type { Page, PageRequest } from '../../ports/database.js';
import { CursorError } from './errors.js';

/** However much is asked for, a page has no more; `next` leads on. */
const mostItems = 10_000;

/** Where a page ended: what the list is sorted by, then the id that makes it unique. Rows added later do not move it. */
type Position = readonly [sortedBy: number, id: string];

export interface Paging {
  /** One more than the page holds: it tells whether there is a next one. */
  readonly take: number;
  readonly after: Position | undefined;
}

/** @throws {CursorError} */
export const pagingOf = ({ limit, cursor }: PageRequest): Paging => ({
  take: Math.min(mostItems, Math.max(1, Math.trunc(limit) || 1)) + 1,
  after: cursor === undefined ? undefined : positionOf(cursor),
});

/** Cuts what was found to the page. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  { take }: Paging,
  toItem: (row: Row) => Item,
  position: (row: Row) => Position,
): Page<Item> => {
  const shown = rows.slice(0, take - 1);
  const next = rows.length === take ? cursorOf(position(shown.at(-1)!)) : null;
  return { items: shown.map(toItem), next };
};

/**
 * For a list that is newest first. Written out, since MySQL finds no index for `(at, id) < (?, ?)`.
 * @param key the column that tells rows of one time apart
 */
export const olderThan = (at: string, [sortedBy, id]: Position, key = 'id'): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(at)} <= ${sortedBy} and (${sql.ref(at)} < ${sortedBy} or ${sql.ref(key)} < ${id})`;

export const cursorOf = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

const positionOf = (cursor: string): Position => {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(position) && position.length === 2) {
      const [sortedBy, id] = position;
      if (Number.isFinite(sortedBy) && typeof id === 'string') return [sortedBy, id];
    }
  } catch {
    // Said below.
  }
  throw new CursorError('the cursor is none that a list gave out', { cursor: cursor.slice(0, 100) });
};
