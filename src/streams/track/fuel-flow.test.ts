// Proves: fuel is counted by the best that is told, and not at all where nothing tells it.
import { describe, expect, test } from '@jest/globals';
import { emptyReading, type Signals } from '../../model/reading.js';
import type { FuelType } from '../../model/vehicle.js';
import { burnFuel, newFuelMemory } from './fuel-flow.js';

/** Litres after a minute of the same signals, once in `every` seconds; undefined where none were ever told. */
const minuteOf = (signals: Signals, fuelType?: FuelType, every = 1): number | undefined => {
  const memory = newFuelMemory();
  let litres: number | undefined;
  for (let s = 0; s <= 60; s += every) {
    const burnt = burnFuel(memory, { ...emptyReading(1e12 + s * 1_000, 0, 'd', 0, 0), signals }, fuelType);
    if (burnt !== undefined) litres = (litres ?? 0) + burnt;
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
    expect(minuteOf({ engine_fuel_rate: 6 }, 'diesel', 20)).toBeCloseTo(0.1 * (2 / 3), 6);
  });

  test('is not made up for a gap, nor from a value out of range', () => {
    const memory = newFuelMemory();
    const at = (s: number) =>
      burnFuel(memory, { ...emptyReading(1e12 + s * 1_000, 0, 'd', 0, 0), signals: { engine_fuel_rate: 6 } }, 'petrol');
    expect([at(0), at(1), at(60)].map(litres => litres !== undefined)).toEqual([false, true, false]);
    expect(minuteOf({ mass_air_flow: Number.NaN }, 'petrol')).toBeUndefined();
    expect(minuteOf({ engine_fuel_rate: 3_276 }, 'petrol')).toBeUndefined();
  });
});
