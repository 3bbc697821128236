// Proves: the order of readings is total and does not depend on how they arrived; equal ones, and only those, are the same event; how a
// device orders its keys makes no new event.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { emptyReading, type Reading } from '../../model/reading.js';
import { compareReadings, isSameEvent, placeOf, sortReadings } from './reading-order.js';

let offset = 0;
const reading = (at: number, device: string, seq: number | undefined, source: unknown): Reading => ({
  ...emptyReading(at, at, device, ++offset, 0),
  seq,
  source,
});

const anyReading = fc
  .tuple(
    fc.nat(2),
    fc.constantFrom('a', 'b', 'B'),
    fc.option(fc.integer({ min: -1, max: 2 }), { nil: undefined }),
    fc.constantFrom({ x: 1 }, { x: 2 }, { y: 1 }, 'text', null, [1, 2], { big: 1n }),
  )
  .map(([at, device, seq, source]) => reading(at, device, seq, source));

test('a total order: antisymmetric and transitive, and zero exactly for the same event', () => {
  fc.assert(
    fc.property(anyReading, anyReading, anyReading, (a, b, c) => {
      expect(Math.sign(compareReadings(a, b))).toBe(-Math.sign(compareReadings(b, a)) + 0);
      if (compareReadings(a, b) <= 0 && compareReadings(b, c) <= 0) expect(compareReadings(a, c)).toBeLessThanOrEqual(0);
      expect(compareReadings(a, b) === 0).toBe(isSameEvent(a, b));
    }),
    { numRuns: 2_000 },
  );
});

test('sorted the same from any arrival, the first to arrive before what equals it', () => {
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (readings, random) => {
      const shuffled = readings
        .map(value => ({ value, by: random.next().value as number }))
        .sort((a, b) => a.by - b.by)
        .map(({ value }) => value);
      const sorted = sortReadings([...readings]);
      expect(sortReadings(shuffled)).toEqual(sorted);
      for (let i = 1; i < sorted.length; i++) {
        if (isSameEvent(sorted[i - 1]!, sorted[i]!)) expect(sorted[i - 1]!.offset).toBeLessThan(sorted[i]!.offset);
      }
    }),
  );
});

test('the place of a reading is where its equal stands, if there is one', () => {
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 30 }), anyReading, (readings, wanted) => {
      const sorted = sortReadings([...readings]);
      const found = sorted[placeOf(sorted, wanted)];
      const known = readings.some(other => isSameEvent(other, wanted));
      expect(found !== undefined && isSameEvent(found, wanted)).toBe(known);
    }),
  );
});

test('keys in another order, deep down too, are the same content', () => {
  const a = reading(1, 'd', undefined, { ts: 1, gps: { lat: 1, lon: 2 }, list: [{ p: 1, q: 2 }] });
  const b = reading(1, 'd', undefined, { list: [{ q: 2, p: 1 }], gps: { lon: 2, lat: 1 }, ts: 1 });
  const c = reading(1, 'd', undefined, { ts: 1, gps: { lat: 1, lon: 2 }, list: [{ p: 2, q: 2 }] });
  expect(isSameEvent(a, b)).toBe(true);
  expect(isSameEvent(a, c)).toBe(false);
});

test('with a seq, that alone tells; a known seq at another time is new', () => {
  expect(isSameEvent(reading(1, 'd', 7, { x: 1 }), reading(1, 'd', 7, { x: 2 }))).toBe(true);
  expect(isSameEvent(reading(1, 'd', 7, { x: 1 }), reading(2, 'd', 7, { x: 1 }))).toBe(false);
  expect(isSameEvent(reading(1, 'd', 7, { x: 1 }), reading(1, 'e', 7, { x: 1 }))).toBe(false);
  expect(isSameEvent(reading(1, 'd', undefined, { x: 1 }), reading(1, 'd', 7, { x: 1 }))).toBe(false);
});
