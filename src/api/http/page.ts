import type { Page, PageRequest } from '../../ports/database.js';
import { invalid } from './problem.js';

/**
 * A page of a list that stands in memory in ascending order of `keyOf`. The cursor is the last key seen, so a list that changes
 * between two pages neither repeats nor skips what stayed.
 */
export const pageOfList = <T>(items: Iterable<T>, { limit, cursor }: PageRequest, keyOf: (item: T) => string): Page<T> => {
  const after = cursor === undefined ? undefined : keyOfCursor(cursor);
  const page: T[] = [];
  for (const item of items) {
    if (after !== undefined && keyOf(item) <= after) continue;
    if (page.length === limit) return { items: page, next: cursorOfKey(keyOf(page[limit - 1]!)) };
    page.push(item);
  }
  return { items: page, next: null };
};

/** A page of a list whose order is not that of its keys: goes on behind the item with the cursor's key. */
export const pageOfRanking = <T>(items: readonly T[], { limit, cursor }: PageRequest, keyOf: (item: T) => string): Page<T> => {
  const after = cursor === undefined ? undefined : keyOfCursor(cursor);
  const start = after === undefined ? 0 : items.findIndex(item => keyOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw badCursor();
  const page = items.slice(start, start + limit);
  return { items: page, next: start + limit < items.length ? cursorOfKey(keyOf(page.at(-1)!)) : null };
};

export const cursorOfKey = (key: string): string => Buffer.from(`k${key}`).toString('base64url');

export const keyOfCursor = (cursor: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('k')) throw badCursor();
  return text.slice(1);
};

const badCursor = () => invalid([{ field: 'query.cursor', message: 'is not a cursor of this list' }]);
