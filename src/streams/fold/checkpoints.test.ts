// Proves: checkpoints in a list of numbers are what they were as objects, through JSON too, and those of earlier versions are read.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Checkpoint,
  type Checkpoints,
  checkpointOf,
  checkpointsBefore,
  checkpointsIn,
  checkpointTime,
  NO_CHECKPOINTS,
  readCheckpoints,
  someCheckpoints,
  withCheckpoint,
  withoutOldest,
} from './checkpoints.js';

/** Ascending in time; some of before, whose last record is not known. */
const anyCheckpoints: fc.Arbitrary<Checkpoint[]> = fc
  .uniqueArray(fc.nat(100_000), { maxLength: 20 })
  .chain(times =>
    fc.tuple(
      ...times
        .sort((a, b) => a - b)
        .map(at => fc.record({ at: fc.constant(at), next: fc.nat(), last: fc.option(fc.nat()), folded: fc.nat() })),
    ),
  )
  .map(all => all.map(({ at, next, last, folded }) => (last === null ? { at, next, folded } : { at, next, last, folded })));

const listOf = (all: readonly Checkpoint[]): Checkpoints => all.reduce(withCheckpoint, NO_CHECKPOINTS);
const allOf = (list: Checkpoints): Checkpoint[] => Array.from({ length: checkpointsIn(list) }, (_, i) => checkpointOf(list, i));

test('each comes back as it went, also where it was saved as an object', () => {
  fc.assert(
    fc.property(anyCheckpoints, all => {
      expect(allOf(listOf(all))).toStrictEqual(all);
      expect(allOf(readCheckpoints(JSON.parse(JSON.stringify(listOf(all)))))).toStrictEqual(all);
      expect(allOf(readCheckpoints(JSON.parse(JSON.stringify(all))))).toStrictEqual(all);
      expect(checkpointTime(listOf(all), all.length)).toBeUndefined();
    }),
  );
});

test('a part of them, and how many there are before a moment', () => {
  fc.assert(
    fc.property(anyCheckpoints, fc.nat(20), fc.nat(20), fc.integer({ min: -1, max: 100_001 }), (all, from, to, at) => {
      expect(allOf(someCheckpoints(listOf(all), from, to))).toStrictEqual(all.slice(from, to));
      expect(checkpointsBefore(listOf(all), at)).toBe(all.filter(one => one.at < at).length);
    }),
  );
});

test('without the oldest, the next one counts its readings', () => {
  fc.assert(
    fc.property(anyCheckpoints, all => {
      const [oldest, next, ...rest] = all;
      const kept = next === undefined ? [] : [{ ...next, folded: next.folded + oldest!.folded }, ...rest];
      expect(allOf(withoutOldest(listOf(all)))).toStrictEqual(kept);
    }),
  );
});
