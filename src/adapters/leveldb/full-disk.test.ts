// Proves: what a full disk did not take is never acknowledged and lost after. A write waits until there is room and is known to be there or is done again;
// appends that come meanwhile are refused; what was written stays readable; it is told once when it begins and once when it is over; and after the next
// start everything that was acknowledged is there, though LevelDB's own log is torn where it failed.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { fillDisk, smallDisk } from '../../../tests/harness/small-disk.js';
import { waitFor } from '../../../tests/harness/wait-for.js';
import type { NewRecord } from '../../model/record.js';
import { JournalWriteError } from './errors.js';
import { journalDefaults, LevelJournal } from './leveldb-journal.js';
import { LevelStateStore } from './leveldb-state-store.js';

jest.setTimeout(60_000);

let disk: string | undefined;

beforeAll(async () => {
  disk = await smallDisk(64).catch(() => undefined);
  if (disk === undefined) console.log('full-disk.test skipped: a disk of its own needs mount, and so root');
});

const watching = () => {
  const seen: string[] = [];
  return { seen, watch: (_: string, trouble?: { reason: string }) => void seen.push(trouble ? trouble.reason : 'well again') };
};

const blocks = (n: number): string => 'x'.repeat(1_000 + ((n * 7_919) % 30_000));

test('the state store', async () => {
  if (disk === undefined) return;
  const directory = join(disk, 'state');
  const ballast = join(disk, 'ballast');
  const { seen, watch } = watching();
  const store = await LevelStateStore.open(directory, watch);
  let n = 0;
  const put = () => store.write([{ put: `k${n}`, value: blocks(n++) }], { sync: true });
  for (let i = 0; i < 20; i++) await put();
  await fillDisk(disk, ballast);
  const waiting = Array.from({ length: 10 }, put);
  await waitFor('the full disk to be told', () => seen.length === 1);
  expect(seen[0]).toMatch(/No space left/);
  expect(await store.get('k3')).toBe(blocks(3));
  await rm(ballast);
  await Promise.all(waiting);
  expect(seen[1]).toBe('well again');
  for (let i = 0; i < 40; i++) await put();
  await store.close();
  const again = await LevelStateStore.open(directory);
  for (let i = 0; i < n; i++) expect(await again.get(`k${i}`)).toBe(blocks(i));
  await again.close();
  await rm(directory, { recursive: true });
});

test('the journal', async () => {
  if (disk === undefined) return;
  const directory = join(disk, 'journal');
  const ballast = join(disk, 'ballast');
  const { seen, watch } = watching();
  const options = { directory, partitions: 4, ...journalDefaults, watch };
  const journal = await LevelJournal.open(options);
  const record = (i: number): NewRecord => ({
    key: `v-${i % 5}`,
    header: { kind: 'message', received: 1_000 + i, format: 'telltale-v1', device: 'd', topic: 't', dup: false },
    body: Buffer.from(`${i} ${blocks(i)}`),
  });
  for (let i = 0; i < 20; i++) await journal.append([record(i)]);
  await fillDisk(disk, ballast);
  const waiting = journal.append(Array.from({ length: 5 }, (_, i) => record(20 + i)));
  await waitFor('the full disk to be told', () => seen.length === 1);
  await expect(journal.append([record(99)])).rejects.toThrow(JournalWriteError);
  const past: string[] = [];
  for await (const batch of journal.ofVehicle('v-1', 0, 1_000))
    past.push(...batch.map(({ body }) => Buffer.from(body).toString().split(' ')[0]!));
  expect(past).toEqual(['1', '6', '11', '16']);
  await rm(ballast);
  await waiting;
  expect(seen[1]).toBe('well again');
  for (let i = 25; i < 60; i++) await journal.append([record(i)]);
  await journal.close();
  const again = await LevelJournal.open(options);
  const found: number[] = [];
  for (let v = 0; v < 5; v++)
    for await (const batch of again.ofVehicle(`v-${v}`, 0, 1_000))
      found.push(...batch.map(({ body }) => Number(Buffer.from(body).toString().split(' ')[0])));
  expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  await again.close();
});
