// Proves: the fitted acceleration is right on clean speeds whatever the spacing, hardly moved by quantisation, a wrong sample or jitter of the
// clock; nothing is told of data that cannot carry it; each window once, in order, of one source; and the memory survives JSON.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FittedAcceleration } from '../../model/moment.js';
import { emptyReading, type Fix, type Reading } from '../../model/reading.js';
import {
  type AccelerationMemory,
  fitAcceleration,
  type ListedAcceleration,
  newAccelerationMemory,
  readAcceleration,
} from './fit-acceleration.js';

const START = 1_700_000_000_000;

const gps = (speed: number): Fix => ({
  lat: 50,
  lon: 8,
  speed,
  heading: 0,
  altitude: undefined,
  hdop: 1,
  sats: 9,
  accuracy: undefined,
});

const reading = (at: number, sent: Partial<Reading>): Reading => ({
  ...emptyReading(START + at, START + at, 'd-1', 0, 0),
  ...sent,
});
const obd = (at: number, speed: number): Reading => reading(at, { signals: { vehicle_speed: speed } });

const fitted = (readings: readonly Reading[], memory = newAccelerationMemory()): FittedAcceleration[] => {
  const out: FittedAcceleration[] = [];
  for (const each of readings) {
    const found: FittedAcceleration[] = [];
    fitAcceleration(memory, each, each.fix, found, []);
    for (const window of found) out.push({ ...window });
  }
  return out;
};

/** A drive whose speed, km/h, is a function of time, s; told every `spacing` ms, in whole km/h. */
const told = (speed: (s: number) => number, seconds: number, spacing: number): Reading[] =>
  Array.from({ length: Math.floor((seconds * 1_000) / spacing) }, (_, i) =>
    obd(i * spacing, Math.round(speed((i * spacing) / 1_000))),
  );

const lowest = (found: readonly FittedAcceleration[]): number => Math.min(...found.map(({ value }) => value));
const highest = (found: readonly FittedAcceleration[]): number => Math.max(...found.map(({ value }) => value));

/** 10 s at 72 km/h, 3 s of braking with 4 m/s² to 28.8 km/h, then on. */
const braking = (s: number): number => (s < 10 ? 72 : s < 13 ? 72 - 14.4 * (s - 10) : 28.8);

describe('a braking of 4 m/s² for 3 s', () => {
  test.each([100, 250, 500, 1_000, 1_400])('told every %i ms', spacing => {
    const found = fitted(told(braking, 20, spacing));
    expect(lowest(found)).toBeGreaterThan(-4.5);
    expect(lowest(found)).toBeLessThan(-3.6);
    const hardest = found.find(({ value }) => value === lowest(found))!;
    expect(hardest.at).toBeGreaterThanOrEqual(START + 10_000);
    expect(hardest.at).toBeLessThanOrEqual(START + 13_000);
    expect(highest(found)).toBeLessThan(0.3);
  });

  test('of 2 s only, out of a speed that never changed: as simulators send it', () => {
    expect(lowest(fitted([60, 60, 60, 60, 60, 46, 32, 32, 32, 32].map((speed, i) => obd(i * 1_000, speed))))).toBeLessThan(-3.5);
  });

  test.each([3_000, 5_000, 60_000])('is not measurable every %i ms', spacing => {
    expect(fitted(told(braking, 300, spacing))).toEqual([]);
  });
});

test('constant speeds in whole km/h at 1 Hz are no acceleration', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 140, noNaN: true }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 30, maxLength: 30 }),
      (speed, noise) => {
        const found = fitted(noise.map((n, i) => obd(i * 1_000, Math.round(speed + n))));
        for (const { value } of found) expect(Math.abs(value)).toBeLessThan(0.6);
      },
    ),
    { seed: 1 },
  );
});

test('a gentle change stays gentle, whatever the rounding and the jitter of the clock', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -2.5, max: 2.5, noNaN: true }),
      fc.array(fc.integer({ min: -150, max: 150 }), { minLength: 12, maxLength: 12 }),
      (acceleration, jitter) => {
        const found = fitted(
          jitter.map((j, i) => {
            const at = i * 1_000 + j;
            return obd(at, Math.round(100 + (acceleration * 3.6 * at) / 1_000));
          }),
        );
        for (const { value } of found) expect(Math.abs(value)).toBeLessThan(Math.abs(acceleration) + 0.7);
      },
    ),
    { seed: 2 },
  );
});

test('one wrong sample raises nothing, however wrong and wherever', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 19 }),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(100, 500, 1_000),
      (index, wrong, spacing) => {
        const readings = told(() => 60, 20, spacing).slice(0, 20);
        readings[index] = obd(index * spacing, wrong);
        for (const { value } of fitted(readings)) expect(Math.abs(value)).toBeLessThan(0.5);
      },
    ),
    { seed: 3 },
  );
});

test('a device that holds its values back for seconds is not believed', () => {
  const held = [60, 38, 55, 20, 41, 8, 30, 52].flatMap(speed => Array<number>(7).fill(speed));
  const found = fitted(held.map((speed, i) => obd(i * 1_000, speed)));
  for (const { value } of found) expect(value).toBe(0);
  // After the second jump between held values it is silent altogether.
  expect(found.at(-1)!.at).toBeLessThan(START + 20_000);
});

describe('sources', () => {
  test('OBD is preferred to GPS, GPS takes over when OBD is silent for 5 s, and windows stay in order', () => {
    const readings = Array.from({ length: 30 }, (_, i) =>
      reading(i * 1_000, { fix: gps(50), signals: i < 10 || i > 20 ? { vehicle_speed: 50 } : {} }),
    );
    const found = fitted(readings);
    expect(found.slice(1, 6).every(({ source }) => source === 'obd')).toBe(true);
    expect(found.some(({ source }) => source === 'gps')).toBe(true);
    expect(found.at(-1)!.source).toBe('obd');
    for (let i = 1; i < found.length; i++) expect(found[i]!.at).toBeGreaterThan(found[i - 1]!.at);
  });

  test('two devices on one vehicle that disagree by 20 km/h: no acceleration between them, and one of them is heard', () => {
    const found = fitted(
      Array.from({ length: 40 }, (_, i) =>
        reading(i * 500, { device: i % 2 === 0 ? 'a' : 'b', fix: gps(i % 2 === 0 ? 50 : 70) }),
      ),
    );
    expect(found.length).toBeGreaterThan(15);
    for (const { value, speed } of found) expect([value, speed]).toEqual([0, 50]);
  });

  /** Two minutes of gentle speeding up and slowing down, then a braking of 5 m/s²; the accelerometer leans by 0.8. */
  const leaning = (spacing: number): Reading[] =>
    Array.from({ length: 123_000 / spacing }, (_, i) => {
      const s = (i * spacing) / 1_000;
      const brakes = s >= 120;
      const along = brakes ? -5 : 1.75 * Math.cos((2 * Math.PI * s) / 10);
      const speed = brakes ? 60 - (s - 120) * 18 : 60 + 10 * Math.sin((2 * Math.PI * s) / 10);
      return reading(i * spacing, {
        acc: { x: 0, y: along + 0.8, z: 9.8 },
        signals: (i * spacing) % 1_000 === 0 ? { vehicle_speed: Math.round(speed) } : {},
      });
    });

  test('a dense accelerometer is best once the speed has proven its axes; its lean is learnt from the speed', () => {
    const found = fitted(leaning(100));
    expect(found.find(({ at }) => at > START + 20_000)!.source).toBe('obd');
    expect(found.at(-1)!.source).toBe('acc');
    expect(lowest(found)).toBeLessThan(-4.6);
    expect(lowest(found)).toBeGreaterThan(-5.4);
    const gentle = found.filter(({ at, source }) => source === 'acc' && at < START + 119_000);
    for (const { at, value } of gentle) {
      const truth = 1.75 * Math.cos((2 * Math.PI * (at - START)) / 10_000);
      expect(Math.abs(value - truth)).toBeLessThan(0.6);
    }
  });

  test('a thin one never is, where any speed is told', () => {
    expect(fitted(leaning(1_000)).every(({ source }) => source === 'obd')).toBe(true);
  });

  test('one that lies on its side is not', () => {
    const readings = Array.from({ length: 100 }, (_, i) => reading(i * 100, { acc: { x: 9.8, y: -5, z: 0 } }));
    expect(fitted(readings)).toEqual([]);
  });
});

test('saved at any point and resumed, it tells the same; and it stays small', () => {
  const anyReading = fc.record({
    wait: fc.integer({ min: 0, max: 3_000 }),
    device: fc.constantFrom('a', 'b', 'c', 'd'),
    speed: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
    obd: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
    y: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
    heading: fc.integer({ min: 0, max: 360 }),
  });
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 80 }), fc.nat(80), (steps, cut) => {
      let at = 0;
      const readings = steps.map(({ wait, device, speed, obd: vehicle_speed, y, heading }) => {
        at += wait;
        return reading(at, {
          device,
          fix: speed === undefined ? undefined : { ...gps(speed), heading },
          signals: vehicle_speed === undefined ? {} : { vehicle_speed },
          acc: y === undefined ? undefined : { x: y / 2, y, z: 9.8 },
        });
      });
      const memory = newAccelerationMemory();
      const before = fitted(readings.slice(0, cut), memory);
      const saved = JSON.parse(JSON.stringify(memory)) as typeof memory;
      expect(saved).toStrictEqual(memory);
      expect(memory.devices.length).toBeLessThanOrEqual(6);
      const whole = fitted(readings);
      expect([...before, ...fitted(readings.slice(cut), saved)]).toEqual(whole);
      for (const { value } of whole) expect(Number.isFinite(value)).toBe(true);
      for (let i = 1; i < whole.length; i++) expect(whole[i]!.at).toBeGreaterThan(whole[i - 1]!.at);
    }),
    { seed: 4 },
  );
  const memory = newAccelerationMemory();
  fitted(told(braking, 20, 10), memory);
  expect(JSON.stringify(memory).length).toBeLessThan(900);
});

/** As versions before kept them: an object a stream, a list of numbers for each window and for the mount. */
const listed = ({ devices, alongDevice, acrossDevice, numbers }: AccelerationMemory): ListedAcceleration => {
  const windowOf = (from: number, to: number): number[] | null => {
    const [state, heldSince, heldAt, droppedAt, dropped, ...samples] = numbers.slice(from, to) as [number, ...number[]];
    if (state === undefined) return null;
    const small = [state >> 5, heldSince!, (state >> 4) & 1, (state >> 2) & 3, heldAt!, state & 3, droppedAt!, dropped!];
    return [...small, ...samples.slice(0, 2 * (state >> 5)), ...Array<number>(4).fill(0)];
  };
  let place = 6;
  const streams = devices.map(device => {
    const [source, second, mount, next] = numbers.slice(place, place + 4) as [number, number, number, number];
    const told = {
      window: windowOf(place + 4, place + second)!,
      across: windowOf(place + second, place + mount),
      // One that was as told had no axes.
      mount: next === mount ? null : numbers.slice(place + mount, place + mount + 23),
    };
    place += next;
    return { device, source: (['acc', 'obd', 'gps'] as const)[source]!, ...told };
  });
  return { streams, alongDevice, acrossDevice, leads: numbers.slice(0, 6) };
};

test('a memory of before, with a list for each window, goes on as if it had been kept as now', () => {
  const drive = Array.from({ length: 400 }, (_, i) =>
    reading(i * 500, {
      device: i % 7 === 0 ? 'd-2' : 'd-1',
      fix: i % 2 === 0 ? { ...gps(40 + 10 * Math.sin(i / 9)), heading: (i * 3) % 360 } : undefined,
      // Held, and jumping now and then.
      signals: i % 3 === 0 ? { vehicle_speed: Math.round(40 + 10 * Math.sin(Math.floor(i / 20))) } : {},
      acc: { x: Math.sin(i / 5), y: Math.cos(i / 9), z: 9.8 },
    }),
  );
  for (const cut of [1, 3, 10, 57, 200, 333]) {
    const memory = newAccelerationMemory();
    fitted(drive.slice(0, cut), memory);
    const before = readAcceleration(JSON.parse(JSON.stringify(listed(memory))) as ListedAcceleration);
    expect(fitted(drive.slice(cut), before)).toEqual(fitted(drive.slice(cut), memory));
    expect(before.devices).toEqual(memory.devices);
  }
});

describe('across the way', () => {
  const fixAt = (speed: number, heading: number): Fix => ({ ...gps(speed), heading: ((heading % 360) + 360) % 360 });
  const curves = (readings: readonly Reading[]): FittedAcceleration[] => {
    const memory = newAccelerationMemory();
    const out: FittedAcceleration[] = [];
    for (const each of readings) {
      const found: FittedAcceleration[] = [];
      fitAcceleration(memory, each, each.fix, [], found);
      for (const window of found) out.push({ ...window });
    }
    return out;
  };
  /** 36 km/h; from the 10th second on 4 s of turning by `turn` ° a second, out of north. */
  const turning = (turn: number, spacing = 1_000): Reading[] =>
    Array.from({ length: 20_000 / spacing }, (_, i) => {
      const s = (i * spacing) / 1_000;
      return reading(i * spacing, { fix: fixAt(36, 358 + turn * Math.min(Math.max(s - 10, 0), 4)) });
    });

  test.each([250, 1_000])('a curve over north, told every %i ms: right is positive, left negative', spacing => {
    // 25 °/s at 10 m/s are 4.36 m/s².
    expect(highest(curves(turning(25, spacing)))).toBeCloseTo(4.36, 1);
    expect(lowest(curves(turning(-25, spacing)))).toBeCloseTo(-4.36, 1);
  });

  test('told every 3 s it is not measurable', () => {
    expect(curves(turning(25, 3_000))).toEqual([]);
  });

  test('a heading that is thrown to and fro is no curve', () => {
    const thrown = Array.from({ length: 40 }, (_, i) => reading(i * 1_000, { fix: fixAt(20, i % 2 === 0 ? 10 : 80) }));
    for (const { value } of curves(thrown)) expect(value).toBe(0);
  });

  test('who crawls or stands has no heading, however it wanders', () => {
    const crawling = Array.from({ length: 40 }, (_, i) => reading(i * 1_000, { fix: fixAt(5, i * 50) }));
    expect(curves(crawling)).toEqual([]);
  });

  test('the time that was measured is told, without the gaps', () => {
    const memory = newAccelerationMemory();
    let along = 0;
    let across = 0;
    const readings = [...turning(25), ...turning(25).map(each => ({ ...each, at: each.at + 60_000 }))];
    for (const each of readings) {
      const measured = fitAcceleration(memory, each, each.fix, [], []);
      along += measured.along;
      across += measured.across;
    }
    // 20 s twice, less the ends of the windows.
    expect([along, across]).toEqual([34, 34]);
  });
});
