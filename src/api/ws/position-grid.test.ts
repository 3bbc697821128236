// Proves: what a viewer of a box is told, by cells and shared chunks, is what looking at every vehicle would tell, wherever the box and the vehicles are.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LivePosition } from '../../model/live-state.js';
import { type Box, within } from './box.js';
import { PositionGrid } from './position-grid.js';

const at = (vehicle: string, lat: number | undefined, lon: number | undefined): LivePosition => ({
  ...{ vehicle, at: 0, lat, lon, speed: 1, heading: 1, status: 'driving', driver: null, trip: null, openAlerts: 0 },
});

/** On and around borders of cells, over the date line and at the poles; to a ten-millionth of a degree, a centimetre. */
const latitude = fc.oneof(
  fc.integer({ min: -90e7, max: 90e7 }).map(n => n / 1e7),
  fc.integer({ min: 872, max: 888 }).map(n => n / 16),
);
const longitude = fc.oneof(
  fc.integer({ min: -180e7, max: 180e7 }).map(n => n / 1e7),
  fc.integer({ min: 50, max: 60 }).map(n => n / 16),
  fc.constantFrom(-180, 180, -179.99, 179.99),
);
const place = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(latitude, longitude) },
  { weight: 1, arbitrary: fc.constant([undefined, undefined] as const) },
);
const box = fc
  .tuple(longitude, latitude, longitude, latitude)
  .map(([west, a, east, b]): Box => [west, Math.min(a, b), east, Math.max(a, b)]);
const step = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 30 }).map(n => `v-${n}`),
    place,
  ),
  { maxLength: 40 },
);

const sorted = (vehicles: Iterable<string>): string[] => [...vehicles].sort();

describe('a grid of positions', () => {
  test('tells of any box what changed in it, what left it and what is in it', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.array(box, { minLength: 1, maxLength: 4 }),
        (steps, boxes) => {
          const grid = new PositionGrid();
          const known = new Map<string, LivePosition>();
          grid.reset([]);
          for (const changes of steps) {
            const before = new Map(known);
            const now = new Map(changes.map(([vehicle, [lat, lon]]) => [vehicle, at(vehicle, lat, lon)]));
            grid.begin();
            for (const position of now.values()) {
              grid.take(position);
              known.set(position.vehicle, position);
            }
            expect(sorted(grid.all().flatMap(({ changes: all }) => all.map(({ vehicle }) => vehicle)))).toEqual(
              sorted(now.keys()),
            );
            for (const one of boxes) {
              const holds = (position: LivePosition | undefined) => within(one, position?.lat, position?.lon);
              const told: string[] = [];
              const texts: string[] = [];
              grid.inside(
                one,
                chunk => {
                  told.push(...chunk.changes.map(({ vehicle }) => vehicle));
                  texts.push(chunk.text);
                },
                change => {
                  told.push(change.vehicle);
                  texts.push(change.text);
                },
              );
              expect(sorted(told)).toEqual(sorted([...now.values()].filter(holds).map(({ vehicle }) => vehicle)));
              const sent = JSON.parse(`[${texts.join(',')}]`) as { vehicle: string; lat: number }[];
              expect(sent.map(({ vehicle }) => vehicle)).toEqual(told);
              for (const { vehicle, lat } of sent) expect(lat).toBe(now.get(vehicle)!.lat === 0 ? 0 : now.get(vehicle)!.lat);
              const left = [...now.values()].filter(position => holds(before.get(position.vehicle)) && !holds(position));
              expect(sorted(grid.left(one).map(({ vehicle }) => vehicle))).toEqual(sorted(left.map(({ vehicle }) => vehicle)));
              expect(sorted(grid.members(one))).toEqual(sorted([...known.values()].filter(holds).map(({ vehicle }) => vehicle)));
            }
          }
        },
      ),
    );
  });

  test('a whole cell in two boxes is written once', () => {
    const grid = new PositionGrid();
    grid.reset([]);
    grid.begin();
    for (let n = 0; n < 50; n++) grid.take(at(`v-${n}`, 55.01 + n * 1e-4, 3.01));
    const chunksOf = (one: Box): object[] => {
      const chunks: object[] = [];
      grid.inside(
        one,
        chunk => chunks.push(chunk),
        () => {},
      );
      return chunks;
    };
    const [first] = chunksOf([2, 54, 4, 56]);
    expect(chunksOf([3, 55, 3.1, 55.1])).toEqual([first]);
    expect(chunksOf([3, 55, 3.1, 55.1])[0]).toBe(first);
  });

  test('keeps no cell that nobody is in', () => {
    const grid = new PositionGrid();
    grid.reset([]);
    for (let n = 0; n < 1_000; n++) {
      grid.begin();
      grid.take(at('v-1', 55, n / 10 - 50));
    }
    expect(grid.size).toEqual({ vehicles: 1, cells: 2 });
  });
});
