// Proves: killed between sealing a segment and opening the next one, the journal goes on in a new one: a vehicle's records are found
// through its index before and after, also where the clock of the next start is behind.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import type { NewRecord } from '../../model/record.js';
import { journalDefaults, LevelJournal } from './leveldb-journal.js';

const message = (text: string, received: number): NewRecord => ({
  key: 'v',
  header: { kind: 'message', received, format: 'telltale-v1', device: 'v', topic: 't', dup: false },
  body: Buffer.from(text),
});

test('what comes after a seal is found with what came before', async () => {
  const directory = join(await tempDir('sealed'), 'journal');
  const open = () => LevelJournal.open({ directory, partitions: 2, ...journalDefaults, segmentAge: 1_000 });
  const first = await open();
  await first.append([message('1', 10_000), message('2', 10_500)]);
  await first.append([message('3', 11_200)]);
  await first.close();
  const names = (await readdir(directory)).sort();
  expect(names).toHaveLength(2);
  // As if the process had died after the seal, before the next segment was there.
  await rm(join(directory, names[1]!), { recursive: true });
  const second = await open();
  expect(await second.append([message('4', 10_600)])).toEqual([3]);
  await second.append([message('5', 12_000)]);
  const texts = async (journal: LevelJournal): Promise<string> => {
    let all = '';
    for await (const batch of journal.ofVehicle('v', 0, 100)) for (const { body } of batch) all += Buffer.from(body).toString();
    return all;
  };
  expect(await texts(second)).toBe('1245');
  await second.close();
  const third = await open();
  expect(await texts(third)).toBe('1245');
  await third.close();
});
