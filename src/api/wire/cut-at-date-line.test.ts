// Proves: exported geofences do not run over the date line, hold the same places as before, holes and all, and can be imported again as what they
// were: for any ring, however often it comes back to the line.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Geofence, GeofenceGeometry, Position } from '../../model/geofence.js';
import { unwrapPolygons } from '../../streams/track/unwrap-rings.js';
import { drawGeofence } from '../geofence-shape.js';
import { cutAtDateLine } from './cut-at-date-line.js';
import { geofenceBody } from './geofence.js';

const properties = { name: 'f', on: ['enter'], radius_m: null, width_m: null };
const fenceOf = (geometry: unknown): Geofence => {
  const drawing = drawGeofence('f', geofenceBody.parse({ type: 'Feature', geometry, properties }), 'Europe/Berlin');
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
};

const wrapped = (lon: number): number => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);
const polygonsOf = (geometry: GeofenceGeometry): readonly (readonly (readonly Position[])[])[] => {
  if (geometry.type === 'Polygon') return [geometry.coordinates];
  if (geometry.type === 'MultiPolygon') return geometry.coordinates;
  throw new Error(geometry.type);
};

/** By the even-odd rule over all rings, with every longitude next to 180. */
const holds = (geometry: GeofenceGeometry, [x, y]: Position): boolean => {
  let inside = false;
  for (const ring of polygonsOf(geometry).flat()) {
    const flat = ring.map(([lon, lat]): Position => [lon < 0 ? lon + 360 : lon, lat]);
    for (let i = 1; i < flat.length; i++) {
      const [x1, y1] = flat[i - 1]!;
      const [x2, y2] = flat[i]!;
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    }
  }
  return inside;
};

/** As receivers and drawing tools tell places: a tenth of a metre. */
const toMicro = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

/** A star with a hole of its own form, near the line: rays of any length, so that it crosses the line again and again. */
const anyStar = fc
  .record({
    lon: fc.double({ min: 170, max: 190, noNaN: true }),
    lat: fc.double({ min: -60, max: 60, noNaN: true }),
    rays: fc.array(fc.double({ min: 0.5, max: 12, noNaN: true }), { minLength: 3, maxLength: 24 }),
    hole: fc.boolean(),
  })
  .map(({ lon, lat, rays, hole }) => {
    const ring = (part: number): Position[] =>
      [...rays, rays[0]!].map((ray, n) => {
        const angle = (2 * Math.PI * (n % rays.length)) / rays.length;
        return [wrapped(toMicro(lon + part * ray * Math.cos(angle))), toMicro(lat + part * ray * Math.sin(angle))];
      });
    return { centre: [lon, lat] as Position, coordinates: hole ? [ring(1), ring(0.5)] : [ring(1)] };
  });

describe('a geofence at the date line', () => {
  test('is cut into parts that hold the same places, on their side of it, and is the same fence when it is imported', () => {
    fc.assert(
      fc.property(
        anyStar,
        fc.array(fc.tuple(fc.double({ min: -13, max: 13, noNaN: true }), fc.double({ min: -13, max: 13, noNaN: true })), {
          minLength: 20,
          maxLength: 20,
        }),
        ({ centre, coordinates }, steps) => {
          const before = fenceOf({ type: 'Polygon', coordinates });
          const { geometry } = cutAtDateLine(before);
          for (const ring of polygonsOf(geometry).flat()) {
            expect(ring.at(-1)).toEqual(ring[0]);
            const longitudes = ring.map(([lon]) => lon);
            expect(
              longitudes.filter((lon, i) => Math.abs(lon) > 180 || (i > 0 && Math.abs(lon - longitudes[i - 1]!) >= 180)),
            ).toEqual([]);
          }
          for (const [dx, dy] of steps) {
            const place: Position = [centre[0] + dx, centre[1] + dy];
            // On the line itself either side may have it.
            if (Math.abs(place[0] - 180) > 1e-6) expect(holds(geometry, place)).toBe(holds(before.geometry, place));
          }
          const again = fenceOf(geometry).geometry;
          const length = (shape: GeofenceGeometry): number =>
            unwrapPolygons(polygonsOf(shape)).reduce(
              (sum, line) =>
                sum + line.slice(1).reduce((all, [x, y], n) => all + Math.hypot(x - line[n]![0], y - line[n]![1]), 0),
              0,
            );
          // The same border to walk along: the side on the line is none.
          expect(length(again)).toBeCloseTo(length(before.geometry), 5);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('as it is told in the RFC', () => {
    const ring = [
      [170, 40],
      [-170, 40],
      [-170, 50],
      [170, 50],
      [170, 40],
    ];
    expect(cutAtDateLine(fenceOf({ type: 'Polygon', coordinates: [ring] })).geometry).toEqual({
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [180, 50],
            [170, 50],
            [170, 40],
            [180, 40],
            [180, 50],
          ],
        ],
        [
          [
            [-180, 40],
            [-170, 40],
            [-170, 50],
            [-180, 50],
            [-180, 40],
          ],
        ],
      ],
    });
  });

  test.each([
    [
      'away from it',
      [
        [8, 47],
        [9, 47],
        [9, 48],
        [8, 47],
      ],
    ],
    [
      'with a side on it',
      [
        [170, 47],
        [180, 47],
        [180, 48],
        [170, 47],
      ],
    ],
  ])('%s is what it was', (_, ring) => {
    const fence = fenceOf({ type: 'Polygon', coordinates: [ring] });
    expect(cutAtDateLine(fence)).toEqual(fence);
  });

  test('with a side on it that is called -180 has it on its own side', () => {
    const ring = [
      [170, 47],
      [-180, 47],
      [-180, 48],
      [170, 47],
    ];
    expect(cutAtDateLine(fenceOf({ type: 'Polygon', coordinates: [ring] })).geometry).toEqual({
      type: 'Polygon',
      coordinates: [
        [
          [170, 47],
          [180, 47],
          [180, 48],
          [170, 47],
        ],
      ],
    });
  });
});
