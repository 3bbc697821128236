import type { Kmh, Mps2 } from '../model/units.js';
import type { VehicleClass } from '../model/vehicle.js';
import { randomOf } from './random.js';

const TEMPERS = ['calm', 'even', 'hasty'] as const;
/** How somebody drives: it decides pace and how often an incident happens, so that scorecards differ. */
export type Temper = (typeof TEMPERS)[number];

/** What a vehicle and its driver do in ordinary driving, and the most it does in an incident. */
export interface Traits {
  class: VehicleClass;
  temper: Temper;
  /** Ordinary limits, both positive. No second outside an incident goes beyond. */
  acceleration: Mps2;
  braking: Mps2;
  /** What a harsh incident reaches, both positive: well beyond the default thresholds of its class (contract §4). */
  harshAcceleration: readonly [Mps2, Mps2];
  harshBraking: readonly [Mps2, Mps2];
  /** Of the speed limit. */
  pace: number;
  /** What the law lets its class drive at most: below the default limits of `speeding`. */
  topSpeed_kmh: Kmh;
  /** The part of the scheduled harsh incidents that this driver really has. */
  harshShare: number;
  mass_kg: number;
  displacement_l: number;
  idle_rpm: number;
  /** Engine speed at 1 m/s in top gear. */
  topGear: number;
  tank_l: number;
}

const CLASSES = {
  car: {
    topSpeed_kmh: 120,
    acceleration: 1.5,
    braking: 2,
    harshAcceleration: [3.6, 4.4],
    harshBraking: [4.6, 6.8],
    mass_kg: 1_450,
    displacement_l: 1.6,
    idle_rpm: 780,
    topGear: 62,
    tank_l: 50,
  },
  van: {
    topSpeed_kmh: 120,
    acceleration: 1.3,
    braking: 1.8,
    harshAcceleration: [3.3, 4],
    harshBraking: [4.3, 6.2],
    mass_kg: 2_300,
    displacement_l: 2,
    idle_rpm: 800,
    topGear: 66,
    tank_l: 70,
  },
  truck: {
    topSpeed_kmh: 84,
    acceleration: 0.9,
    braking: 1.3,
    harshAcceleration: [2.6, 3],
    harshBraking: [3.5, 5],
    mass_kg: 9_500,
    displacement_l: 6.7,
    idle_rpm: 620,
    topGear: 58,
    tank_l: 180,
  },
  bus: {
    topSpeed_kmh: 94,
    acceleration: 0.9,
    braking: 1.3,
    harshAcceleration: [2.6, 3],
    harshBraking: [3.5, 5],
    mass_kg: 11_000,
    displacement_l: 7.2,
    idle_rpm: 620,
    topGear: 58,
    tank_l: 220,
  },
} as const;

const DRIVERS = {
  calm: { vigour: 0.85, pace: 0.92, harshShare: 0.25 },
  even: { vigour: 1, pace: 0.98, harshShare: 0.6 },
  hasty: { vigour: 1.15, pace: 1.06, harshShare: 1 },
} as const;

/** Mostly vans and cars, some trucks, a bus now and then. */
const FLEET_MIX: readonly VehicleClass[] = ['van', 'car', 'van', 'truck', 'car', 'van', 'van', 'car', 'truck', 'bus'];

/** @param no number of the vehicle in the fleet, from 0 */
export const traitsOf = (seed: string, no: number): Traits => {
  const temper = TEMPERS[randomOf(seed, 'temper', no).below(TEMPERS.length)]!;
  const vehicleClass = FLEET_MIX[no % FLEET_MIX.length]!;
  const vehicle = CLASSES[vehicleClass];
  const { vigour, pace, harshShare } = DRIVERS[temper];
  return {
    ...vehicle,
    class: vehicleClass,
    temper,
    acceleration: vehicle.acceleration * vigour,
    braking: vehicle.braking * vigour,
    pace,
    harshShare,
  };
};
