// Proves: a segment from before notes were kept apart from its records is read, gone on with and sealed as it is, and what it says of vehicles and chains is
// the same; notes that were lost in part are made again from the records; and notes that the disk does not take are told with the next records, and none are
// written behind them.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { tempDir } from '../../../tests/harness/temp-dir.js';
import { EVERY, type NewRecord } from '../../model/record.js';
import { closeHere } from './block-closer.js';
import { LevelJournal } from './leveldb-journal.js';
import { OffsetList } from './offset-list.js';
import { openLevel } from './open-level.js';
import { encodeRecord } from './record-codec.js';
import { SegmentNotes } from './segment-notes.js';

jest.setTimeout(60_000);

const PARTITIONS = 4;
const CACHE = { cacheBytes: 1_000_000 };
let directory: string;
let time: number;

beforeEach(async () => {
  directory = join(await tempDir('notes'), 'journal');
  time = 1_800_000_000_000;
});

const open = () =>
  LevelJournal.open({ directory, partitions: PARTITIONS, segmentAge: 60_000, tailBytes: 1024, writeAtOnce: 100 });

const record = (key: string, format = 'telltale-v1'): NewRecord => ({
  key,
  header: { kind: format === 'telltale-v1' ? 'message' : 'fact', received: time, format, device: key, topic: 't', dup: false },
  body: Buffer.from(`${key} at ${time}`),
});

const VEHICLES = ['a', 'b', 'c', 'd', 'e'];

const drive = async (journal: LevelJournal, seconds: number): Promise<void> => {
  for (let n = 0; n < seconds; n++, time += 1_000) {
    await journal.append([
      ...VEHICLES.slice(0, 1 + (n % 5)).map(key => record(key)),
      record(EVERY, n % 7 === 0 ? 'fence' : 'tick'),
    ]);
  }
};

const closeBlocks = async (journal: LevelJournal): Promise<void> => {
  const newest = Math.max(...journal.head().values()) - 1;
  while (Math.max(0, ...[...journal.chainHeads().values()].map(({ to }) => to)) < newest) {
    journal.askForBlocks();
    await journal.append([record(EVERY, 'tick')]);
  }
};

/** All that notes are for: the records of each vehicle, and the blocks of each chain up to an offset. */
const whatItSays = async (journal: LevelJournal, to: number) => {
  const vehicles: Record<string, number[]> = {};
  for (const key of VEHICLES) {
    vehicles[key] = [];
    for await (const batch of journal.ofVehicle(key, 0, to)) vehicles[key].push(...batch.map(({ offset }) => offset));
  }
  const blocks: [unknown, number, string][] = [];
  for (const chain of [...Array(PARTITIONS).keys(), EVERY] as const)
    for await (const { to: end, head } of journal.blocks(chain, 0, Number.MAX_SAFE_INTEGER))
      if (end <= to) blocks.push([chain, end, Buffer.from(head).toString('hex')]);
  return { vehicles, blocks };
};

const segments = async () => (await readdir(directory)).sort().map(name => join(directory, name));

/** As before: notes under the records' own roof. */
const putTogether = async (segment: string): Promise<void> => {
  const [records, notes] = [await openLevel(segment, CACHE), await openLevel(join(segment, 'notes'), CACHE)];
  for await (const [key, value] of notes.iterator()) await records.put(key, value);
  for (const db of [records, notes]) await db.close();
  await rm(join(segment, 'notes'), { recursive: true });
};

test('segments from before: sealed, open, gone on with, and sealed in their turn', async () => {
  let journal = await open();
  await drive(journal, 100);
  await closeBlocks(journal);
  const to = Math.max(...[...journal.chainHeads().values()].map(each => each.to));
  const said = await whatItSays(journal, to);
  await journal.close();
  expect(await segments()).toHaveLength(2);
  for (const segment of await segments()) await putTogether(segment);
  journal = await open();
  expect(await whatItSays(journal, to)).toEqual(said);
  await drive(journal, 30);
  await journal.close();
  journal = await open();
  await drive(journal, 40);
  await closeBlocks(journal);
  const all = Math.max(...[...journal.chainHeads().values()].map(each => each.to));
  const after = await whatItSays(journal, all);
  expect(after.vehicles.a).toHaveLength(170);
  expect(after.blocks.filter(([, end]) => end <= to)).toEqual(said.blocks);
  await journal.close();
  const apart = await Promise.all((await segments()).map(async segment => (await readdir(segment)).includes('notes')));
  expect(apart).toEqual([false, false, true]);
  journal = await open();
  expect(await whatItSays(journal, all)).toEqual(after);
  await journal.close();
});

test('a segment that was sealed while its index was one list for each vehicle is read as it is', async () => {
  const db = await openLevel(join(await tempDir('notes'), 'level'), CACHE);
  const list = new OffsetList();
  for (const offset of [3, 5, 900]) list.push(offset);
  for (const key of ['a', EVERY]) await db.put(Buffer.from(`\u0001${key}`), list.toBytes());
  await db.put(Uint8Array.of(1), Uint8Array.of(1));
  const notes = await SegmentNotes.open(db, new Map(), closeHere(1));
  expect(notes.sealed).toBe(true);
  expect(await notes.between('a', 4, 900)).toEqual([5, 900]);
  expect(await notes.between(EVERY, 0, 899)).toEqual([3, 5]);
  expect(await notes.between('b', 0, 900)).toEqual([]);
  await db.close();
});

test('notes that were not written yet are made of the records', async () => {
  let journal = await open();
  await drive(journal, 50);
  const newest = Math.max(...journal.head().values()) - 1;
  const { vehicles } = await whatItSays(journal, newest);
  await journal.close();
  const [segment] = await segments();
  await rm(join(segment!, 'notes'), { recursive: true });
  journal = await open();
  expect((await whatItSays(journal, newest)).vehicles).toEqual(vehicles);
  await closeBlocks(journal);
  const ends = (await whatItSays(journal, Number.MAX_SAFE_INTEGER)).blocks.map(([, end]) => end);
  expect(Math.max(...ends)).toBeGreaterThanOrEqual(newest);
  await journal.close();
});

test('what the disk does not take is told with the records that come next', async () => {
  const db = await openLevel(join(await tempDir('notes'), 'level'), CACHE);
  const notes = await SegmentNotes.open(db, new Map(), closeHere(1));
  const add = (offset: number) => notes.add(record('a'), offset, encodeRecord(record('a')));
  add(1);
  notes.askForBlocks();
  await notes.keepUp();
  await notes.written();
  expect(notes.chainHeads().get(0)?.to).toBe(1);
  await db.close();
  add(2);
  notes.askForBlocks();
  await notes.keepUp();
  await notes.rest();
  await expect(notes.keepUp()).rejects.toThrow(/not open/);
  // No more was promised than is there.
  expect(notes.chainHeads().get(0)?.to).toBe(1);
});

test('behind blocks that the disk did not take no later ones are written', async () => {
  const db = await openLevel(join(await tempDir('notes'), 'level'), CACHE);
  const notes = await SegmentNotes.open(db, new Map(), closeHere(1));
  let writes = 0;
  const write = () =>
    new Promise((_, reject) => {
      writes++;
      setTimeout(() => reject(new Error('no room')), 20);
    });
  Object.defineProperty(db, 'batch', { value: () => ({ put: () => {}, write }) });
  notes.add(record('a'), 1, encodeRecord(record('a')));
  notes.askForBlocks();
  await notes.keepUp();
  // So much that it waits for what is on its way.
  notes.add(record('a'), 2, Buffer.alloc(17 * 1024 * 1024));
  await expect(notes.keepUp()).rejects.toThrow('no room');
  expect(writes).toBe(1);
  await db.close();
});
