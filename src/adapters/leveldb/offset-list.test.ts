// Proves: whatever ascending offsets go in, the same come out between any two bounds, from memory and from bytes.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { OffsetList } from './offset-list.js';

const offsets = fc.uniqueArray(fc.oneof(fc.nat(300), fc.maxSafeNat()), { maxLength: 60 }).map(list => list.sort((a, b) => a - b));

test('holds what was pushed', () => {
  fc.assert(
    fc.property(offsets, fc.maxSafeNat(), fc.maxSafeNat(), (all, from, to) => {
      const list = new OffsetList();
      for (const offset of all) list.push(offset);
      const stored = OffsetList.fromBytes(list.toBytes());
      for (const [low, high] of [
        [from, to],
        [0, Number.MAX_SAFE_INTEGER],
        [all[1] ?? 0, all.at(-2) ?? 0],
      ] as const) {
        const wanted = all.filter(offset => offset >= low && offset <= high);
        expect(list.between(low, high)).toEqual(wanted);
        expect(stored.between(low, high)).toEqual(wanted);
      }
      expect(list).toHaveLength(all.length);
    }),
  );
});
