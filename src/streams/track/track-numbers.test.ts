// Proves: no two modules keep a number at the same place, and none is kept at a place that has no beginning.
import { expect, test } from '@jest/globals';
import { NUMBERS_AT_START, newTrackNumbers, readTrackNumbers } from './track-numbers.js';

test('each module begins where the one before it ends', () => {
  let next = 0;
  for (const { from, count, not0 } of NUMBERS_AT_START) {
    expect(from).toBe(next);
    next = from + count;
    for (const [place] of not0) expect(place >= from && place < next).toBe(true);
  }
  expect(newTrackNumbers()).toHaveLength(next);
});

test('numbers of a version that had fewer are gone on with', () => {
  const [first, second] = [7.5, -3];
  expect(readTrackNumbers([first, second])).toEqual([first, second, ...newTrackNumbers().slice(2)]);
});
