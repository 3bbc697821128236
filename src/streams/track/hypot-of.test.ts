// Proves: the length of a force is that of Math.hypot to the last bit, also of numbers that are tiny, huge, zero, or none.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hypotOf } from './hypot-of.js';

test('the same as Math.hypot, bit for bit', () => {
  const force = fc.double({ min: -80, max: 80 });
  fc.assert(
    fc.property(force, force, force, (x, y, z) => expect(hypotOf(x, y, z)).toBe(Math.hypot(x, y, z))),
    { numRuns: 5_000 },
  );
  fc.assert(fc.property(fc.double(), fc.double(), fc.double(), (x, y, z) => expect(hypotOf(x, y, z)).toBe(Math.hypot(x, y, z))));
});

test('where there is nothing', () => {
  expect(hypotOf(0, -0, 0)).toBe(0);
  expect(hypotOf(3, 0, -4)).toBe(5);
});
