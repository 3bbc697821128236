// Proves: tables that are not ours to write end the start, with the database closed; an outage, and a server that never answers, do not.
import { expect, test } from '@jest/globals';
import { DatabaseSchemaError, DatabaseUnavailableError } from '../adapters/sql/errors.js';
import { refuseNewerTables } from './refuse-newer-tables.js';

const newer = new DatabaseSchemaError('of a newer version', {});

test.each<[string, () => Promise<void>, Error | undefined]>([
  ['up to date', async () => {}, undefined],
  ['newer', () => Promise.reject(newer), newer],
  ['away', () => Promise.reject(new DatabaseUnavailableError('away', {})), undefined],
  ['no answer', () => new Promise(() => {}), undefined],
])('%s', async (_, migrate, refused) => {
  let closed = 0;
  const close = async () => void closed++;
  const clock = {
    now: () => 0,
    after: (_delay: number, run: () => void) => {
      const timer = setTimeout(run, 20);
      return () => clearTimeout(timer);
    },
    every: () => () => {},
  };
  const done = refuseNewerTables([{ migrate, close }, { close }], clock);
  if (refused) await expect(done).rejects.toBe(refused);
  else await done;
  expect(closed).toBe(refused ? 2 : 0);
});
