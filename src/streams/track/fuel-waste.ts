import { type Kmh, type Litres, type Seconds, STANDARD_GRAVITY, seconds } from '../../model/units.js';
import type { FuelType, VehicleClass } from '../../model/vehicle.js';

/** What moving a vehicle of a class costs, and from where on it is needless. Round figures of laden vehicles of the class; see docs/fuel.md. */
interface RoadLoad {
  mass_kg: number;
  /** Drag coefficient times frontal area, m². */
  drag_m2: number;
  /** Of rolling. */
  rolling: number;
  /** Beyond, the excess of air drag counts as waste. */
  economical_kmh: Kmh;
  /** Braking beyond this throws motion away that rolling would have used. */
  braking_mps2: number;
}

const ROAD_LOADS: Readonly<Record<VehicleClass, RoadLoad>> = {
  car: { mass_kg: 1_500, drag_m2: 0.68, rolling: 0.011, economical_kmh: 110, braking_mps2: 2.5 },
  van: { mass_kg: 2_400, drag_m2: 1.4, rolling: 0.011, economical_kmh: 100, braking_mps2: 2.3 },
  truck: { mass_kg: 12_000, drag_m2: 5.5, rolling: 0.007, economical_kmh: 80, braking_mps2: 1.8 },
  bus: { mass_kg: 12_000, drag_m2: 5.5, rolling: 0.008, economical_kmh: 85, braking_mps2: 1.8 },
};

/** MJ in a litre (of natural gas in a kilogram), lower heating values. */
const HEAT: Readonly<Record<FuelType, number>> = {
  petrol: 32,
  hybrid: 32,
  diesel: 36,
  ethanol: 21,
  lpg: 25,
  cng: 47,
  electric: Infinity,
};
/** What of the heat gets to the wheels. */
const EFFICIENCY = 0.3;
const HALF_AIR_DENSITY = 0.6;
/** What braking gently would have taken anyhow. */
const GENTLE_MPS2 = 1.5;

const forceAt = ({ mass_kg, drag_m2, rolling }: RoadLoad, kmh: Kmh): number =>
  mass_kg * STANDARD_GRAVITY * rolling + HALF_AIR_DENSITY * drag_m2 * (kmh / 3.6) ** 2;

/** The share of what is burnt at a steady `kmh` that would not have been at the economical speed of the class; 0 below it. */
export const speedingShare = (vehicleClass: VehicleClass, kmh: Kmh): number => {
  const load = ROAD_LOADS[vehicleClass];
  if (!(kmh > load.economical_kmh)) return 0;
  return 1 - forceAt(load, load.economical_kmh) / forceAt(load, kmh);
};

/** Fuel that made the motion which harsh braking from `before` to `after` turned into heat, beyond what a gentle stop does. */
export const brakedAway = (vehicleClass: VehicleClass, fuelType: FuelType, before: Kmh, after: Kmh, time: Seconds): Litres => {
  if (!(before > after)) return 0;
  const load = ROAD_LOADS[vehicleClass];
  const braking = (before - after) / 3.6 / time;
  if (!(braking >= load.braking_mps2)) return 0;
  const joules = (load.mass_kg / 2) * ((before / 3.6) ** 2 - (after / 3.6) ** 2);
  return (joules * (1 - GENTLE_MPS2 / braking)) / (EFFICIENCY * HEAT[fuelType] * 1e6);
};

/** Above this an engine turns faster than steady driving needs. */
export const economicalRpm = (vehicleClass: VehicleClass, fuelType: FuelType): number => {
  if (vehicleClass === 'truck' || vehicleClass === 'bus') return 1_800;
  return fuelType === 'diesel' ? 2_500 : 3_000;
};

/** What a turn costs where the vehicle has not shown it yet: 0.8 L/h at 800 rpm (obd-facts §5: 0.6 to 1 of a car, 2 to 4 of a truck). */
export const usualIdleTurn = (vehicleClass: VehicleClass): Litres =>
  (vehicleClass === 'truck' || vehicleClass === 'bus' ? 2.5 : 0.8) / (800 * 60);

/** The part of what an engine burns cold that it would not burn warm: a quarter at 0 °C, none from 70 °C on. */
export const coldShare = (coolant: number): number => 0.25 * Math.max(0, Math.min(1, (70 - coolant) / 70));

/** Speeds further apart say nothing of braking between them. */
export const BRAKING_WITHIN = seconds(3);
