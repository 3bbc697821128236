import type { Reading } from '../../model/reading.js';
import { type Instant, type Litres, type Millis, seconds } from '../../model/units.js';
import type { FuelType } from '../../model/vehicle.js';

/** The newest known flow of fuel. */
export interface FuelMemory {
  /** L/s; 0 until known. */
  flow: number;
  flowAt: Instant;
  /** How often the flow is told; a gap raises it but slowly. */
  usualStep: Millis;
  /** What it was told by: 3 a fuel rate in L/h, 2 in g/s, 1 the air; a lesser one waits until the better is gone. */
  rank: number;
  lambda: number;
  lambdaAt: Instant;
  /** PID 51, where the registry does not know; 0 = not told. */
  fuelCode: number;
}

export const newFuelMemory = (): FuelMemory => ({
  flow: 0,
  flowAt: 0,
  usualStep: 0,
  rank: 0,
  lambda: 1,
  lambdaAt: 0,
  fuelCode: 0,
});

interface Burn {
  /** Air to fuel by mass, stoichiometric. */
  afr: number;
  /** g/L. */
  density: number;
}

/** Obd-facts §5. CNG is sold by mass and electricity is no fuel: no litres. */
const BURNS: Readonly<Record<FuelType, Burn | undefined>> = {
  petrol: { afr: 14.7, density: 745 },
  hybrid: { afr: 14.7, density: 745 },
  ethanol: { afr: 9.0, density: 789 },
  diesel: { afr: 14.5, density: 832 },
  lpg: { afr: 15.6, density: 540 },
  cng: undefined,
  electric: undefined,
};
const CODES: Readonly<Record<number, FuelType>> = { 1: 'petrol', 3: 'ethanol', 4: 'diesel', 5: 'lpg', 6: 'cng', 8: 'electric' };

/**
 * Left rectangles up to here (data/README). Beyond it only for a device that tells its flow no oftener, by means of both ends: a gap
 * is not filled with fuel.
 */
const SHORT_STEP: Millis = seconds(10);
const LONGEST_STEP: Millis = seconds(120);
const USUAL_STEPS = 3;
const BETTER_LASTS: Millis = seconds(15);
const LAMBDA_LASTS: Millis = seconds(30);
const HIGHEST_MAF = 800;
const HIGHEST_RATE = 200;
/** g/s: 200 L/h of diesel. */
const HIGHEST_MASS = 47;

/** As registered, else as the vehicle told it by PID 51; undefined where nobody knows. */
export const fuelTypeOf = ({ fuelCode }: FuelMemory, registered: FuelType | undefined): FuelType | undefined =>
  registered ?? CODES[fuelCode];

/** -1 = this reading tells no flow. Leaves the rank of its source in `found.rank`. */
const flowOf = (memory: FuelMemory, reading: Reading, fuelType: FuelType): number => {
  const { engine_fuel_rate: litresPerHour, engine_fuel_rate_mass: grams, mass_air_flow: air } = reading.signals;
  const burn = BURNS[fuelType];
  const better = memory.flowAt > 0 && reading.at - memory.flowAt <= BETTER_LASTS ? memory.rank : 0;
  if (litresPerHour !== undefined && litresPerHour >= 0 && litresPerHour <= HIGHEST_RATE) {
    memory.rank = 3;
    return litresPerHour / 3_600;
  }
  if (burn === undefined) return -1;
  if (grams !== undefined && grams >= 0 && grams <= HIGHEST_MASS && better <= 2) {
    memory.rank = 2;
    return grams / burn.density;
  }
  if (air === undefined || !(air >= 0 && air <= HIGHEST_MAF) || better > 1) return -1;
  const lambdaKnown = memory.lambdaAt > 0 && reading.at - memory.lambdaAt <= LAMBDA_LASTS;
  // A diesel runs lean by an unknown factor of up to 6: air alone says nothing of its fuel.
  if (fuelType === 'diesel' && !lambdaKnown) return -1;
  memory.rank = 1;
  return air / (burn.afr * (lambdaKnown ? memory.lambda : 1) * burn.density);
};

/**
 * Fuel burnt since the reading before, by the best that is told: fuel rate (5E), fuel mass (9D), air mass (10) over its mixture.
 * Where neither registry nor PID 51 know the fuel it counts as petrol, the commonest that sends air mass at all.
 * @returns undefined where it cannot be told
 * @see obd-facts §5
 */
export const burnFuel = (memory: FuelMemory, reading: Reading, registered: FuelType | undefined): Litres | undefined => {
  const { at, signals } = reading;
  if (signals.fuel_type !== undefined && signals.fuel_type in CODES) memory.fuelCode = signals.fuel_type;
  const lambda = signals.commanded_lambda;
  if (lambda !== undefined && lambda > 0.5 && lambda < 1.99) {
    memory.lambda = lambda;
    memory.lambdaAt = at;
  }
  const fuelType = fuelTypeOf(memory, registered) ?? 'petrol';
  if (fuelType === 'electric') return undefined;
  const flow = flowOf(memory, reading, fuelType);
  if (flow < 0) return undefined;
  const known = memory.flowAt > 0;
  const step = at - memory.flowAt;
  let burnt: Litres | undefined;
  if (known && step <= SHORT_STEP) burnt = (memory.flow * step) / 1_000;
  else if (known && step <= Math.min(LONGEST_STEP, USUAL_STEPS * memory.usualStep))
    burnt = (((memory.flow + flow) / 2) * step) / 1_000;
  if (known && step > 0) memory.usualStep = memory.usualStep === 0 ? step : Math.min(step, 1.5 * memory.usualStep);
  memory.flow = flow;
  memory.flowAt = at;
  return burnt;
};
