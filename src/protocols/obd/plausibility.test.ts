import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noNewestSignals, noteSignal } from '../../model/newest-signals.js';
import { decodeObd } from './decode-obd.js';
import { type Circumstances, type Judged, judgeSample } from './plausibility.js';
import { outOfRange, PLAUSIBILITY } from './plausible-range.js';

/** A vehicle whose believed samples are taken in. */
const newVehicle = () => {
  const newest = noNewestSignals();
  let memory: Judged = {};
  const take = (name: string, value: number, at: number, circumstances?: Circumstances) => {
    const reason = judgeSample(memory, newest, name, value, at, circumstances);
    if (reason === undefined) noteSignal(newest, 0, name, value, at, true);
    memory = JSON.parse(JSON.stringify(memory));
    return reason;
  };
  return { take, memory: () => memory.plausible };
};

/** Judges samples one after the other, `step_s` apart, through a memory that is saved and loaded between them. */
const judge = (name: string, values: readonly number[], step_s = 1, circumstances: Circumstances = {}) => {
  const { take, memory } = newVehicle();
  const reasons = values.map((value, i) => take(name, value, i * step_s * 1000, circumstances));
  return { reasons, memory: memory() };
};

describe('range', () => {
  // Proves: all-FF data, which mean "not available", are rejected, and not the decoder's business.
  test.each([
    ['410CFFFF', 'engine_rpm'],
    ['410DFF', 'vehicle_speed'],
    ['4105FF', 'coolant_temp'],
    ['410FFF', 'intake_air_temp'],
    ['41A6FFFFFFFF', 'odometer'],
    ['4142FFFF', 'control_module_voltage'],
    ['410BFF', undefined],
  ])('%s', (frame, name) => {
    const rejected = decodeObd(frame).signals.filter(signal => outOfRange(signal.name, signal.value as number) !== undefined);
    expect(rejected.map(signal => signal.name)).toEqual(name === undefined ? [] : [name]);
  });

  test.each([
    ['engine_rpm', 0, {}, undefined],
    ['engine_rpm', 120, {}, 'below_range'],
    ['engine_rpm', 11_000, {}, 'above_range'],
    ['engine_rpm', 11_000, { class: 'motorcycle' }, undefined],
    ['mass_air_flow', 500, {}, undefined],
    ['mass_air_flow', 500, { class: 'car' }, 'above_range'],
    ['control_module_voltage', 27, {}, undefined],
    ['control_module_voltage', 27, { system_V: 12 }, 'above_range'],
    ['control_module_voltage', 7, { system_V: 24 }, 'below_range'],
    ['coolant_temp', Number.NaN, {}, 'not_finite'],
    ['not_in_the_table', 1e9, {}, undefined],
    ['constructor', 1, {}, undefined],
  ] as const)('%s of %d in %j', (name, value, kind, reason) => expect(outOfRange(name, value, kind)).toBe(reason));
});

describe('change', () => {
  // Proves: a single sample out of line is dropped and counted, and the drive goes on.
  test('a spike is one sample', () => {
    const { reasons, memory } = judge('vehicle_speed', [50, 51, 180, 52, 53]);
    expect(reasons).toEqual([undefined, undefined, 'changed_too_fast', undefined, undefined]);
    expect([memory?.rejected, memory?.vindicated]).toEqual([{ changed_too_fast: 1 }, 0]);
  });

  // Proves: a crash is not a bad sample: seen by the accelerometer it is taken at once, else at its second sample.
  test('a crash is true', () => {
    expect(judge('vehicle_speed', [150, 150, 0, 0], 1, { acceleration_mss: 60 }).reasons).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const { reasons, memory } = judge('vehicle_speed', [150, 150, 0, 0, 0]);
    expect(reasons).toEqual([undefined, undefined, 'changed_too_fast', undefined, undefined]);
    expect(memory?.vindicated).toBe(1);
  });

  test('hard braking is true', () =>
    expect(judge('vehicle_speed', [120, 85, 50, 15, 0]).reasons.every(reason => reason === undefined)).toBe(true));
  test('a long gap allows what it has time for', () =>
    expect(judge('coolant_temp', [20, 85], 60).reasons).toEqual([undefined, undefined]));
  test('an odometer never falls', () => expect(judge('odometer', [1000, 1000.1, 999, 1000.2]).reasons[2]).toBe('fell'));
  test('an odometer of a new instrument is believed at its second sample', () => {
    expect(judge('odometer', [1000, 5, 5, 5.1]).reasons).toEqual([undefined, 'fell', undefined, undefined]);
  });
  test('run time counts, holds and begins again', () => {
    expect(judge('run_time', [100, 101, 102, 102, 102, 0, 1]).reasons.every(reason => reason === undefined)).toBe(true);
    expect(judge('run_time', [100, 101, 5_000, 103]).reasons).toEqual([undefined, undefined, 'clock_jumped', undefined]);
    expect(judge('run_time', [100, 101, 60, 103]).reasons).toEqual([undefined, undefined, 'clock_jumped', undefined]);
  });
  test('a refuel is believed', () =>
    expect(judge('fuel_level', [20, 90, 91, 90], 10).reasons).toEqual([undefined, 'changed_too_fast', undefined, undefined]));
  test('late samples are judged by range alone', () => {
    const { take, memory } = newVehicle();
    take('vehicle_speed', 100, 10_000);
    expect(take('vehicle_speed', 10, 9_000)).toBeUndefined();
    expect(take('vehicle_speed', 300, 9_000)).toBe('above_range');
    expect(memory()?.rejected).toEqual({ above_range: 1 });
  });

  // Proves: every true course passes whole: whatever changes no faster than the table allows is never rejected.
  test('what changes slowly enough is never rejected', () => {
    const names = [...PLAUSIBILITY].flatMap(([name, { course, change_per_s }]) =>
      course === undefined && change_per_s !== undefined ? [name] : [],
    );
    const course = fc.array(
      fc.record({ share: fc.double({ min: -1, max: 1, noNaN: true }), gap_ms: fc.integer({ min: 200, max: 60_000 }) }),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), course, (name, steps) => {
        const { range, change_per_s } = PLAUSIBILITY.get(name)!;
        const [least, most] = typeof range === 'function' ? range({}) : range!;
        const { take } = newVehicle();
        let value = (least + most) / 2;
        let at = 0;
        for (const { share, gap_ms } of steps) {
          at += gap_ms;
          value = Math.min(most, Math.max(least, value + (share * change_per_s! * gap_ms) / 1000));
          expect(take(name, value, at)).toBeUndefined();
        }
      }),
    );
  });
});
