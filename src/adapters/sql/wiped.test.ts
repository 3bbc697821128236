// Proves: who is erased stands in no file of the embedded database any more, neither in its free pages nor in its log of writes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { openDatabase } from './open-database.js';

test('a name that was deleted is in no file', async () => {
  const folder = await tempDir('sql');
  const database = await openDatabase({ file: join(folder, 'telltale.sqlite'), inThread: false });
  await database.migrate();
  const filesWith = async (text: string): Promise<string[]> => {
    const names = (await readdir(folder)).filter(name => name.includes('sqlite'));
    const found = await Promise.all(names.map(async name => (await readFile(join(folder, name))).includes(text)));
    return names.filter((_, i) => found[i]);
  };
  const drivers = Array.from({ length: 500 }, (_, i) => ({ id: `d-${i}`, name: `Nobody Number ${i}`, group: null }));
  await database.putDrivers(drivers);
  await database.putDriver({ id: 'd-250', name: 'Zebulon Quirkwood', group: null });
  expect(await filesWith('Zebulon Quirkwood')).not.toEqual([]);
  await database.deleteDriver('d-250');
  expect(await filesWith('Zebulon Quirkwood')).toEqual([]);
  expect(await filesWith('Nobody Number 251')).not.toEqual([]);
  await database.close();
});
