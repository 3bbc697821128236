import type { Page, PageRequest } from '../../ports/database.js';

/**
 * A page of those items of a longer list that somebody may see. It is full, and leads on where there is more to be seen and nowhere else: pages
 * that come out short would tell how many the others are.
 * @param ask a page of the whole list
 */
export const visiblePage = async <T>(
  ask: (page: PageRequest) => Promise<Page<T>>,
  { limit, cursor }: PageRequest,
  sees: (item: T) => boolean,
): Promise<Page<T>> => {
  const items: T[] = [];
  let at = cursor;
  while (items.length < limit) {
    const page = await ask({ limit: limit - items.length, cursor: at });
    items.push(...page.items.filter(sees));
    if (page.next === null) return { items, next: null };
    at = page.next;
  }
  // Is there another one that they see?
  for (let ahead: string | null = at!; ahead !== null; ) {
    const page: Page<T> = await ask({ limit, cursor: ahead });
    if (page.items.some(sees)) return { items, next: at! };
    ahead = page.next;
  }
  return { items, next: null };
};
