// Proves: whoever reads a list page by page while it changes gets everything that stayed exactly once, in order, and never an end too soon.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Page, PageRequest } from '../../ports/database.js';
import { pageOfList } from './page.js';
import { visiblePage } from './visible-page.js';

const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 40 });

/** Reads to the end; before each page the list changes as `change` says. */
const readAll = async (
  ask: (page: PageRequest) => Promise<Page<string>> | Page<string>,
  limit: number,
  change: (page: number) => void = () => {},
): Promise<string[]> => {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 1_000; page++) {
    change(page);
    const { items, next } = await ask({ limit, cursor });
    expect(items.length).toBeLessThanOrEqual(limit);
    found.push(...items);
    if (next === null) return found;
    cursor = next;
  }
  throw new Error('it does not end');
};

test('a list in memory', async () => {
  await fc.assert(
    fc.asyncProperty(ids, ids, ids, fc.integer({ min: 1, max: 7 }), async (stays, comes, goes, limit) => {
      const list = new Set([...stays, ...goes]);
      const page = (request: PageRequest) => pageOfList([...list].sort(), request, id => id);
      const found = await readAll(page, limit, n => {
        if (comes[n] !== undefined) list.add(comes[n]);
        if (goes[n] !== undefined && !stays.includes(goes[n])) list.delete(goes[n]);
      });
      expect(found).toEqual([...new Set(found)].sort());
      expect(stays.every(id => found.includes(id))).toBe(true);
    }),
  );
});

describe('a list of which somebody sees a part', () => {
  const asked = (all: readonly string[]) => (request: PageRequest) =>
    Promise.resolve(pageOfList([...all].sort(), request, id => id));

  test('pages are full until the last, and there is none after it: how many others there are does not show', async () => {
    await fc.assert(
      fc.asyncProperty(ids, fc.integer({ min: 1, max: 7 }), fc.func(fc.boolean()), async (all, limit, luck) => {
        const sees = (id: string) => luck(id);
        const wanted = [...all].sort().filter(sees);
        const pages: number[] = [];
        const found = await readAll(async request => {
          const page = await visiblePage(asked(all), request, sees);
          pages.push(page.items.length);
          return page;
        }, limit);
        expect(found).toEqual(wanted);
        expect(pages).toEqual(
          wanted.length === 0
            ? [0]
            : Array.from({ length: Math.ceil(wanted.length / limit) }, (_, n) => Math.min(limit, wanted.length - n * limit)),
        );
      }),
    );
  });
});
