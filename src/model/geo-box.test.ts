// Proves: a line touches a box exactly where one of its points lies in it, however small the box and however far apart the ends.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crossesBox, type GeoBox, isInBox } from './geo-box.js';

const town: GeoBox = { west: 8, south: 50, east: 8.1, north: 50.1 };

test.each([
  ['through the middle', [49.9, 8.05, 50.2, 8.05], true],
  ['past a corner', [50.05, 7.9, 50.16, 8.02], false],
  ['over a corner', [50.05, 7.98, 50.12, 8.03], true],
  ['beside it', [49.9, 8.11, 50.2, 8.11], false],
  ['a point inside', [50.05, 8.05, 50.05, 8.05], true],
  ['towards it, and not as far', [49.8, 8.05, 49.95, 8.05], false],
] as const)('%s', (_name, [latA, lonA, latB, lonB], touches) => {
  expect(crossesBox(town, latA, lonA, latB, lonB)).toBe(touches);
  expect(crossesBox(town, latB, lonB, latA, lonA)).toBe(touches);
});

test('a box over the date line holds both sides of it', () => {
  const fiji: GeoBox = { west: 177, south: -20, east: -178, north: -15 };
  expect([179.9, -179.9, 0, 176, -177].map(lon => isInBox(fiji, -18, lon))).toEqual([true, true, false, false, false]);
});

test('agrees with looking at many points of the line', () => {
  const place = fc.integer({ min: -40, max: 40 });
  fc.assert(
    fc.property(place, place, place, place, (a, b, c, d) => {
      const box: GeoBox = { west: -10, south: -10, east: 10, north: 10 };
      const points = Array.from({ length: 2_001 }, (_, n) => [a + ((c - a) * n) / 2_000, b + ((d - b) * n) / 2_000] as const);
      // A line that only grazes a corner may have none of its sampled points in the box: it may not be the other way round.
      const sampled = points.some(([lat, lon]) => isInBox(box, lat, lon));
      const wider = { west: -10.1, south: -10.1, east: 10.1, north: 10.1 };
      const nearly = points.some(([lat, lon]) => isInBox(wider, lat, lon));
      const crosses = crossesBox(box, a, b, c, d);
      return sampled ? crosses : !crosses || nearly;
    }),
  );
});
