// Proves: fuel is counted on its driver's day, what was wasted is told by the pattern that wasted it and no more than was burnt, and a tank that
// is filled is neither driven nor burnt.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldTrips } from '../../../tests/golden/fold-trips.js';
import type { FuelDay } from '../../model/fuel.js';
import { emptyReading, type Reading, type Signals } from '../../model/reading.js';
import { fuelDayRow, readFuelDay } from './open-fuel-day.js';
import type { VehicleConditions } from './vehicle-conditions.js';

const START = Date.UTC(2026, 4, 4, 8);

/** One reading a second, as long as each stretch says. */
const drive = (...stretches: { for: number; signals: Signals; ignition?: boolean; every?: number }[]): Reading[] => {
  const readings: Reading[] = [];
  let at = START;
  for (const { for: length, signals, ignition = true, every = 1 } of stretches)
    for (let s = 0; s < length; s += every) {
      at += every * 1_000;
      readings.push({ ...emptyReading(at, at, 'd', readings.length, 0), ignition, signals });
    }
  return readings;
};

const fuelOf = (readings: readonly Reading[], changes: Partial<VehicleConditions> = {}): FuelDay => {
  const { memory } = foldTrips(readings, { fuelType: 'petrol', ...changes });
  expect(memory.fuelDays).toHaveLength(1);
  return fuelDayRow(memory.fuelDays[0]!, 'van');
};

describe('a day of fuel', () => {
  test('knows what was burnt driving and idling, and over how far', () => {
    const day = fuelOf(
      drive(
        { for: 600, signals: { engine_rpm: 800, vehicle_speed: 0, engine_fuel_rate: 0.9 } },
        { for: 600, signals: { engine_rpm: 2_000, vehicle_speed: 60, engine_fuel_rate: 6 } },
      ),
    );
    expect(day.burnt.fuel_rate).toBeCloseTo(0.15 + 1, 1);
    expect(day.idle).toBeCloseTo(0.15, 2);
    expect(day.idling).toBeCloseTo(600, -1);
    expect(day.measured).toBeCloseTo(10, 1);
  });

  test('names waste: speed, needless revs, harsh braking, engines stopped cold', () => {
    const calm = { engine_rpm: 2_000, vehicle_speed: 90, engine_fuel_rate: 5, coolant_temp: 90 };
    expect(fuelOf(drive({ for: 600, signals: calm })).waste).toEqual({});
    // Of 130 km/h against 110 the drag of a car is 0.6 · 0.68 · (36.1² - 30.6²) = 151 N of 694 N.
    const fast = fuelOf(drive({ for: 600, signals: { ...calm, vehicle_speed: 130 } }));
    expect(fast.waste.speeding! / fast.burnt.fuel_rate!).toBeCloseTo(151 / 694, 2);
    const revs = fuelOf(drive({ for: 600, signals: { ...calm, engine_rpm: 4_500, engine_load: 40 } }));
    expect(revs.waste.high_revs).toBeGreaterThan(0.1);
    expect(fuelOf(drive({ for: 600, signals: { ...calm, engine_rpm: 4_500, engine_load: 95 } })).waste).toEqual({});
    const braking = [72, 60, 48, 36, 24, 12, 0].map(vehicle_speed => ({ for: 1, signals: { ...calm, vehicle_speed } }));
    // 1,500 kg from 20 m/s are 300 kJ; at 3.3 m/s² 55 % of it is more than a gentle stop takes, at 9.6 MJ to the wheels from a litre.
    expect(fuelOf(drive({ for: 60, signals: { ...calm, vehicle_speed: 72 } }, ...braking)).waste.harsh_driving).toBeCloseTo(
      (0.3 * (1 - 1.5 / (12 / 3.6))) / 9.6,
      3,
    );
    const cold = { ...calm, coolant_temp: 20, vehicle_speed: 40 };
    const off = { for: 400, signals: { engine_rpm: 0, vehicle_speed: 0 }, ignition: false, every: 10 };
    const short = fuelOf(drive({ for: 240, signals: cold }, off));
    expect(short.waste.cold_short_trips! / short.burnt.fuel_rate!).toBeCloseTo(0.25 * (50 / 70), 2);
    expect(fuelOf(drive({ for: 240, signals: cold }, { for: 240, signals: calm }, off)).waste).toEqual({});
  });

  test('tells a refuel once, and by the level what was driven away and not what was filled', () => {
    const level = (fuel_level: number, speed = 60): Signals => ({ engine_rpm: 1_500, vehicle_speed: speed, fuel_level });
    const wave = (s: number): number => 3 * Math.sin(s / 3);
    const readings = drive(
      ...Array.from({ length: 1_800 }, (_, s) => ({ for: 1, signals: level(50 - s / 180 + wave(s)) })),
      ...[40, 55, 80, 80, 80].map(fuel_level => ({
        for: 60,
        every: 60,
        ignition: false,
        signals: { engine_rpm: 0, vehicle_speed: 0, fuel_level },
      })),
      ...Array.from({ length: 1_800 }, (_, s) => ({ for: 1, signals: level(80 - s / 180 + wave(s)) })),
    );
    const day = fuelOf(readings);
    expect(day.levelUsed).toBeGreaterThan(15);
    expect(day.levelUsed).toBeLessThan(22);
    expect(day.refuels).toHaveLength(1);
    expect(day.refuels![0]!.to).toBe(80);
    expect(day.refuels![0]!.from).toBeCloseTo(40, -1);
  });

  test('never wastes more than it burns, whatever is told', () => {
    const anySignals = fc.record(
      {
        engine_rpm: fc.constantFrom(0, 800, 2_500, 6_000),
        vehicle_speed: fc.constantFrom(0, 5, 50, 90, 140),
        mass_air_flow: fc.constantFrom(0, 3, 20, 60),
        engine_fuel_rate: fc.constantFrom(0, 1, 8, 30),
        coolant_temp: fc.constantFrom(-10, 20, 60, 90),
        engine_load: fc.constantFrom(10, 50, 99),
        fuel_level: fc.constantFrom(5, 50, 95),
        fuel_system_1_status: fc.constantFrom(1, 2, 4),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ for: fc.integer({ min: 1, max: 40 }), signals: anySignals, ignition: fc.boolean() }), {
          maxLength: 12,
        }),
        stretches => {
          for (const open of foldTrips(drive(...stretches), { fuelType: 'petrol' }).memory.fuelDays) {
            const day = fuelDayRow(open, 'van');
            expect(readFuelDay(day)).toEqual(open);
            const burnt = Object.values(day.burnt).reduce((sum, litres) => sum + litres, 0);
            const { harsh_driving: _kinetic, ...shares } = day.waste;
            for (const litres of [day.idle, day.measured, ...Object.values(day.burnt), ...Object.values(day.waste)])
              expect(litres >= 0).toBe(true);
            for (const litres of Object.values(shares)) expect(litres).toBeLessThanOrEqual(burnt + 1e-9);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
