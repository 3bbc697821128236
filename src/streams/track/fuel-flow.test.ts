// Proves: fuel is counted by the best that is told, and not at all where nothing tells it.
import { describe, expect, test } from '@jest/globals';
import { noNewestSignals, noteSignals } from '../../model/newest-signals.js';
import { emptyReading, type Signals } from '../../model/reading.js';
import type { FuelType } from '../../model/vehicle.js';
import { burnFuel, litresOf } from './fuel-flow.js';
import { newTrackNumbers } from './track-numbers.js';
import type { EngineSpec } from './vehicle-conditions.js';

interface Given {
  every?: number;
  moving?: boolean;
  engine?: EngineSpec;
}

/** Litres after a minute of the same signals, once in `every` seconds; undefined where none were ever told. */
const minuteOf = (
  signals: Signals,
  fuelType?: FuelType,
  { every = 1, moving = false, engine }: Given = {},
): number | undefined => {
  const memory = { numbers: newTrackNumbers(), fuelDays: [] };
  const signs = noNewestSignals();
  let litres: number | undefined;
  for (let s = 0; s <= 60; s += every) {
    const reading = { ...emptyReading(1e12 + s * 1_000, 0, 'd', 0, 0), signals };
    noteSignals(signs, reading);
    const burnt = litresOf(burnFuel(memory, signs, reading, { fuelType, engine }, moving));
    if (!Number.isNaN(burnt)) litres = (litres ?? 0) + burnt;
  }
  return litres;
};

describe('fuel', () => {
  test('by air mass is that of petrol (obd-facts §5), also where the fuel is not known', () => {
    const litres = (10 * 60) / 14.7 / 745;
    expect(minuteOf({ mass_air_flow: 10 }, 'petrol')).toBeCloseTo(litres, 6);
    expect(minuteOf({ mass_air_flow: 10 })).toBeCloseTo(litres, 6);
    expect(minuteOf({ mass_air_flow: 10, commanded_lambda: 0.8 }, 'petrol')).toBeCloseTo(litres / 0.8, 6);
  });

  test('by air mass is not known of a diesel, by registry or by PID 51, nor of what burns none', () => {
    expect(minuteOf({ mass_air_flow: 10 }, 'diesel')).toBeUndefined();
    expect(minuteOf({ mass_air_flow: 10, fuel_type: 4 })).toBeUndefined();
    expect(minuteOf({ mass_air_flow: 10, engine_fuel_rate: 6 }, 'electric')).toBeUndefined();
    expect(minuteOf({ mass_air_flow: 10 }, 'cng')).toBeUndefined();
  });

  test('by rate goes before air mass, for a diesel too', () => {
    expect(minuteOf({ mass_air_flow: 10, engine_fuel_rate: 6 }, 'diesel')).toBeCloseTo(0.1, 6);
    expect(minuteOf({ engine_fuel_rate_mass: 1 }, 'diesel')).toBeCloseTo(60 / 832, 6);
  });

  test('of a device that tells it every 20 s is the same', () => {
    expect(minuteOf({ engine_fuel_rate: 6 }, 'diesel', { every: 20 })).toBeCloseTo(0.1 * (2 / 3), 6);
  });

  test('is not made up for a gap, nor from a value out of range', () => {
    const memory = { numbers: newTrackNumbers(), fuelDays: [] };
    const at = (s: number) =>
      burnFuel(
        memory,
        noNewestSignals(),
        { ...emptyReading(1e12 + s * 1_000, 0, 'd', 0, 0), signals: { engine_fuel_rate: 6 } },
        { fuelType: 'petrol' },
        false,
      );
    expect([at(0), at(1), at(60)].map(burnt => burnt !== undefined)).toEqual([false, true, false]);
    expect(minuteOf({ mass_air_flow: Number.NaN }, 'petrol')).toBeUndefined();
    expect(minuteOf({ engine_fuel_rate: 3_276 }, 'petrol')).toBeUndefined();
  });

  test('by air mass is refined by the trims of a closed loop, and is none while the injection is cut', () => {
    const plain = (10 * 60) / 14.7 / 745;
    const trims = { mass_air_flow: 10, short_fuel_trim_1: 2, long_fuel_trim_1: 6 };
    expect(minuteOf({ ...trims, fuel_system_1_status: 2 }, 'petrol')).toBeCloseTo(plain * 1.08, 6);
    expect(minuteOf({ ...trims, fuel_system_1_status: 1 }, 'petrol')).toBeCloseTo(plain, 6);
    const overrun = { mass_air_flow: 10, fuel_system_1_status: 4, engine_rpm: 2_400, engine_load: 15 };
    expect(minuteOf(overrun, 'petrol', { moving: true })).toBe(0);
    // The same status is told under full load, where the mixture is rich and not cut.
    expect(minuteOf({ ...overrun, engine_load: 96, throttle_position: 84 }, 'petrol', { moving: true })).toBeCloseTo(plain, 6);
    expect(minuteOf(overrun, 'petrol', { moving: false })).toBeCloseTo(plain, 6);
  });

  test('by manifold pressure follows the gas law where the displacement is known, and gives way to air mass', () => {
    const signals = { intake_manifold_pressure: 50, intake_air_temp: 27, engine_rpm: 2_000 };
    // 50 kPa * 0.82 * 1.6 L * 2000/120 * 28.97 / (8.314 * 300.15 K) = 12.69 g/s
    const litres = ((12.69 / 14.7) * 60) / 745;
    expect(minuteOf(signals, 'petrol', { engine: { displacement: 1.6, cylinders: 4 } })).toBeCloseTo(litres, 4);
    expect(minuteOf(signals, 'petrol')).toBeUndefined();
    expect(minuteOf({ ...signals, mass_air_flow: 10 }, 'petrol', { engine: { displacement: 1.6, cylinders: 4 } })).toBeCloseTo(
      (10 * 60) / 14.7 / 745,
      6,
    );
  });

  test('by injection needs the number of cylinders', () => {
    const signals = { cylinder_fuel_rate: 12, engine_rpm: 2_000 };
    expect(minuteOf(signals, 'diesel', { engine: { displacement: 0, cylinders: 4 } })).toBeCloseTo(
      (((12 * 4 * 2_000) / 120_000) * 60) / 832,
      6,
    );
    expect(minuteOf(signals, 'diesel')).toBeUndefined();
  });

  test('of a diesel that tells air alone is a marked guess between what its leanest and richest mixture would be', () => {
    const memory = { numbers: newTrackNumbers(), fuelDays: [] };
    const found = [0, 1, 2].map(s => {
      const reading = {
        ...emptyReading(1e12 + s * 1_000, 0, 'd', 0, 0),
        signals: { mass_air_flow: 20, engine_load: 40, engine_rpm: 1_800 },
      };
      const signs = noNewestSignals();
      noteSignals(signs, reading);
      const burnt = burnFuel(memory, signs, reading, { fuelType: 'diesel' }, true);
      return burnt && { ...burnt };
    });
    const stoichiometric = 20 / 14.5 / 832;
    expect(found[2]!.method).toBe('maf_estimated');
    expect(found[2]!.amount).toBeLessThan(stoichiometric / 1.3);
    expect(found[2]!.amount).toBeGreaterThan(stoichiometric / 6);
  });
});
