// Proves: however the end moves while it reads, whether it looks ahead or not, whatever lies in one batch of the disk, and wherever segments begin: every
// record comes once, in order, and none from beyond the end; and one that is far behind gets more at once.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { JournalRecord, Offset } from '../../model/record.js';
import { DiskReader } from './disk-reader.js';
import type { Segment } from './segment.js';

const NOTHING = new Uint8Array();

/** A segment that hands out `atOnce` records in a batch, as they are on disk when its iterator is opened. */
const segmentOf = (first: Offset, next: Offset, onDisk: () => Offset, atOnce: number) => ({
  first,
  next,
  async *read(from: Offset) {
    const end = Math.min(next, onDisk());
    for (let at = from; at < end; at += atOnce) {
      yield Array.from({ length: Math.min(atOnce, end - at) }, (_, i) => ({ offset: at + i, body: NOTHING }) as JournalRecord);
    }
  },
});

test('what was read beyond the end comes when the end has moved there', async () => {
  const reader = new DiskReader(() => [segmentOf(1, 11, () => 11, 512)] as unknown as Segment[]);
  const offsets = async (from: Offset, end: Offset) => (await reader.next(from, end))?.map(({ offset }) => offset);
  expect(await offsets(1, 6)).toEqual([1, 2, 3, 4, 5]);
  expect(await offsets(6, 11)).toEqual([6, 7, 8, 9, 10]);
  expect(await offsets(11, 11)).toBeUndefined();
  await reader.stop();
});

test('any moving end', async () => {
  const shape = fc.record({
    atOnce: fc.integer({ min: 1, max: 12 }),
    borders: fc.uniqueArray(fc.integer({ min: 2, max: 59 }), { maxLength: 3 }),
    ends: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
    ahead: fc.nat(10),
    looks: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ atOnce, borders, ends, ahead, looks }) => {
      let end = 1;
      const starts = [1, ...borders.sort((a, b) => a - b)];
      const segments = starts.map((first, i) => segmentOf(first, starts[i + 1] ?? 60, () => end + ahead, atOnce));
      const reader = new DiskReader(() => segments as unknown as Segment[]);
      const seen: Offset[] = [];
      for (const next of [...ends.sort((a, b) => a - b), 60]) {
        end = next;
        for (let from = seen.length + 1; from < end; from = seen.length + 1) {
          const batch = await reader.next(from, end);
          if (!batch) throw new Error(`nothing from ${from} before ${end}`);
          seen.push(...batch.map(({ offset }) => offset));
          if (seen.length % 3 !== looks) reader.lookAhead(end);
        }
      }
      expect(seen).toEqual(Array.from({ length: 59 }, (_, i) => i + 1));
    }),
  );
});

test('more at once while there is much', async () => {
  const reader = new DiskReader(() => [segmentOf(1, 100_001, () => 100_001, 2_048)] as unknown as Segment[]);
  const sizes: number[] = [];
  for (let from = 1; ; ) {
    const batch = await reader.next(from, 100_001);
    if (!batch) break;
    sizes.push(batch.length);
    from = batch[batch.length - 1]!.offset + 1;
    reader.lookAhead(100_001);
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000);
  // The first is there at once; the last are small again.
  expect(sizes[0]).toBe(2_048);
  expect(sizes[1]).toBe(16_384);
  expect(sizes[sizes.length - 1]).toBeLessThanOrEqual(2_048);
  await reader.stop();
});
