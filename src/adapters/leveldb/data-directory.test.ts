// Proves: a data directory is made once and known again; what is foreign, damaged, newer, of other partitions or not writable is left alone
// and named in one line.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { openDataDirectory } from './data-directory.js';
import { DataDirectoryError } from './errors.js';

let folder: string;
beforeEach(async () => {
  folder = join(await tempDir('data'), 'a', 'b');
});
const marker = () => join(folder, 'telltale.json');
const withMarker = async (text: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(marker(), text);
};
const refusal = async (): Promise<string> => {
  const error = await openDataDirectory(folder, 64, 'id').then(
    () => new Error('it was taken'),
    (thrown: Error) => thrown,
  );
  expect(error).toBeInstanceOf(DataDirectoryError);
  expect(error.message).not.toContain('\n');
  return error.message;
};

test('made at first, with folders above it, and known again by its first id', async () => {
  const made = await openDataDirectory(folder, 64, 'first');
  expect(made).toMatchObject({ id: 'first', partitions: 64, journal: join(folder, 'journal') });
  expect((await openDataDirectory(folder, 64, 'second')).id).toBe('first');
});

test('an empty folder will do, also a fresh disk, and one where the first start was cut short', async () => {
  await mkdir(join(folder, 'lost+found'), { recursive: true });
  await writeFile(join(folder, 'telltale.json.new'), '{"lay');
  expect((await openDataDirectory(folder, 8, 'x')).id).toBe('x');
  expect(JSON.parse(await readFile(marker(), 'utf8'))).toMatchObject({ layout: 1, partitions: 8, id: 'x' });
});

test('a folder of somebody else is left alone', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'holiday.jpg'), '');
  expect(await refusal()).toContain('not a data directory of Telltale and not empty (holiday.jpg)');
  await expect(readFile(marker())).rejects.toThrow('ENOENT');
});

test.each(['', '{"layout":1', 'null', '[]', '{}', '{"layout":1,"partitions":"64","id":"x"}'])(
  'a damaged marker: %s',
  async text => {
    await withMarker(text);
    expect(await refusal()).toContain('is damaged');
    expect(await readFile(marker(), 'utf8')).toBe(text);
  },
);

test('a newer layout is named', async () => {
  await withMarker('{"layout":2,"partitions":64,"id":"x"}');
  expect(await refusal()).toContain('newer version (layout 2, known is 1)');
});

test('other partitions: says what to set', async () => {
  await openDataDirectory(folder, 16, 'x');
  expect(await refusal()).toContain('set TELLTALE_PARTITIONS=16');
});

test('a file system that nothing can be made in', async () => {
  folder = '/proc/nobody/data';
  expect(await refusal()).toContain('/proc/nobody/data cannot be used as data directory');
});

test('where nothing can be made', async () => {
  await writeFile(join(folder, '..', '..', 'a'), '');
  expect(await refusal()).toMatch(/cannot be used as data directory|is a file/);
});
