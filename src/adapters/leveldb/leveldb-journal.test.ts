// Proves the journal's contract on the real LevelDB: what was acknowledged is there after opening again, each record is handed over once and
// in order however appends fall together, an owner that starts late gets all, and old segments go without touching the others.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { EVERY, type NewRecord, type Offset, type Partition } from '../../model/record.js';
import type { HandOver, PartitionOwner } from '../../ports/journal.js';
import { DataDirectoryLockedError } from './errors.js';
import { LevelJournal } from './leveldb-journal.js';

// Thousands of syncs, and others may keep the disk busy.
jest.setTimeout(60_000);

const PARTITIONS = 4;
const folders: string[] = [];
const journals: LevelJournal[] = [];

const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'journal-'));
  folders.push(made);
  return made;
};

const open = async (
  directory: string,
  changed: Partial<{ segmentAge: number; tailBytes: number }> = {},
): Promise<LevelJournal> => {
  const options = {
    directory,
    partitions: PARTITIONS,
    segmentAge: 86_400_000,
    tailBytes: 1_000_000,
    writeAtOnce: 64,
    ...changed,
  };
  const journal = await LevelJournal.open(options);
  journals.push(journal);
  return journal;
};

afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close().catch(() => {});
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true });
});

const message = (key: string, text: string, received = 1_000): NewRecord => ({
  key,
  header: { kind: 'message', received, format: 'telltale-v1', device: key, topic: `telltale/v1/${key}/events`, dup: false },
  body: Buffer.from(text),
});

/** Notes what each partition gets. */
class Notes implements PartitionOwner {
  readonly seen = new Map<Partition, { offset: Offset; text: string }[]>();

  constructor(private readonly from: (p: Partition) => Offset = () => 0) {}

  async assign(p: Partition): Promise<Offset> {
    this.seen.set(p, []);
    return this.from(p);
  }

  async records(handOver: HandOver): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    for (const [p, batch] of handOver)
      for (const { offset, body } of batch) this.seen.get(p)!.push({ offset, text: Buffer.from(body).toString() });
  }

  async release(): Promise<void> {}

  all(): string[] {
    return [...this.seen.values()].flat().map(({ text }) => text);
  }
}

const until = async (done: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !done(); i++) await new Promise(resolve => setTimeout(resolve, 5));
};

test('each record is handed over once and in order, however appends fall together', async () => {
  const journal = await open(await folder());
  const notes = new Notes();
  const ownership = await journal.own(notes);
  const sent: string[] = [];
  const offsets: Offset[] = [];
  const writer = async (who: number) => {
    for (let i = 0; i < 150; i++) {
      const records = Array.from({ length: 1 + ((who + i) % 3) }, (_, n) => message(`v-${(who + n) % 9}`, `${who}.${i}.${n}`));
      sent.push(...records.map(({ body }) => Buffer.from(body).toString()));
      offsets.push(...(await journal.append(records)));
      if (i % 7 === who % 7) await new Promise(resolve => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, who) => writer(who)));
  await until(() => notes.all().length >= sent.length);
  await ownership.close();
  expect(notes.all().sort()).toEqual(sent.sort());
  expect(new Set(offsets).size).toBe(sent.length);
  for (const records of notes.seen.values()) {
    const order = records.map(({ offset }) => offset);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
});

test('an owner that is behind reads from disk, from where each partition says', async () => {
  const journal = await open(await folder(), { tailBytes: 1 });
  for (let i = 0; i < 300; i++) await journal.append([message(`v-${i % 9}`, String(i))]);
  const all = new Notes();
  const first = await journal.own(all);
  await until(() => all.all().length === 300);
  await first.close();
  const later = new Notes(p => (p === 0 ? 200 : 301));
  const second = await journal.own(later);
  await until(() => later.all().length > 0);
  await journal.append([message('v-1', 'new')]);
  await until(() => later.all().includes('new'));
  await second.close();
  expect(later.seen.get(0)!.map(({ offset }) => offset)).toEqual(
    all.seen
      .get(0)!
      .map(({ offset }) => offset)
      .filter(offset => offset >= 200)
      .concat(journal.partitionOf('v-1') === 0 ? [301] : []),
  );
});

test('a record for every partition goes to each, once', async () => {
  const journal = await open(await folder());
  const notes = new Notes();
  const ownership = await journal.own(notes);
  await journal.append([
    {
      key: EVERY,
      header: { kind: 'fact', received: 1, format: 'tick', device: '', topic: '', dup: false },
      body: Buffer.from('t'),
    },
  ]);
  await until(() => notes.all().length >= PARTITIONS);
  await ownership.close();
  expect([...notes.seen.values()].map(records => records.length)).toEqual([1, 1, 1, 1]);
});

test('what was acknowledged is there after opening again, and offsets go on', async () => {
  const directory = await folder();
  const journal = await open(directory);
  await journal.append([message('a', '1'), message('b', '2')]);
  await journal.append([message('a', '3')]);
  await journal.close();
  const again = await open(directory);
  expect(await again.append([])).toEqual([]);
  expect(await again.append([message('a', '4')])).toEqual([4]);
  const texts: string[] = [];
  for await (const batch of again.ofVehicle('a', 0, 100)) texts.push(...batch.map(({ body }) => Buffer.from(body).toString()));
  expect(texts).toEqual(['1', '3', '4']);
});

test('segments are sealed by age, found again by vehicle, and forgotten whole', async () => {
  const directory = await folder();
  const journal = await open(directory, { segmentAge: 1_000 });
  for (let i = 0; i < 6; i++)
    await journal.append([message('a', `a${i}`, 10_000 + i * 600), message('b', `b${i}`, 10_000 + i * 600)]);
  const ofA = async (of: LevelJournal) => {
    const texts: string[] = [];
    for await (const batch of of.ofVehicle('a', 3, 10)) texts.push(...batch.map(({ body }) => Buffer.from(body).toString()));
    return texts;
  };
  expect(await ofA(journal)).toEqual(['a1', 'a2', 'a3', 'a4']);
  await journal.close();
  const again = await open(directory, { segmentAge: 1_000 });
  expect(await ofA(again)).toEqual(['a1', 'a2', 'a3', 'a4']);
  // Old, and still to be folded by somebody.
  expect(await again.forget(11_500, again.oldest() + 1)).toEqual({ removed: 0, held: true });
  expect(await ofA(again)).toEqual(['a1', 'a2', 'a3', 'a4']);
  expect(await again.forget(11_500, Number.MAX_SAFE_INTEGER)).toEqual({ removed: 1, held: false });
  expect(again.oldest()).toBeGreaterThan(1);
  expect(await ofA(again)).toEqual(['a2', 'a3', 'a4']);
});

test('a clock that was wrong for a moment makes no segment older than its records', async () => {
  const directory = await folder();
  const journal = await open(directory, { segmentAge: 1_000 });
  const times = [10_000, 10_900, 9_000, 12_000];
  for (const [i, at] of times.entries()) await journal.append([message('a', `a${i}`, at)]);
  expect(await journal.forget(10_500, Number.MAX_SAFE_INTEGER)).toEqual({ removed: 0, held: false });
  await journal.close();
  const again = await open(directory, { segmentAge: 1_000 });
  expect(await again.forget(10_500, Number.MAX_SAFE_INTEGER)).toEqual({ removed: 0, held: false });
  expect(await again.forget(11_000, Number.MAX_SAFE_INTEGER)).toEqual({ removed: 1, held: false });
});

test('a second process is told that the directory is taken', async () => {
  const directory = await folder();
  await open(directory);
  await expect(open(directory)).rejects.toThrow(DataDirectoryLockedError);
});

test('an append to a closed journal is refused', async () => {
  const journal = await open(await folder());
  await journal.close();
  await expect(journal.append([message('a', '1')])).rejects.toThrow('closed');
});

test('what was folded before the start is not behind: who appends has nothing to wait for', async () => {
  const directory = await folder();
  const first = await open(directory);
  const offsets = await first.append(Array.from({ length: 10 }, (_, i) => message('v-1', String(i))));
  await first.close();
  const second = await open(directory);
  const next = offsets[offsets.length - 1]! - 2;
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const ownership = await second.own({ assign: async () => next, records: () => held, release: async () => {} });
  expect(second.behind()).toBe(3);
  release();
  await ownership.close();
});

// Proves: how far an owner is behind is known while it is at a hand-over, and one that failed is heard no more.
test('what of a hand-over has been carried out is no longer behind', async () => {
  const journal = await open(await folder());
  let tell = (_records: number): void => {};
  let fail = (_error: Error): void => {};
  const ownership = await journal.own({
    assign: async () => 0,
    records: (_handOver, done) => {
      tell = done;
      return new Promise((_, reject) => {
        fail = reject;
      });
    },
    release: async () => {},
  });
  await journal.append(Array.from({ length: 10 }, (_, i) => message(`v-${i}`, String(i))));
  await new Promise(resolve => setImmediate(resolve));
  expect(journal.behind()).toBe(10);
  tell(4);
  expect(journal.behind()).toBe(6);
  fail(new Error('the owner failed'));
  await expect(ownership.ended).rejects.toThrow('the owner failed');
  tell(6);
  expect(journal.behind()).toBe(6);
});
