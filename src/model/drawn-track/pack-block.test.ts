// Proves: points come back from their text as they went in, block by block, whatever is told or not, and through JSON; and a drive takes half of what it took.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyPoint } from '../../../tests/harness/any-point.js';
import { BLOCK, eachPacked, packBlock } from './pack-block.js';
import {
  ACCELERATION,
  HEADING,
  LAT,
  LON,
  MOST_ELAPSED,
  NUMBERS_PER_POINT,
  type PointCodes,
  RPM,
  SPEED,
  THROTTLE,
  writePoint,
} from './pack-point.js';

const packed = (points: readonly PointCodes[]): string => {
  const known = [0, 0, 0];
  let text = '';
  for (let at = 0; at < points.length; at += BLOCK) {
    const numbers: number[] = [];
    for (const point of points.slice(at, at + BLOCK)) writePoint(numbers, numbers.length, point);
    text = packBlock(text, known, numbers, 0);
  }
  return text;
};

const unpacked = (text: string): PointCodes[] => {
  const points: PointCodes[] = [];
  eachPacked(text, point => points.push({ ...point }));
  return points;
};

describe('a block of points', () => {
  test('comes back with every code of every point, as does all before it', () => {
    const blocks = fc.integer({ min: 1, max: 5 }).chain(n => fc.array(anyPoint, { minLength: n * BLOCK, maxLength: n * BLOCK }));
    fc.assert(
      fc.property(blocks, points => {
        const text = packed(points);
        // No sign that JSON writes as two, nor one of two bytes.
        expect(JSON.stringify(text)).toBe(`"${text}"`);
        expect(text).toMatch(/^[\x21-\x7e]*$/);
        expect(unpacked(text)).toEqual(points);
      }),
    );
  });

  test('comes back where the text is longer than any before', () => {
    const wild = (i: number): PointCodes => ({
      elapsed: (i * 7_919_317) % MOST_ELAPSED,
      speed: (i * 2_659) % SPEED.codes,
      acceleration: (i * 9_973) % ACCELERATION.codes,
      lat: (i * 1_299_709_357) % LAT.codes,
      heading: (i * 1_999) % HEADING.codes,
      throttle: (i * 773) % THROTTLE.codes,
      lon: (i * 2_750_159_341) % LON.codes,
      rpm: (i * 31_337) % RPM.codes,
    });
    const points = Array.from({ length: 100 * BLOCK }, (_, i) => wild(i));
    expect(packed(points).length).toBeGreaterThan(16_384);
    expect(unpacked(packed(points))).toEqual(points);
  });

  test('of a drive at 1 Hz takes half of the bytes that its numbers take', () => {
    const points = Array.from({ length: 10 * BLOCK }, (_, i) => ({
      elapsed: i * 1_000,
      speed: 500 + Math.round(80 * Math.sin(i / 3)),
      acceleration: 8_000 + Math.round(100 * Math.cos(i / 3)),
      lat: 1_400_000_000 + i * 1_250 + ((i * 37) % 50),
      heading: 900 + ((i * 13) % 30),
      throttle: 200 + ((i * 29) % 90),
      lon: 1_900_000_000 + i * 900 + ((i * 53) % 50),
      rpm: 8_000 + ((i * 97) % 500),
    }));
    expect(packed(points).length).toBeLessThan((points.length * NUMBERS_PER_POINT * 8) / 2);
  });
});
