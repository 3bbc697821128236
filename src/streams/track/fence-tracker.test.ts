// Proves: a true crossing is told once, by the first fix that proves it, whatever the form of the fence and the spacing of the fixes;
// jitter, the first known side and a fence drawn around a vehicle tell nothing; the memory is small, survives JSON and loses nothing by it;
// and many or long fences cost no more than few.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Geofence, GeofenceGeometry, GeofenceProperties, Position } from '../../model/geofence.js';
import type { Crossing } from '../../model/moment.js';
import type { Fix } from '../../model/reading.js';
import { buildFenceIndex, type FenceIndex, noFences } from './fence-index.js';
import { type FenceMemory, newFenceMemory, trackFences } from './fence-tracker.js';
import { METRES_PER_DEGREE, metresPerDegreeOfLongitude } from './geometry.js';

const LAT = 50;
const LON = 8;

/** A position so many metres east and north of a crossroads. */
const place = (east: number, north: number): Position => [
  LON + east / metresPerDegreeOfLongitude(LAT),
  LAT + north / METRES_PER_DEGREE,
];

const fixAt = (east: number, north = 0, changes: Partial<Fix> = {}): Fix => {
  const [lon, lat] = place(east, north);
  return { lat, lon, speed: 50, heading: 90, altitude: undefined, hdop: 1, sats: 9, accuracy: undefined, ...changes };
};

const fence = (geometry: GeofenceGeometry, changes: Partial<GeofenceProperties> = {}, id = 'f'): Geofence => ({
  type: 'Feature',
  id,
  geometry,
  properties: {
    name: id.toUpperCase(),
    on: ['enter', 'exit'],
    dwell_s: null,
    radius_m: null,
    width_m: null,
    schedule: null,
    speed_limit_kmh: null,
    groups: [],
    ...changes,
  },
});

const ring = (west: number, south: number, east: number, north: number): Position[] => [
  place(west, south),
  place(east, south),
  place(east, north),
  place(west, north),
  place(west, south),
];

const square = fence({ type: 'Polygon', coordinates: [ring(0, -100, 200, 100)] });
const circle = (radius: number, east = 100) => fence({ type: 'Point', coordinates: place(east, 0) }, { radius_m: radius });

/** Fixes a second apart unless said otherwise, as `[east, north?]`. */
const drive = (
  fences: FenceIndex,
  fixes: readonly Fix[],
  { spacing = 1_000, group = null as string | null, memory = newFenceMemory(), from = 0 } = {},
): { told: string[]; crossings: Crossing[]; memory: FenceMemory } => {
  const crossings: Crossing[] = [];
  fixes.forEach((fix, i) => void trackFences(memory, fix, from + i * spacing, group, fences, crossings));
  const told = crossings.map(({ geofence, side, provenAt }) => `${geofence} ${side} ${(provenAt - from) / spacing}`);
  return { told, crossings, memory };
};

const steps = (from: number, to: number, by: number): Fix[] =>
  Array.from({ length: Math.floor(Math.abs(to - from) / by) + 1 }, (_, i) => fixAt(from + Math.sign(to - from) * i * by));

describe('a drive from west to east', () => {
  test.each([
    ['a square', square],
    ['a circle', circle(100)],
    ['a corridor', fence({ type: 'LineString', coordinates: [place(100, -900), place(100, 900)] }, { width_m: 200 })],
    ['two squares', fence({ type: 'MultiPolygon', coordinates: [[ring(0, -100, 200, 100)], [ring(5_000, 0, 5_100, 100)]] })],
  ])('through %s: in with the first fix beyond 10 m, out likewise', (_form, shape) => {
    const { told, crossings } = drive(buildFenceIndex([shape]), steps(-303, 500, 12));
    // Fix 25 is at −3, 26 at 9, 27 at 21 m: with hdop 1 and a band of 5 m, the last one proves it; it entered with fix 26.
    expect(told).toEqual(['f inside 27', 'f outside 43']);
    expect(crossings[0]).toMatchObject({ at: 26_000, provenAt: 27_000, name: 'F', location: { lat: LAT } });
    expect(crossings[1]).toMatchObject({ at: 42_000, provenAt: 43_000 });
  });

  test('over a hole: out and in again', () => {
    const holed = fence({ type: 'Polygon', coordinates: [ring(0, -500, 1_000, 500), ring(400, -100, 600, 100)] });
    expect(drive(buildFenceIndex([holed]), steps(-303, 1_300, 12)).told.map(text => text.split(' ')[1])).toEqual([
      'inside',
      'outside',
      'inside',
      'outside',
    ]);
  });

  test('right through, between two fixes 600 m apart: in and out', () => {
    const { told, crossings } = drive(buildFenceIndex([circle(60)]), [fixAt(-500), fixAt(-200), fixAt(400), fixAt(700)], {
      spacing: 30_000,
    });
    expect(told).toEqual(['f inside 2', 'f outside 2']);
    expect(crossings.map(({ at }) => at)).toEqual([45_000, 60_000]);
  });

  test('through a gate of 8 m, with one fix in it or none', () => {
    const gate = buildFenceIndex([fence({ type: 'LineString', coordinates: [place(0, -50), place(0, 50)] }, { width_m: 8 })]);
    expect(drive(gate, steps(-70, 70, 14)).told).toEqual(['f inside 6', 'f outside 6']);
    expect(drive(gate, steps(-77, 77, 14)).told).toEqual(['f inside 6', 'f outside 6']);
  });

  test('past a corner, within the error of the fixes: nothing', () => {
    const corner = fence({ type: 'Polygon', coordinates: [[place(0, 3), place(200, -200), place(-200, -200), place(0, 3)]] });
    expect(drive(buildFenceIndex([corner]), [fixAt(-300), fixAt(-150), fixAt(150), fixAt(300)], { spacing: 5_000 }).told).toEqual(
      [],
    );
  });

  test('a way that nobody saw is not taken as straight: after three minutes of silence only what a fix proves is told', () => {
    const fences = buildFenceIndex([circle(60)]);
    expect(drive(fences, [fixAt(-300), fixAt(500)], { spacing: 180_000 }).told).toEqual([]);
    expect(drive(fences, [fixAt(-300), fixAt(100)], { spacing: 3_600_000 }).told).toEqual(['f inside 1']);
  });
});

describe('what tells nothing', () => {
  test('the first known side', () => {
    expect(drive(buildFenceIndex([square]), [fixAt(100), fixAt(101)]).told).toEqual([]);
    expect(drive(buildFenceIndex([square]), [fixAt(-3), fixAt(2), fixAt(30), fixAt(60)]).told).toEqual([]);
  });

  test('a fence drawn, moved or given to the group while the vehicle is there', () => {
    const { memory } = drive(noFences, [fixAt(100), fixAt(101)]);
    expect(drive(buildFenceIndex([square]), [fixAt(102), fixAt(103)], { memory, from: 10_000 }).told).toEqual([]);
    const moved = fence({ type: 'Polygon', coordinates: [ring(5_000, 0, 5_200, 200)] });
    expect(drive(buildFenceIndex([moved]), [fixAt(104), fixAt(105)], { memory, from: 20_000 }).told).toEqual([]);
  });

  test('but a fence drawn ahead of a vehicle is entered', () => {
    const { memory } = drive(noFences, steps(-300, -200, 20));
    expect(drive(buildFenceIndex([square]), steps(-180, 100, 20), { memory, from: 10_000 }).told).toEqual(['f inside 10']);
  });

  test('a fence of another group, or a side that its `on` does not ask for', () => {
    const fences = buildFenceIndex([fence(square.geometry, { groups: ['north'] })]);
    expect(drive(fences, steps(-303, 500, 12), { group: 'south' }).told).toEqual([]);
    expect(drive(fences, steps(-303, 500, 12)).told).toEqual([]);
    expect(drive(fences, steps(-303, 500, 12), { group: 'north' }).told).toHaveLength(2);
    expect(drive(buildFenceIndex([fence(square.geometry, { on: ['exit'] })]), steps(-303, 500, 12)).told).toEqual([
      'f outside 43',
    ]);
    expect(drive(buildFenceIndex([fence(square.geometry, { on: [] })]), steps(-303, 500, 12)).told).toEqual([]);
  });

  test('jitter of any receiver within its own error, parked anywhere about the border', () => {
    const jitter = fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        jitter,
        fc.integer({ min: -30, max: 30 }),
        fc.constantFrom(3, 5, 10, 30),
        fc.integer({ min: 0, max: 9 }),
        (way, parked, error, speed) => {
          const fixes = way.map(([x, y]) => fixAt(parked + x * error * 0.7, y * error * 0.7, { accuracy: error, speed }));
          for (const shape of [square, circle(100), circle(8, 0)])
            expect(drive(buildFenceIndex([shape]), fixes).told).toEqual([]);
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });

  test('a fix that says it may be 150 m wrong', () => {
    const wrong = fixAt(100, 0, { accuracy: 150 });
    expect(drive(buildFenceIndex([square]), [...steps(-303, -280, 12), wrong, fixAt(-270)]).told).toEqual([]);
  });
});

test('a vehicle that comes from afar and parks less deep than its error has entered after some fixes, and leaves once', () => {
  const vague = (east: number) => fixAt(east, 0, { hdop: 3, speed: 3 });
  const arrive = Array.from({ length: 20 }, (_, i) => vague(-200 + i * 10));
  const park = Array.from({ length: 30 }, () => vague(8));
  const leave = Array.from({ length: 10 }, (_, i) => vague(-20 * i));
  const { told } = drive(buildFenceIndex([square]), [...arrive, ...park, ...leave]);
  expect(told).toEqual(['f inside 40', 'f outside 52']);
});

test('over the date line', () => {
  const island = fence({ type: 'Point', coordinates: [179.9999, 0] }, { radius_m: 100 });
  const crossings: Crossing[] = [];
  const memory = newFenceMemory();
  for (let i = 0; i < 40; i++) {
    const lon = -179.99 - i * 0.0005;
    trackFences(
      memory,
      { ...fixAt(0), lat: 0, lon: lon < -180 ? lon + 360 : lon },
      i * 1_000,
      null,
      buildFenceIndex([island]),
      crossings,
    );
  }
  expect(crossings.map(({ side }) => side)).toEqual(['inside', 'outside']);
});

describe('a drive over the date line, at the equator', () => {
  const east = (metres: number): number => 180 + metres / METRES_PER_DEGREE;
  const within = (lon: number): number => (lon > 180 ? lon - 360 : lon);
  const box = (from: number, to: number): Position[] =>
    [
      [from, -0.01],
      [to, -0.01],
      [to, 0.01],
      [from, 0.01],
      [from, -0.01],
    ].map(([lon, lat]) => [within(lon!), lat!]);
  const west: Position[] = box(east(-300), 180);
  const rest: Position[] = box(east(0.000001), east(300)).map(([lon, lat]) => [lon === within(east(0.000001)) ? -180 : lon, lat]);
  test.each([
    ['a ring that goes over it', fence({ type: 'Polygon', coordinates: [box(east(-300), east(300))] })],
    ['two parts that were cut there', fence({ type: 'MultiPolygon', coordinates: [[west], [rest]] })],
    ['a circle', fence({ type: 'Point', coordinates: [180, 0] }, { radius_m: 300 })],
    [
      'a corridor',
      fence(
        {
          type: 'LineString',
          coordinates: [
            [within(east(-200)), 0],
            [within(east(200)), 0],
          ],
        },
        { width_m: 200 },
      ),
    ],
  ])('%s: in and out once, however the fixes lie', (_form, shape) => {
    for (const step of [12, 60, 350]) {
      const crossings: Crossing[] = [];
      const memory = newFenceMemory();
      const fences = buildFenceIndex([shape]);
      for (let i = 0; i * step <= 2_000; i++) {
        const fix = { ...fixAt(0), lat: 0, lon: within(east(-1_000 + i * step)) };
        trackFences(memory, fix, i * 1_000, null, fences, crossings);
      }
      expect(crossings.map(({ side }) => side)).toEqual(['inside', 'outside']);
      for (const { location } of crossings) expect(Math.abs(location.lon)).toBeGreaterThan(179.99);
    }
  });

  test('what lies half a world away is not met on the way over it', () => {
    const greenwich = fence({ type: 'Point', coordinates: [0, 0] }, { radius_m: 500_000 });
    const crossings: Crossing[] = [];
    const memory = newFenceMemory();
    for (let i = 0; i < 20; i++)
      trackFences(
        memory,
        { ...fixAt(0), lat: 0, lon: within(east(-1_000 + i * 100)) },
        i * 1_000,
        null,
        buildFenceIndex([greenwich]),
        crossings,
      );
    expect(crossings).toEqual([]);
  });
});

/** Any walk about the fences, with good and bad fixes. */
const anyWalk = fc.array(
  fc.record({
    east: fc.integer({ min: -400, max: 600 }),
    north: fc.integer({ min: -300, max: 300 }),
    hdop: fc.constantFrom(0.7, 1, 3, undefined),
  }),
  { maxLength: 60 },
);

test('saved at any point and resumed, it tells the same', () => {
  const fences = buildFenceIndex([
    square,
    { ...circle(80), id: 'c' },
    fence({ type: 'LineString', coordinates: [place(-300, 0), place(300, 200)] }, { width_m: 30 }, 'l'),
  ]);
  fc.assert(
    fc.property(anyWalk, fc.nat(60), (walk, cut) => {
      const fixes = walk.map(({ east, north, hdop }) => fixAt(east, north, { hdop }));
      const before = drive(fences, fixes.slice(0, cut), { spacing: 7_000 });
      const saved = JSON.parse(JSON.stringify(before.memory)) as FenceMemory;
      expect(saved).toStrictEqual(before.memory);
      const after = drive(fences, fixes.slice(cut), { spacing: 7_000, memory: saved, from: Math.min(cut, fixes.length) * 7_000 });
      const whole = drive(fences, fixes, { spacing: 7_000 });
      expect([...before.crossings, ...after.crossings]).toEqual(whole.crossings);
      expect(after.memory).toEqual(whole.memory);
    }),
    { seed: 4 },
  );
});

test('enters and exits of a fence take turns, and far from all fences nothing is kept', () => {
  fc.assert(
    fc.property(anyWalk, walk => {
      const far = [fixAt(5_000), fixAt(9_000)];
      const { crossings, memory } = drive(
        buildFenceIndex([square]),
        [fixAt(-5_000), ...walk.map(({ east, north, hdop }) => fixAt(east, north, { hdop })), ...far],
        { spacing: 5_000 },
      );
      crossings.forEach(({ side }, i) => void expect(side).toBe(i % 2 === 0 ? 'inside' : 'outside'));
      expect(crossings.length % 2).toBe(0);
      expect(memory.near).toEqual([]);
      expect(JSON.stringify(memory).length).toBeLessThan(600);
    }),
    { seed: 5 },
  );
});

test('the calm between borders changes nothing: the same as with fences looked at anew at each fix', () => {
  const fences = buildFenceIndex([square, { ...circle(40, 400), id: 'c' }]);
  fc.assert(
    fc.property(anyWalk, walk => {
      const fixes = walk.map(({ east, north, hdop }) => fixAt(east, north, { hdop }));
      const memory = newFenceMemory();
      const crossings: Crossing[] = [];
      fixes.forEach((fix, i) => {
        memory.calmGroup = 'another';
        trackFences(memory, fix, i * 7_000, null, fences, crossings);
      });
      expect(drive(fences, fixes, { spacing: 7_000 }).crossings).toEqual(crossings);
    }),
    { seed: 6 },
  );
});

test('10,000 fences, or a coast line of 20,000 vertices, cost about what 10 do', () => {
  const scattered = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      fence(
        { type: 'Point', coordinates: place(((i * 7_919) % 1_000) * 500, ((i * 104_729) % 1_000) * 500) },
        { radius_m: 150 },
        `f-${i}`,
      ),
    );
  const coast = fence({
    type: 'Polygon',
    coordinates: [
      [
        ...Array.from({ length: 20_000 }, (_, i) =>
          place(Math.cos(i / 3_183.1) * (20_000 + 50 * Math.sin(i)), Math.sin(i / 3_183.1) * (20_000 + 50 * Math.sin(i))),
        ),
        place(20_000, 0),
      ],
    ],
  });
  const looksAt = (fences: FenceIndex): number => {
    const memory = newFenceMemory();
    const crossings: Crossing[] = [];
    const fix = { ...fixAt(0) };
    const run = (n: number) => {
      for (let i = 0; i < n; i++) {
        [fix.lon, fix.lat] = place(15_000 + (i % 2_000) * 15, 300) as [number, number];
        trackFences(memory, fix, i * 1_000, null, fences, crossings);
      }
    };
    run(4_000);
    const times = Array.from({ length: 5 }, () => {
      const from = performance.now();
      run(4_000);
      return (performance.now() - from) / 4;
    });
    return Math.min(...times);
  };
  const few = looksAt(buildFenceIndex(scattered(10)));
  const many = looksAt(buildFenceIndex(scattered(10_000)));
  const long = looksAt(buildFenceIndex([coast]));
  process.stderr.write(`fences, µs a fix: 10 ${few.toFixed(2)}, 10,000 ${many.toFixed(2)}, 20,000 vertices ${long.toFixed(2)}\n`);
  // A wide bound: the machine is shared, and the bench measures it properly. Without an index it would be thousands of times more.
  expect(many).toBeLessThan(20 * few + 5);
  expect(long).toBeLessThan(20 * few + 5);
});
