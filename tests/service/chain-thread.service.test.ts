import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { closeBlocks } from '../../src/adapters/leveldb/close-blocks.js';
import { encodeRecord } from '../../src/adapters/leveldb/record-codec.js';
import { ThreadedCloser } from '../../src/adapters/leveldb/threaded-closer.js';
import { EVERY } from '../../src/model/record.js';
import { ENTRY_HEADER_BYTES, putEntryHeader } from '../../src/model/record-chain.js';
import { waitFor } from '../harness/wait-for.js';

/** A worker cannot load TypeScript: this one comes from the build. */
const thread = pathToFileURL(resolve('dist/src/adapters/leveldb/chain-thread.js'));
const PARTITIONS = 8;

let closer: ThreadedCloser;
let ends = 0;
const open = (entry: URL) => new ThreadedCloser(PARTITIONS, () => ends++, entry);
afterEach(async () => {
  await closer.end();
  ends = 0;
});

/** Some records of 40 vehicles, a tick after each twentieth, and now and then another fact. */
const entriesOf = (records: number, bodyBytes: number): Buffer => {
  const values = Array.from({ length: records }, (_, i) => {
    const key = i % 20 === 19 ? EVERY : `véhicule-${(i * 7) % 40}`;
    const format = key === EVERY ? (i % 60 === 59 ? '' : 'tick') : 'telltale-v1';
    const header = {
      kind: key === EVERY ? ('fact' as const) : ('message' as const),
      received: i,
      format,
      topic: `t/${key}`,
      dup: false,
    };
    return encodeRecord({ key, header: { ...header, device: key }, body: Buffer.alloc(bodyBytes, i) });
  });
  const size = values.reduce((sum, { length }) => sum + ENTRY_HEADER_BYTES + length, 0);
  const entries = Buffer.from(new SharedArrayBuffer(size + 100)).subarray(0, size);
  let at = 0;
  for (const [i, value] of values.entries()) {
    putEntryHeader(entries, at, 2 ** 33 + i, value.length);
    entries.set(value, at + ENTRY_HEADER_BYTES);
    at += ENTRY_HEADER_BYTES + value.length;
  }
  return entries;
};

/** Threads of this process that are nicer than it: the 19th field of proc(5), the 17th behind the name. */
const standingBack = (): number =>
  readdirSync('/proc/self/task').filter(task => {
    const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) > getPriority();
  }).length;

const plain = (blocks: ReturnType<typeof closeBlocks>) =>
  blocks.map(({ chain, to, value }) => [chain, to, Buffer.from(value).toString('hex')]);

// Proves: a block has the same bytes wherever it is closed, and each begins at the heads that it is told.
test('closes the same blocks on its thread as on this one', async () => {
  closer = open(thread);
  const entries = entriesOf(2_000, 400);
  const here = closeBlocks(entries, new Map(), PARTITIONS);
  expect(here.length).toBe(PARTITIONS + 1);
  expect(plain(await closer.close(entries, new Map()))).toEqual(plain(here));
  expect(standingBack()).toBe(1);
  const heads = new Map(here.slice(1, 3).map(({ chain, to, value }) => [chain, { to: to - 700, head: value.slice(0, 32) }]));
  const onward = plain(closeBlocks(entries, heads, PARTITIONS));
  expect(onward).not.toEqual(plain(here));
  expect(plain(await closer.close(entries, heads))).toEqual(onward);
  await closer.end();
  expect(ends).toBe(0);
});

// Proves: who has little to do has no such thread.
test('begins a thread only for what is worth one', async () => {
  closer = open(thread);
  const entries = entriesOf(100, 400);
  expect(plain(await closer.close(entries, new Map()))).toEqual(plain(closeBlocks(entries, new Map(), PARTITIONS)));
  expect(standingBack()).toBe(0);
});

// Proves: a thread that dies takes no block with it.
test('closes a block here whose thread ended', async () => {
  const dies = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1));`;
  closer = open(new URL(`data:text/javascript,${encodeURIComponent(dies)}`));
  const entries = entriesOf(2_000, 400);
  const blocks = plain(closeBlocks(entries, new Map(), PARTITIONS));
  expect(plain(await closer.close(entries, new Map()))).toEqual(blocks);
  expect(plain(await closer.close(entries, new Map()))).toEqual(blocks);
  expect(ends).toBe(2);
  await waitFor('no thread to be left', () => standingBack() === 0);
});
