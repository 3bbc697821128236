// Proves: fewer points never lose a peak of any column, nor the ends, and no more are kept than asked for.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { placesToKeep } from './places-to-keep.js';

const column = (length: number) =>
  fc.array(fc.option(fc.integer({ min: -1_000, max: 1_000 })), { minLength: length, maxLength: length });

test('keeps the ends and the peaks of every column, within the bound', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }).chain(length => fc.tuple(column(length), column(length), column(length))),
      fc.integer({ min: 8, max: 120 }),
      (columns, most) => {
        const kept = placesToKeep(columns, most);
        const { length } = columns[0];
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(length - 1);
        expect([...new Set(kept)].sort((a, b) => a - b)).toEqual(kept);
        for (const values of columns) {
          const told = values.filter(value => value !== null);
          const left = kept.map(place => values[place]!).filter(value => value !== null);
          expect(Math.max(...left)).toBe(Math.max(...told));
          expect(Math.min(...left)).toBe(Math.min(...told));
        }
      },
    ),
  );
});

test('uses what it may: a smooth column of 10,000 points asked for 1,000 gets more than half of them', () => {
  const smooth = Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 500));
  expect(placesToKeep([smooth], 1_000).length).toBeGreaterThan(500);
  expect(placesToKeep([smooth], 20_000)).toHaveLength(10_000);
  expect(placesToKeep([], 10)).toEqual([]);
});
