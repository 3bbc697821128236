// Proves: a past comes page by page in the order in which it counts, each event once, whatever the order it arrived in and however often; each page knows
// what is behind it; and no more is held at once than three pages and a record, nor remembered of it than so many blocks, however long it is.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyReading, type Reading } from '../../../model/reading.js';
import { sortReadings, uniqueSorted } from '../reading-order.js';
import { PastBlocks } from './past-blocks.js';
import type { PastBounds } from './past-bounds.js';
import { type PastPage, PastPages } from './past-pages.js';

const readingOf = (at: number, device: string, seq: number | undefined, content: number, offset: number, n: number): Reading => ({
  ...emptyReading(at, at, device, offset, n),
  seq,
  source: `{"content":${content}}`,
});

/** Records, by offset from 1 on. */
const paged = async (records: readonly Reading[][], bounds: PastBounds) => {
  const blocks = new PastBlocks(bounds);
  let newest = -1;
  for (const record of records) {
    for (const reading of record) {
      blocks.add(reading, newest);
      newest = Math.max(newest, reading.at);
    }
  }
  let read = 0;
  const ordered = blocks.inOrder();
  const pages = new PastPages(
    ordered,
    async ({ from, to, after }, visit) => {
      const before = records.slice(0, from - 1).flat();
      expect(after).toBe(before.reduce((most, { at }) => Math.max(most, at), -1));
      for (const record of records.slice(from - 1, to)) {
        read += record.length;
        for (const reading of record) visit({ ...reading });
      }
    },
    records.length + 1,
    bounds,
  );
  const found: PastPage[] = [];
  for await (const page of pages.all()) found.push(page);
  return { found, pages, blocks: ordered, read };
};

const anyReading = fc.record({
  at: fc.integer({ min: 0, max: 30 }),
  device: fc.constantFrom('a', 'b'),
  seq: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
  content: fc.integer({ min: 0, max: 3 }),
});
const anyRecords = fc.array(fc.array(anyReading, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 60 });
const anyBounds = fc.record({
  held: fc.constant(0),
  page: fc.integer({ min: 1, max: 9 }),
  blocks: fc.integer({ min: 2, max: 12 }),
  block: fc.integer({ min: 1, max: 6 }),
});

test('any past, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecords, anyBounds, async (told, bounds) => {
      const records = told.map((record, i) =>
        record.map(({ at, device, seq, content }, n) => readingOf(at, device, seq, content, i + 1, n)),
      );
      const { found, pages, blocks } = await paged(records, bounds);
      const expected = uniqueSorted(sortReadings(records.flat()));
      expect(found.flatMap(({ readings }) => readings)).toEqual(expected);
      let place = 0;
      for (const { readings, nextAt, behind } of found) {
        expect(readings.length).toBeLessThanOrEqual(bounds.page);
        place += readings.length;
        expect(nextAt).toBe(expected[place]?.at);
        expect(behind).toBe(expected.slice(place).reduce((least, { offset }) => Math.min(least, offset), records.length + 1));
      }
      expect(pages.mostHeld).toBeLessThanOrEqual(3 * bounds.page + 2);
      expect(blocks.length).toBeLessThanOrEqual(bounds.blocks);
    }),
    { numRuns: 500 },
  );
});

const BOUNDS: PastBounds = { held: 0, page: 256, blocks: 64, block: 16 };
/** In records of five. */
const recordsOf = (readings: number, atOf: (i: number) => number): Reading[][] =>
  Array.from({ length: readings / 5 }, (_, r) =>
    Array.from({ length: 5 }, (_reading, n) => readingOf(atOf(r * 5 + n), 'a', r * 5 + n, 0, r + 1, n)),
  );

test.each([
  ['as it happened', (i: number) => i],
  ['all of one time', () => 7],
  ['each thousandth late by a hundred', (i: number) => i - (i % 1_000 === 999 ? 100 : 0)],
])('what came nearly in order is read hardly more than once: %s', async (_name, atOf) => {
  for (const readings of [5_000, 20_000]) {
    const { found, pages, read } = await paged(recordsOf(readings, atOf), BOUNDS);
    expect(found.reduce((sum, page) => sum + page.readings.length, 0)).toBe(readings);
    expect(pages.mostHeld).toBeLessThanOrEqual(3 * BOUNDS.page + 2);
    // A page begins and ends within a block, and a block is longer where the past is.
    expect(read).toBeLessThan(readings * 3.5);
  }
});

test('what came backwards is, too; and what came in no order is read for each page', async () => {
  const backwards = await paged(
    recordsOf(5_000, i => 10_000 - i),
    BOUNDS,
  );
  expect(backwards.read).toBeLessThan(5_000 * 3.5);
  const shuffled = await paged(
    recordsOf(5_000, i => (i * 1_237) % 5_003),
    BOUNDS,
  );
  expect(shuffled.found.flatMap(({ readings }) => readings).map(({ at }) => at)).toEqual(
    Array.from({ length: 5_000 }, (_, i) => (i * 1_237) % 5_003).sort((a, b) => a - b),
  );
  expect(shuffled.read).toBeLessThanOrEqual(5_000 * shuffled.found.length);
  expect(shuffled.pages.mostHeld).toBeLessThanOrEqual(3 * BOUNDS.page + 2);
});
