import { getJson, type Query } from './request';
import type { Page } from './wire-types';

const PER_PAGE = 1_000;
/** What a list for a screen may hold; a fleet of 50,000 is past what one map is for. */
const PAGES_AT_MOST = 50;

/** Every item of a list, page by page. */
export const getAll = async <T>(path: string, query: Query = {}): Promise<T[]> => {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES_AT_MOST; pages++) {
    const page = await getJson<Page<T>>(path, { ...query, limit: PER_PAGE, cursor });
    items.push(...page.items);
    if (page.next === null) break;
    cursor = page.next;
  }
  return items;
};
