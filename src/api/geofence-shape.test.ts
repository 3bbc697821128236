// Proves: what is harmless in a drawn fence is put right, what cannot be meant is refused with its place.
import { describe, expect, test } from '@jest/globals';
import type { Geofence } from '../model/geofence.js';
import { drawGeofence, geofenceOf } from './geofence-shape.js';
import { ApiProblem } from './http/problem.js';
import { geofenceBody } from './wire/geofence.js';

const fence = (geometry: unknown, properties: object = {}) =>
  drawn(
    drawGeofence(
      'f',
      geofenceBody.parse({ type: 'Feature', geometry, properties: { name: 'Yard', ...properties } }),
      'Europe/Berlin',
    ),
  );

const drawn = (drawing: Generator<void, Geofence>): Geofence => {
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
};

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

const moved = (ring: readonly number[][], east: number): number[][] => ring.map(([lon, lat]) => [lon! + east, lat!]);
const shrunk = (ring: readonly number[][]): number[][] =>
  ring.map(([lon, lat]) => [(lon! - 0.5) / 2 + 0.5, (lat! - 0.5) / 2 + 0.5]);

describe('taken', () => {
  test('a ring over the date line, with its hole, as it was sent', () => {
    const east = (ring: readonly number[][]) => ring.map(([lon, lat]) => [lon! + 179.5 > 180 ? lon! - 180.5 : lon! + 179.5, lat]);
    const coordinates = [east(square), east(hole)];
    expect(fence({ type: 'Polygon', coordinates }).geometry.coordinates).toEqual(coordinates);
  });

  test('a hole that begins on the other side of the date line than its ring', () => {
    const ring = [
      [179, 0],
      [-179, 0],
      [-179, 1],
      [179, 1],
      [179, 0],
    ];
    const small = [
      [-179.5, 0.2],
      [179.5, 0.2],
      [179.5, 0.8],
      [-179.5, 0.8],
      [-179.5, 0.2],
    ];
    for (const coordinates of [
      [ring, small.toReversed()],
      [[ring[1]!, ...ring.slice(2), ring[1]!], [...small.slice(1), small[1]!].toReversed()],
    ])
      expect(refusal({ type: 'Polygon', coordinates })).toBeUndefined();
  });

  test('an island in a hole, and parts that share a side', () => {
    for (const coordinates of [
      [[square, hole], [shrunk(hole).toReversed()]],
      [[square], [moved(square, 1)]],
    ])
      expect(fence({ type: 'MultiPolygon', coordinates }).geometry.coordinates).toEqual(coordinates);
  });

  test('a coast of 10,000 positions; one crossing in it is found', () => {
    const coast = Array.from({ length: 9_999 }, (_, i) => {
      const angle = (i / 9_999) * 2 * Math.PI;
      const radius = 1 + 0.0003 * Math.sin(i);
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
    coast.push(coast[0]!);
    expect(fence({ type: 'Polygon', coordinates: [coast] }).geometry.coordinates).toEqual([coast]);
    [coast[5_000], coast[5_007]] = [coast[5_007]!, coast[5_000]!];
    expect(refusal({ type: 'Polygon', coordinates: [coast] })?.message).toMatch(/crosses itself: side \d+ and side \d+/);
  });
});

test('a ring whose sides all lie over each other is refused in no time that others would notice', () => {
  const star = Array.from({ length: 9_998 }, (_, i) => {
    const angle = (i / 9_998) * 2 * Math.PI;
    const radius = i % 2 ? 1 : 0.2;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  const began = process.cpuUsage();
  expect(refusal({ type: 'Polygon', coordinates: [star] })).toMatchObject({ said: [{ code: 'sides_too_close' }] });
  expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
});

test('parts that are the same, or lie in one another with a side in common, would count as in none, and are refused', () => {
  const [[west, south], , [east, north]] = square as [number[], number[], number[]];
  const half = [
    [west, south],
    [(west! + east!) / 2, south],
    [(west! + east!) / 2, north],
    [west, north],
    [west, south],
  ];
  for (const coordinates of [
    [[square], [square]],
    [[square], [half]],
    [[half], [square]],
    [
      [square, hole],
      [square, hole],
    ],
  ])
    expect(refusal({ type: 'MultiPolygon', coordinates })?.message).toMatch(/lies within/);
  // What fills a hole to its border is no part of the other.
  expect(refusal({ type: 'MultiPolygon', coordinates: [[square, hole], [hole.toReversed()]] })).toBeUndefined();
});

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
    ['geometry.coordinates[1]', 'outside', { type: 'Polygon', coordinates: [square, moved(hole, 5)] }, {}],
    ['geometry.coordinates', 'side 3 of ring 0 crosses', { type: 'Polygon', coordinates: [square, moved(hole, -0.5)] }, {}],
    ['geometry.coordinates[1]', 'within another', { type: 'Polygon', coordinates: [square, shrunk(hole), hole] }, {}],
    [
      'geometry.coordinates[1]',
      'overlaps',
      { type: 'MultiPolygon', coordinates: [[square], [moved(square, 0.5).map(([lon, lat]) => [lon!, lat! + 0.5])]] },
      {},
    ],
    ['geometry.coordinates[1]', 'lies within', { type: 'MultiPolygon', coordinates: [[square], [hole]] }, {}],
    [
      'geometry.coordinates[0]',
      'around a pole',
      { type: 'Polygon', coordinates: [[-180, -90, 0, 90, 180].map(lon => [lon, 80])] },
      {},
    ],
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
    expect(refusal(geometry, properties)).toEqual({
      field,
      message: expect.stringContaining(message),
      said: [
        {
          code: expect.any(String),
          ...(message.includes('crosses') && { first: expect.any(Number), second: expect.any(Number) }),
        },
      ],
    });
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

test('many positions are looked at in turns, whatever their sides do, and others are asked after each', async () => {
  const star = Array.from({ length: 9_998 }, (_, i) => {
    const angle = (i / 9_998) * 2 * Math.PI;
    const radius = i % 2 ? 0.13 : 0.1;
    return [13 + radius * Math.cos(angle), 52 + radius * Math.sin(angle)];
  });
  const body = geofenceBody.parse({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [[...star, star[0]]] },
    properties: { name: 'S' },
  });
  let asked = 0;
  let waited = 0;
  const giveWay = () => {
    if (++asked % 100 !== 0) return undefined;
    return new Promise<void>(resolve => {
      waited++;
      setImmediate(resolve);
    });
  };
  expect((await geofenceOf('f', body, 'UTC', giveWay)).geometry.coordinates).toHaveLength(1);
  expect(asked).toBeGreaterThan(300);
  expect(waited).toBe(Math.floor(asked / 100));
});
