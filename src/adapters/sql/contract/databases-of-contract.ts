import { afterAll } from '@jest/globals';
import type { Database, Page, PageRequest } from '../../../ports/database.js';

export interface ContractDatabases {
  /** The one of this name once more, as another process would open it. */
  openAnew(name: string): Promise<Database>;
  /** With its tables. */
  fresh(name: string): Promise<Database>;
}

/** Databases that are closed when the tests are through. */
export const contractDatabases = (open: (name: string) => Promise<Database>): ContractDatabases => {
  const opened: Database[] = [];
  afterAll(async () => {
    for (const database of opened) await database.close();
  });
  const openAnew = async (name: string): Promise<Database> => {
    const database = await open(name);
    opened.push(database);
    return database;
  };
  return {
    openAnew,
    async fresh(name) {
      const database = await openAnew(name);
      await database.migrate();
      return database;
    },
  };
};

export const none: ReadonlyMap<number, number> = new Map();
export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Reads a list to its end in pages of `limit`. */
export const all = async <T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> => {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ limit, cursor });
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = page.next;
  }
};
