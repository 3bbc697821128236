// Proves: tracking is a pure function of the readings in order, whatever time, crashes and the number of devices do in between.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FoldedDrive, foldTrips } from '../../../tests/golden/fold-trips.js';
import { START, type Stretch, trace } from '../../../tests/golden/hand-made-trace.js';
import { emptyReading, type Reading } from '../../model/reading.js';

/** Drives as they could be: stretches of driving, standing and silence, with whatever a device may send of them. */
const anyDrive = fc
  .array(
    fc.record<Stretch>({
      for: fc.integer({ min: 5, max: 500 }),
      every: fc.constantFrom(1, 5, 15, 60),
      kmh: fc.constantFrom(0, 0, 2, 5, 30, 70, 120),
      sends: fc.subarray(['gps', 'place', 'wheels'] as const),
      silent: fc.boolean(),
      with: fc.record(
        {
          ignition: fc.boolean(),
          externalVoltage: fc.constantFrom(12.2, 14.1, 28.2),
          driver: fc.constantFrom('d-1', 'd-2'),
          signals: fc.dictionary(
            fc.constantFrom('engine_rpm', 'run_time', 'mass_air_flow', 'engine_fuel_rate', 'pto_active'),
            fc.constantFrom(0, 1, 350, 900),
          ),
        },
        { requiredKeys: [] },
      ),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(stretches => trace(stretches));

/** Minus zero is left out: JSON does not know it, and no sum of ours can tell it from zero. */
const anyDouble = fc.double().map(n => n + 0);
const anyNumber = fc.oneof(anyDouble, fc.constantFrom(0, 255, 65_535, 16_383.75, Number.NaN, Infinity, -Infinity, undefined));

/** Readings as no device should send them, in order of time. */
const anyNonsense = fc
  .array(
    fc.record({
      step: fc.constantFrom(0, 1, 1_000, 20_000, 300_000, 5_000_000),
      device: fc.constantFrom('a', 'b'),
      fix: fc.option(
        fc.record({
          lat: fc.oneof(anyDouble, fc.double({ min: 47, max: 49 })),
          lon: fc.oneof(anyDouble, fc.double({ min: 11, max: 12 })),
          speed: anyNumber,
          heading: anyNumber,
          altitude: anyNumber,
          hdop: anyNumber,
          sats: anyNumber,
          accuracy: anyNumber,
        }),
        { nil: undefined },
      ),
      signals: fc.dictionary(
        fc.constantFrom(
          'engine_rpm',
          'vehicle_speed',
          'run_time',
          'mass_air_flow',
          'engine_fuel_rate',
          'commanded_lambda',
          'fuel_type',
          'odometer',
          'throttle_position',
        ),
        anyNumber.map(n => n ?? 0),
      ),
      ignition: fc.option(fc.boolean(), { nil: undefined }),
      odometer: anyNumber,
      externalVoltage: anyNumber,
    }),
    { maxLength: 60 },
  )
  .map(steps => {
    let at = START;
    return steps.map(({ step, ...rest }, n): Reading => {
      at += step;
      return { ...emptyReading(at, at, 'a', n, 0), ...rest };
    });
  });

const outcomes = ({ trips, chunks, days }: FoldedDrive): unknown => ({ trips, chunks, days });

/** Every number within, with the way to it. */
const numbersIn = (value: unknown, path = ''): [string, number][] =>
  typeof value === 'number'
    ? [[path, value]]
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`))
      : [];

describe('tracking', () => {
  test('finds the same when its memory went through JSON anywhere', () => {
    fc.assert(
      fc.property(anyDrive, fc.array(fc.nat(300), { maxLength: 5 }), (readings, resumeAt) => {
        expect(outcomes(foldTrips(readings, {}, { resumeAt }))).toEqual(outcomes(foldTrips(readings)));
      }),
      { numRuns: 25 },
    );
  });

  test('finds the same however often time lapses between readings, also if it is never told to', () => {
    fc.assert(
      fc.property(anyDrive, fc.constantFrom(1_000, 7_000, 100_000, Infinity), (readings, tickEvery) => {
        expect(outcomes(foldTrips(readings, {}, { tickEvery }))).toEqual(outcomes(foldTrips(readings)));
      }),
      { numRuns: 25 },
    );
  });

  test('finds the same trips when position and signals come from two devices', () => {
    const whole = trace([
      { for: 60, sends: ['gps', 'wheels'], with: { signals: { engine_rpm: 0 } } },
      { for: 40, sends: ['gps', 'wheels'], with: { signals: { engine_rpm: 800 } } },
      { for: 400, kmh: 54, sends: ['gps', 'wheels'], with: { signals: { engine_rpm: 2_000, mass_air_flow: 12 } } },
      { for: 100, sends: ['gps', 'wheels'], with: { signals: { engine_rpm: 800, mass_air_flow: 3 } } },
      { for: 600, sends: ['gps', 'wheels'], with: { signals: { engine_rpm: 0 } } },
    ]);
    const split = whole.flatMap(reading => [
      { ...reading, device: 'obd', fix: undefined },
      { ...reading, device: 'tracker', signals: {} },
    ]);
    const [one, other] = [foldTrips(whole).trips, foldTrips(split).trips];
    expect(one).toHaveLength(1);
    expect(other).toHaveLength(1);
    const { distance, fuel, ...same } = one[0]!;
    expect(other[0]).toMatchObject({ ...same, start: other[0]!.start, end: other[0]!.end });
    expect(other[0]!.distance).toBeCloseTo(distance, 2);
    expect(other[0]!.fuel).toBeCloseTo(fuel!, 6);
  });

  test('keeps its books: trips in order, parts within the whole, days that add up to the trips', () => {
    fc.assert(
      fc.property(anyDrive, readings => {
        const { trips, chunks, days } = foldTrips(readings);
        trips.forEach((trip, n) => {
          const duration = (trip.endedAt - trip.startedAt) / 1_000;
          expect(trip.startedAt).toBeGreaterThan(trips[n - 1]?.endedAt ?? 0);
          expect(duration).toBeGreaterThanOrEqual(0);
          expect(trip.idle + trip.moving).toBeLessThanOrEqual(duration + 1e-6);
        });
        for (const { trip, columns } of chunks) {
          const of = trips.find(({ id }) => id === trip)!;
          for (const column of Object.values(columns)) expect(column).toHaveLength(columns.ts.length);
          expect(columns.ts[0]!).toBeGreaterThanOrEqual(of.startedAt);
          expect(columns.ts.at(-1)!).toBeLessThanOrEqual(of.endedAt);
        }
        const sum = (rows: readonly { distance: number }[]): number => rows.reduce((total, row) => total + row.distance, 0);
        expect(sum(days)).toBeCloseTo(sum(trips), 6);
        expect(days.reduce((total, day) => total + day.trips, 0)).toBe(trips.length);
      }),
      { numRuns: 30 },
    );
  });

  test('stays finite and survives JSON exactly, whatever a device sends', () => {
    fc.assert(
      fc.property(anyNonsense, readings => {
        const each = (_moment: unknown, memory: unknown): void => {
          const { acceleration: _1, fences: _2, dtcs: _3, ...own } = memory as Record<string, unknown>;
          expect(JSON.parse(JSON.stringify(own))).toStrictEqual(own);
        };
        const folded = foldTrips(readings, {}, { each });
        expect(numbersIn(outcomes(folded)).filter(([, n]) => !Number.isFinite(n))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
