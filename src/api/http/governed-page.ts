import type { Page, PageRequest } from '../../ports/database.js';
import type { Caller } from '../caller.js';
import { governs } from '../scope.js';
import { visiblePage } from './visible-page.js';

/**
 * A page of those whose groups somebody may administer: of users and tokens nobody sees more.
 * @param ask a page of all of them   @param wire how one is answered
 */
export const governedPage = async <T extends { groups: readonly string[] }, Wire>(
  caller: Caller,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  ask: (page: PageRequest) => Promise<Page<T>>,
  wire: (item: T) => Wire,
): Promise<{ items: Wire[]; next: string | null }> => {
  const { items, next } = await visiblePage(ask, { limit, cursor }, ({ groups }) => governs(caller, groups));
  return { items: items.map(wire), next };
};
