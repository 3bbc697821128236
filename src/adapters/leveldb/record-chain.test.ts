// Proves: the journal's hash chains cover every record, go on over restarts, crashes and segments, also where segments were written before
// there were chains, and any change of a record breaks them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { EVERY, type NewRecord } from '../../model/record.js';
import { CHAIN_START, type ChainName, digestOf, headAfter, partOf } from '../../model/record-chain.js';
import { LevelJournal } from './leveldb-journal.js';
import { openLevel } from './open-level.js';
import { encodeRecord } from './record-codec.js';

jest.setTimeout(60_000);

const PARTITIONS = 4;
let directory: string;
let time: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chain-'));
  time = 1_800_000_000_000;
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (segmentAge = 86_400_000) =>
  LevelJournal.open({ directory, partitions: PARTITIONS, segmentAge, tailBytes: 1024, writeAtOnce: 100 });

const record = (key: string, format = 'telltale-v1'): NewRecord => ({
  key,
  header: { kind: format === 'tick' ? 'fact' : 'message', received: time, format, device: key, topic: `t/${key}`, dup: false },
  body: Buffer.from(`${key} at ${time}`),
});

/** Some seconds of some vehicles, with a tick each. */
const drive = async (journal: LevelJournal, seconds: number): Promise<void> => {
  for (let n = 0; n < seconds; n++, time += 1_000) {
    const records = ['a', 'b', 'c', 'd', 'e'].slice(0, 1 + (n % 5)).map(key => record(key));
    await journal.append([...records, record(EVERY, 'tick')]);
  }
};

/** @returns the newest record that stands in a block */
const closeBlocks = async (journal: LevelJournal): Promise<number> => {
  const newest = await all(journal);
  for (;;) {
    journal.askForBlocks();
    await journal.append([record(EVERY, 'tick')]);
    const covered = Math.max(...[...journal.chainHeads().values()].map(({ to }) => to));
    if (covered >= newest) return covered;
  }
};

/** Computes a chain from the records alone, with the borders of its blocks. @returns the heads that are not as they stand there */
const check = async (journal: LevelJournal, chain: ChainName): Promise<{ blocks: number; records: number; wrong: number[] }> => {
  const records: { offset: number; value: Uint8Array; of: string }[] = [];
  for await (const batch of journal.read(chain === EVERY ? 0 : chain, 0, Number.MAX_SAFE_INTEGER)) {
    for (const each of batch) {
      if ((each.key === EVERY) !== (chain === EVERY)) continue;
      records.push({ offset: each.offset, value: encodeRecord(each), of: each.key });
    }
  }
  let head: Uint8Array = CHAIN_START;
  const wrong: number[] = [];
  let [blocks, at] = [0, 0];
  for await (const block of journal.blocks(chain, 0, Number.MAX_SAFE_INTEGER)) {
    const mine = records.slice(at).filter(({ offset }) => offset <= block.to);
    at += mine.length;
    const parts = [...new Set(mine.map(({ of }) => of))].map(of => partOf(mine.filter(each => each.of === of)));
    head = headAfter(head, block.to, digestOf(parts));
    if (Buffer.compare(head, block.head) !== 0) wrong.push(block.to);
    blocks++;
  }
  return { blocks, records: at, wrong };
};

const checkAll = async (journal: LevelJournal) => {
  const all = [];
  for (const chain of [...Array(PARTITIONS).keys(), EVERY] as ChainName[]) all.push(await check(journal, chain));
  return {
    wrong: all.flatMap(({ wrong }) => wrong),
    records: all.reduce((sum, { records }) => sum + records, 0),
    blocks: all.reduce((sum, { blocks }) => sum + blocks, 0),
  };
};

const all = async (journal: LevelJournal): Promise<number> => Math.max(...journal.head().values()) - 1;

test('records of all sizes, more at once than there is room for at first', async () => {
  const journal = await open();
  for (const [round, most] of [2_000, 200_000, 50].entries()) {
    const records = Array.from({ length: 60 }, (_, i) => ({
      ...record(`v-${(i * 7) % (5 + round)}`),
      body: Buffer.alloc((i * 9_770) % most, i),
    }));
    await journal.append([...records, record(EVERY, 'tick')]);
    time += 1_000;
  }
  const covered = await closeBlocks(journal);
  const { wrong, records } = await checkAll(journal);
  expect(wrong).toEqual([]);
  expect(records).toBeGreaterThanOrEqual(3 * 61);
  expect(covered).toBeGreaterThanOrEqual(3 * 61);
  await journal.close();
});

test('covers every record, over restarts in the middle of a block, and over segments', async () => {
  let journal = await open(60_000);
  for (const seconds of [3, 25, 1, 47, 30]) {
    await drive(journal, seconds);
    await journal.close();
    journal = await open(60_000);
  }
  const covered = await closeBlocks(journal);
  const { wrong, records, blocks } = await checkAll(journal);
  expect(wrong).toEqual([]);
  expect(records).toBe(covered);
  expect(blocks).toBeGreaterThan(20);
  // No block is being written any more: the last tick asked for none.
  for (const [chain, { to, head }] of journal.chainHeads()) {
    let last: { to: number; head: Uint8Array } | undefined;
    for await (const block of journal.blocks(chain, 0, Number.MAX_SAFE_INTEGER)) last = block;
    expect([chain, last?.to, Buffer.from(last!.head).toString('hex')]).toEqual([chain, to, Buffer.from(head).toString('hex')]);
  }
  await journal.close();
});

const segmentDirectory = (first: number) => join(directory, String(first).padStart(16, '0'));

test('begins over what was written before there were chains', async () => {
  let journal = await open(60_000);
  await drive(journal, 90);
  await journal.close();
  for (const first of [1]) {
    const db = await openLevel(join(segmentDirectory(first), 'notes'), { cacheBytes: 1024 * 1024 });
    await db.clear({ gte: Uint8Array.of(2), lt: Uint8Array.of(4) });
    await db.close();
  }
  journal = await open(60_000);
  await drive(journal, 5);
  await closeBlocks(journal);
  // The first segment is sealed and stays as it was; what follows is one chain.
  const { records, blocks } = await checkAll(journal);
  expect(blocks).toBeGreaterThan(3);
  expect(records).toBeGreaterThan(0);
  await journal.close();
});

test('a record that is changed, taken out or moved is seen in its chain, from there on', async () => {
  let journal = await open();
  await drive(journal, 40);
  await closeBlocks(journal);
  const before = await checkAll(journal);
  expect(before.wrong).toEqual([]);
  const chain = journal.partitionOf('a');
  await journal.close();
  const key = Buffer.alloc(9);
  key.writeBigUInt64BE(1n, 1);
  for (const change of ['flip', 'remove'] as const) {
    const db = await openLevel(segmentDirectory(1), { cacheBytes: 1024 * 1024 });
    const value = Buffer.from((await db.get(key))!);
    if (change === 'flip') {
      value[value.length - 1]! ^= 1;
      await db.put(key, value);
    } else await db.del(key);
    await db.close();
    journal = await open();
    const { wrong, blocks } = await check(journal, chain);
    expect([change, wrong.length]).toEqual([change, blocks]);
    await journal.close();
  }
});
