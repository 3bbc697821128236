// Proves: whatever is pushed and taken in between, what is due comes out, earliest first, and nothing that is not.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DeadlineHeap } from './deadline-heap.js';

test('agrees with a sorted array', () => {
  const step = fc.oneof(fc.record({ push: fc.nat(50) }), fc.record({ popDue: fc.nat(60) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const heap = new DeadlineHeap<number>();
      let sorted: number[] = [];
      for (const each of steps) {
        if ('push' in each) {
          heap.push(each.push, each.push);
          sorted = [...sorted, each.push].sort((a, b) => a - b);
        } else {
          const wanted = sorted[0] !== undefined && sorted[0] <= each.popDue ? sorted.shift() : undefined;
          expect(heap.popDue(each.popDue)).toBe(wanted);
        }
        expect(heap.size).toBe(sorted.length);
      }
      for (const wanted of sorted) expect(heap.popDue(Number.MAX_SAFE_INTEGER)).toBe(wanted);
      expect(heap.popDue(Number.MAX_SAFE_INTEGER)).toBeUndefined();
    }),
  );
});
