// Proves: what is written together is there together after opening again; ranges are half open, in order of bytes, and bounded; and a second
// process, or a damaged directory, is told apart.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { DataDirectoryError, DataDirectoryLockedError } from './errors.js';
import { LevelStateStore } from './leveldb-state-store.js';

const keysOf = async (range: AsyncIterable<[string, string]>): Promise<string[]> => {
  const keys: string[] = [];
  for await (const [key] of range) keys.push(key);
  return keys;
};

test('keeps what was written, in one go', async () => {
  const directory = join(await tempDir('state'), 'state');
  const store = await LevelStateStore.open(directory);
  await store.write([], { sync: true });
  await store.write(
    [
      { put: 'a', value: '1' },
      { put: 'ä/ü', value: 'Grüße 🚚' },
      { put: 'b', value: '' },
    ],
    { sync: true },
  );
  await store.write([{ del: 'a' }, { put: 'c', value: '3' }, { put: 'd', value: '4' }, { del: 'd' }], { sync: false });
  await store.close();
  const again = await LevelStateStore.open(directory);
  expect(await again.getMany(['a', 'ä/ü', 'b', 'c', 'd'])).toEqual([undefined, 'Grüße 🚚', '', '3', undefined]);
  expect(await again.get('b')).toBe('');
  expect(await again.get('nothing')).toBeUndefined();
  await again.close();
});

test('ranges are half open, in both directions, bounded, and may be left half way', async () => {
  const store = await LevelStateStore.open(join(await tempDir('state'), 'state'));
  const keys = Array.from({ length: 700 }, (_, i) => `k/${String(i).padStart(4, '0')}`);
  await store.write(
    [...keys, 'k', 'k0', 'l'].map(put => ({ put, value: put })),
    { sync: false },
  );
  expect(await keysOf(store.range('k/', 'k/\uffff'))).toEqual(keys);
  expect(await keysOf(store.range('k/0010', 'k/0012'))).toEqual(['k/0010', 'k/0011']);
  expect(await keysOf(store.range('k/', 'k/\uffff', { limit: 2, reverse: true }))).toEqual(['k/0699', 'k/0698']);
  expect(await keysOf(store.range('x', 'z'))).toEqual([]);
  for await (const [key] of store.range('k/', 'k/\uffff')) {
    expect(key).toBe('k/0000');
    break;
  }
  await store.close();
});

test('a directory that somebody has open, or that is damaged, is refused in one line', async () => {
  const directory = join(await tempDir('state'), 'state');
  const store = await LevelStateStore.open(directory);
  await store.write([{ put: 'a', value: '1' }], { sync: true });
  await expect(LevelStateStore.open(directory)).rejects.toThrow(DataDirectoryLockedError);
  await store.close();
  for (const name of await readdir(directory))
    if (/^(CURRENT|MANIFEST)/.test(name)) await writeFile(join(directory, name), 'rubbish');
  await expect(LevelStateStore.open(directory)).rejects.toThrow(DataDirectoryError);
});
