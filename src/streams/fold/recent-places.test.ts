// Proves: places of records in steps answer as two plain lists of times and offsets do, whatever the steps, and survive JSON.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addPlace, oldestPlace, placeBefore, type RecentPlaces } from './recent-places.js';

/** Two lists, cut to 32 when there are 41. */
class PlainLists {
  at: number[] = [];
  offset: number[] = [];

  add(at: number, offset: number): void {
    if (this.offset.at(-1) === offset) return;
    this.at.push(at);
    this.offset.push(offset);
    if (this.at.length < 41) return;
    this.at = this.at.slice(-32);
    this.offset = this.offset.slice(-32);
  }

  before(at: number): number | undefined {
    return this.offset[this.at.findLastIndex(time => time <= at)] ?? this.offset[0];
  }
}

const step = fc.record({
  time: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 999, 1_000) }, fc.nat(2 ** 26 + 5), fc.nat(40 * 86_400_000)),
  // Late readings are folded in order of time: their records stand anywhere.
  way: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) }, fc.integer({ min: -(2 ** 28), max: 2 ** 28 })),
});

test('the same record is found as in plain lists', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }), fc.nat(), (steps, ask) => {
      let places: RecentPlaces = [];
      const plain = new PlainLists();
      let at = 1_767_600_000_000;
      let offset = 2 ** 30;
      expect(placeBefore(places, at)).toBeUndefined();
      for (const [i, { time, way }] of steps.entries()) {
        at += time;
        offset += way;
        addPlace(places, at, offset);
        plain.add(at, offset);
        if (i % 20 === ask % 20) places = JSON.parse(JSON.stringify(places)) as RecentPlaces;
        const [first, last] = [plain.at[0]!, plain.at.at(-1)!];
        for (const asked of [first - 1, first, last, last + 1, first + (ask % (last - first + 1))])
          expect(placeBefore(places, asked)).toBe(plain.before(asked));
        expect(oldestPlace(places)).toBe(plain.offset[0]);
      }
    }),
  );
});
