// Proves: the intervals that the accuracy table prints are Wilson's, also for few cases and at both ends.
import { expect, test } from '@jest/globals';
import { shareText, wilson } from './share.js';

test.each([
  [8, 10, 0.4902, 0.9433],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [43, 48, 0.7783, 0.9547],
])('%i of %i', (hits, of, low, high) => {
  const [ours, theirs] = wilson({ hits, of });
  expect(ours).toBeCloseTo(low, 4);
  expect(theirs).toBeCloseTo(high, 4);
});

test('of nothing there is no share', () => {
  expect(wilson({ hits: 0, of: 0 })).toEqual([0, 1]);
  expect(shareText({ hits: 0, of: 0 })).toBe('–');
  expect(shareText({ hits: 9, of: 10 })).toMatch(/^90 % \(60–98\) 9\/10$/);
});
