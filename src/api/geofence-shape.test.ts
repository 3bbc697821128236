// Proves: what is harmless in a drawn fence is put right, what cannot be meant is refused with its place.
import { describe, expect, test } from '@jest/globals';
import { geofenceOf } from './geofence-shape.js';
import { ApiProblem } from './http/problem.js';
import { geofenceBody } from './wire/geofence.js';

const fence = (geometry: unknown, properties: object = {}) =>
  geofenceOf(
    'f',
    geofenceBody.parse({ type: 'Feature', geometry, properties: { name: 'Yard', ...properties } }),
    'Europe/Berlin',
  );

const refusal = (geometry: unknown, properties?: object) => {
  try {
    fence(geometry, properties);
  } catch (error) {
    if (error instanceof ApiProblem) return error.errors[0];
    throw error;
  }
  return undefined;
};

const square = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [0, 0],
];
const hole = [
  [0.2, 0.2],
  [0.2, 0.8],
  [0.8, 0.8],
  [0.8, 0.2],
  [0.2, 0.2],
];

describe('put right', () => {
  test('a ring left open is closed', () => {
    expect(fence({ type: 'Polygon', coordinates: [square.slice(0, 4)] }).geometry.coordinates).toEqual([square]);
  });

  test('winding is turned: outer counter-clockwise, holes clockwise', () => {
    const turned = fence({ type: 'Polygon', coordinates: [square.toReversed(), hole.toReversed()] });
    expect(turned.geometry.coordinates).toEqual([square, hole]);
  });

  test('repeated positions and altitudes go', () => {
    const clumsy = [
      [0, 0, 12],
      [0, 0],
      [1, 0],
      [1, 1],
      [1, 1],
      [0, 1],
      [0, 0],
    ];
    expect(fence({ type: 'Polygon', coordinates: [clumsy] }).geometry.coordinates).toEqual([square]);
  });

  test('what is not said gets its default', () => {
    expect(fence({ type: 'Point', coordinates: [8, 47] }, { radius_m: 50 }).properties).toMatchObject({
      on: ['enter', 'exit'],
      groups: [],
    });
  });
});

describe('refused', () => {
  test.each([
    [
      'geometry.coordinates[0]',
      'at least 4',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      {},
    ],
    [
      'geometry.coordinates[0]',
      'crosses itself',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [1, 0],
            [0, 1],
            [0, 0],
          ],
        ],
      },
      {},
    ],
    [
      'geometry.coordinates[0]',
      'encloses nothing',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [2, 0],
            [0, 0],
          ],
        ],
      },
      {},
    ],
    ['geometry.coordinates[1][0]', 'at least 4', { type: 'MultiPolygon', coordinates: [[square], [[[0, 0]]]] }, {}],
    ['properties.radius_m', 'needs a radius', { type: 'Point', coordinates: [8, 47] }, {}],
    [
      'properties.width_m',
      'needs a width',
      {
        type: 'LineString',
        coordinates: [
          [8, 47],
          [9, 47],
        ],
      },
      {},
    ],
    ['properties.dwell_s', 'how many seconds', { type: 'Polygon', coordinates: [square] }, { on: ['dwell'] }],
  ])('%s: %s', (field, message, geometry, properties) => {
    expect(refusal(geometry, properties)).toEqual({ field, message: expect.stringContaining(message) });
  });

  test('latitude first is noticed where it can be', () => {
    const parsed = geofenceBody.safeParse({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [47, 100] },
      properties: { name: 'x' },
    });
    expect(parsed.error?.issues[0]).toMatchObject({
      path: ['geometry', 'coordinates'],
      message: expect.stringContaining('longitude'),
    });
  });
});
