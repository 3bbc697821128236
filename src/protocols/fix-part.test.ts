// Proves: positions whose halves are two messages never zig-zag, and none is lost where only one half changes.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../model/reading.js';
import { type FixPart, joinFix, noFixParts } from './fix-part.js';

const places = (...said: (readonly [at_s: number, part: FixPart])[]): (readonly [number, number] | undefined)[] => {
  const memory = noFixParts();
  return said.map(([at_s, part]) => {
    const fix: Fix | undefined = joinFix(memory, part, at_s * 1_000);
    return fix && [fix.lat, fix.lon];
  });
};

describe('joinFix', () => {
  test('two halves make one position, in either order', () => {
    expect(places([0, { lat: 1 }], [0.2, { lon: 2 }], [5, { lon: 3 }], [5.1, { lat: 4 }])).toEqual([
      undefined,
      [1, 2],
      undefined,
      [4, 3],
    ]);
  });

  test('a vehicle that goes due north sends latitudes only', () => {
    const north = places([0, { lat: 1 }], [0, { lon: 2 }], [1, { lat: 1.1 }], [2, { lat: 1.2 }], [3, { lat: 1.3 }]);
    expect(north).toEqual([undefined, [1, 2], undefined, [1.1, 2], [1.2, 2]]);
  });

  test('halves that are far apart are of two positions', () => {
    expect(places([0, { lat: 1 }], [0, { lon: 2 }], [10, { lat: 1.5 }], [20, { lon: 3 }])).toEqual([
      undefined,
      [1, 2],
      undefined,
      [1.5, 2],
    ]);
  });

  test('without a fix nothing comes of it, and what came before is not used later', () => {
    expect(places([0, { locked: false }], [0, { lat: 1 }], [0, { lon: 2 }])).toEqual([undefined, undefined, undefined]);
    expect(places([0, { sats: 0 }], [0, { lat: 1 }], [0, { lon: 2 }])).toEqual([undefined, undefined, undefined]);
    expect(places([0, { lat: 1 }], [1, { locked: false }], [1, { locked: true }], [1.5, { lon: 2 }])[3]).toBeUndefined();
  });

  test('speed by the receiver goes before speed by the wheels', () => {
    const memory = noFixParts();
    joinFix(memory, { wheelSpeed: 50 }, 0);
    expect(joinFix(memory, { lat: 1, lon: 1 }, 0)?.speed).toBe(50);
    joinFix(memory, { speed: 48 }, 0);
    expect(joinFix(memory, { lat: 1, lon: 1 }, 0)?.speed).toBe(48);
  });

  test('pairs sent together come out as they were, and the memory survives JSON', () => {
    const anyPair = fc.tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 170 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(anyPair), pairs => {
        let memory = noFixParts();
        const joined = pairs.map(([lat, lon, latFirst], second) => {
          const halves: FixPart[] = latFirst ? [{ lat }, { lon }] : [{ lon }, { lat }];
          const [, fix] = halves.map(half => joinFix(memory, half, second * 10_000));
          memory = JSON.parse(JSON.stringify(memory));
          return fix && [fix.lat, fix.lon];
        });
        expect(joined).toEqual(pairs.map(([lat, lon]) => [lat, lon]));
      }),
    );
  });
});
