// Proves: waits double from the least to the most, jitter only lengthens them and within its bound, old restarts are forgotten, and one
// restart more than the policy allows is told as "enough".
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Backoff } from './backoff.js';

const policy = { minBackoff: 100, maxBackoff: 1_000, jitter: 0.2, maxRestarts: 6, within: 60_000 };
const chance = (fraction: number) => ({ fraction: () => fraction });

test('waits double up to the most, then it is enough', () => {
  const backoff = new Backoff(policy, chance(0));
  const waits = Array.from({ length: 7 }, (_, i) => backoff.next(i));
  expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000, undefined]);
});

test('who has been well for the whole window starts anew', () => {
  const backoff = new Backoff(policy, chance(0));
  for (let i = 0; i < 6; i++) backoff.next(0);
  expect(backoff.next(59_999)).toBeUndefined();
  expect(backoff.next(60_000)).toBe(100);
});

test('every wait lies between the doubled least and that with all of its jitter', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 5 }), (fraction, before) => {
      const backoff = new Backoff(policy, chance(fraction));
      for (let i = 0; i < before; i++) backoff.next(0);
      const wait = backoff.next(0)!;
      const plain = Math.min(1_000, 100 * 2 ** before);
      expect(wait).toBeGreaterThanOrEqual(plain);
      expect(wait).toBeLessThan(plain * 1.2);
    }),
  );
});
