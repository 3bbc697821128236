// Proves: a point comes back from its three numbers as it went in, to a step of each scale, and what is out of range comes back as not told.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyPoint } from '../../../tests/harness/any-point.js';
import {
  ACCELERATION,
  codeOf,
  elapsedAt,
  HEADING,
  LAT,
  LON,
  type PointCodes,
  RPM,
  readPoint,
  SPEED,
  THROTTLE,
  valueOfCode,
  writePoint,
} from './pack-point.js';

const blank = (): PointCodes => ({ elapsed: 0, speed: 0, acceleration: 0, lat: 0, heading: 0, throttle: 0, lon: 0, rpm: 0 });

describe('a packed point', () => {
  test('comes back with every code, through JSON too', () => {
    fc.assert(
      fc.property(fc.array(anyPoint, { minLength: 1, maxLength: 4 }), written => {
        const points: number[] = [];
        for (const point of written) writePoint(points, points.length, point);
        const kept = JSON.parse(JSON.stringify(points)) as number[];
        expect(written.map((_, i) => readPoint(kept, i * 3, blank()))).toEqual(written);
        expect(written.map((_, i) => elapsedAt(kept, i * 3))).toEqual(written.map(({ elapsed }) => elapsed));
      }),
    );
  });

  test.each([
    ['a latitude', LAT, 55.289266],
    ['the south pole', LAT, -90],
    ['the north pole', LAT, 90],
    ['a longitude', LON, -179.9999999],
    ['the date line', LON, 180],
    ['a speed', SPEED, 250],
    ['a heading', HEADING, 359.9],
    ['idling', RPM, 812.25],
    ['full throttle', THROTTLE, 100],
    ['a crash', ACCELERATION, -79.99],
  ])('keeps %s', (_name, scale, value) => {
    expect(valueOfCode(codeOf(value, scale), scale)).toBe(value);
  });

  test.each([undefined, Number.NaN, Infinity, -Infinity, -1e300, 1e300, -1, 16_383.75])('takes %s rpm as not told', value => {
    expect(valueOfCode(codeOf(value, RPM), RPM)).toBeNull();
  });
});
