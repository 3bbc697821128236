// Proves: the quarantine keeps what was put there, once, over restarts, within its bounds in number and bytes; the oldest go, counted; and
// pages end.
import { expect, test } from '@jest/globals';
import { MemoryStateStore } from '../../tests/simulation/memory-state-store.js';
import { Counters } from '../model/counters.js';
import type { StateWrite } from '../ports/state-store.js';
import { QUARANTINED_BYTES, quarantineEntry } from './quarantine-entry.js';
import { QuarantineStore } from './quarantine-store.js';

const entry = (id: string, bytes: Uint8Array = Buffer.from(id)) =>
  quarantineEntry({
    id,
    device: 'd-1',
    vehicle: null,
    topic: 't',
    received: 1,
    reason: 'unreadable',
    detail: 'not JSON',
    bytes,
    offset: null,
  });

const open = async (state = new MemoryStateStore(), limits = { entries: 100, bytes: 1_000_000 }) => {
  const counters = new Counters();
  const store = new QuarantineStore(state, limits, counters);
  await store.start();
  return { state, store, counters };
};

const ids = async (store: QuarantineStore, before?: string, limit = 100): Promise<string[]> =>
  (await store.list(before, limit)).map(({ id }) => id);

test('keeps bytes as they were, and the same id once', async () => {
  const { store } = await open();
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(await store.add(entry('a', bytes))).toBe(true);
  expect(await store.add(entry('a', Buffer.from('other')))).toBe(false);
  expect(Buffer.from((await store.entry('a'))!.bytes)).toEqual(Buffer.from(bytes));
  expect(store.size()).toEqual({ entries: 1, bytes: 256 });
});

test('keeps the first 256 KiB and the hash of all', async () => {
  const { store } = await open();
  const bytes = Buffer.alloc(QUARANTINED_BYTES + 10, 7);
  await store.add(entry('big', bytes));
  const found = (await store.entry('big'))!;
  expect(found.truncated).toBe(true);
  expect(found.bytes).toHaveLength(QUARANTINED_BYTES);
  expect(found.hash).not.toBe(entry('x', bytes.subarray(0, QUARANTINED_BYTES)).hash);
});

test('drops the oldest beyond either bound, and counts them', async () => {
  const { store, counters } = await open(undefined, { entries: 3, bytes: 100 });
  for (const id of ['a', 'b', 'c', 'd']) await store.add(entry(id));
  expect(await ids(store)).toEqual(['d', 'c', 'b']);
  await store.add(entry('e', Buffer.alloc(99)));
  expect(await ids(store)).toEqual(['e', 'd']);
  expect(await store.entry('a')).toBeUndefined();
  expect(counters.get('quarantine_dropped_total')).toBe(3);
  // One that is larger than all there may be leaves nothing behind, and no wrong sums.
  await store.add(entry('f', Buffer.alloc(101)));
  expect(store.size()).toEqual({ entries: 0, bytes: 0 });
  expect(await ids(store)).toEqual([]);
});

test('a restart knows what is there, in the same order, and goes on', async () => {
  const first = await open();
  for (const id of ['c', 'a', 'b']) await first.store.add(entry(id));
  await first.store.remove('a');
  const { store } = await open(first.state);
  expect(await store.add(entry('b'))).toBe(false);
  await store.add(entry('a'));
  expect(await ids(store)).toEqual(['a', 'b', 'c']);
  expect(store.size()).toEqual({ entries: 3, bytes: 3 });
});

test('pages go on from the last one seen and end, also when it is gone meanwhile', async () => {
  const { store } = await open();
  for (let i = 0; i < 7; i++) await store.add(entry(`e${i}`));
  expect(await ids(store, undefined, 3)).toEqual(['e6', 'e5', 'e4']);
  expect(await ids(store, 'e4', 3)).toEqual(['e3', 'e2', 'e1']);
  await store.add(entry('new'));
  expect(await ids(store, 'e1', 3)).toEqual(['e0']);
  expect(await ids(store, 'e0', 3)).toEqual([]);
  await store.remove('e4');
  expect(await ids(store, 'e4', 3)).toEqual([]);
});

test('what could not be written is not taken for known when it comes again', async () => {
  let failing = true;
  class Fickle extends MemoryStateStore {
    override async write(writes: readonly StateWrite[]): Promise<void> {
      if (failing) throw new Error('disk full');
      await super.write(writes);
    }
  }
  const { store } = await open(new Fickle());
  await expect(store.add(entry('a'))).rejects.toThrow('disk full');
  expect(store.size()).toEqual({ entries: 0, bytes: 0 });
  failing = false;
  expect(await store.add(entry('a'))).toBe(true);
  expect(await ids(store)).toEqual(['a']);
});

test('many at once are one write: what is new of them is told, each once, and those that do not fit leave nothing behind', async () => {
  let writes = 0;
  class Counting extends MemoryStateStore {
    override async write(all: readonly StateWrite[]): Promise<void> {
      writes++;
      await super.write(all);
    }
  }
  const { store, state, counters } = await open(new Counting(), { entries: 3, bytes: 1_000 });
  await store.addAll([entry('a'), entry('b')]);
  const fresh = await store.addAll(['b', 'c', 'd', 'e', 'f', 'c'].map(id => entry(id)));
  expect(fresh.map(({ id }) => id)).toEqual(['c', 'd', 'e', 'f']);
  expect(writes).toBe(2);
  expect(await ids(store)).toEqual(['f', 'e', 'd']);
  expect(await store.entry('c')).toBeUndefined();
  expect(counters.get('quarantine_dropped_total')).toBe(3);
  const again = await open(state);
  expect(await ids(again.store)).toEqual(['f', 'e', 'd']);
  expect(again.store.size()).toEqual({ entries: 3, bytes: 3 });
});
