import { FUEL_METHODS, type FuelDay, type FuelMethod } from '../../model/fuel.js';
import type { NewestSignals } from '../../model/newest-signals.js';
import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { type Instant, type Litres, type Millis, type Seconds, seconds } from '../../model/units.js';
import type { FuelType } from '../../model/vehicle.js';
import { isTold, SIGN, signAt } from './engine-signs.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';
import type { OpenFuelDay } from './open-fuel-day.js';
import type { EngineSpec } from './vehicle-conditions.js';

/** The newest known flow of fuel, and the days it was burnt on. */
export interface FuelMemory {
  /** Of the vehicle; see number-places.ts. */
  numbers: TrackNumbers;
  /** Days that may still change, oldest first; few. See fuel-days.ts. */
  fuelDays: readonly OpenFuelDay[];
}

/** L/s (natural gas: kg/s); 0 until known. */
const FLOW = 55;
const FLOW_AT = 56;
/** How often the flow is told; a gap raises it but slowly. */
const USUAL_STEP = 57;
/** How good its method is: `FUEL_METHODS` from the end, 0 = none; a lesser one waits until the better is gone. */
const RANK = 58;
const LAMBDA_TOLD = 59;
const LAMBDA_AT = 60;
/** PID 51, where the registry does not know; 0 = not told. */
const FUEL_CODE = 61;

export const fuelStart: NumbersAtStart = { from: FLOW, count: 7, not0: [[LAMBDA_TOLD, 1]] };

/** As it was kept before. */
export interface LooseFuel {
  flow: number;
  flowAt: Instant;
  usualStep: Millis;
  rank: number;
  lambda: number;
  lambdaAt: Instant;
  fuelCode: number;
  days?: FuelDay[];
  idleTurn?: number;
  cold?: Litres;
  level?: { settled: number; at: Instant; counted: number };
}

export const takeFuel = (numbers: TrackNumbers, loose: LooseFuel): void => {
  numbers[FLOW] = loose.flow;
  numbers[FLOW_AT] = loose.flowAt;
  numbers[USUAL_STEP] = loose.usualStep;
  numbers[RANK] = loose.rank;
  numbers[LAMBDA_TOLD] = loose.lambda;
  numbers[LAMBDA_AT] = loose.lambdaAt;
  numbers[FUEL_CODE] = loose.fuelCode;
};

/** What was burnt since the reading before. One object, used again. */
export interface Burnt {
  /** L; of natural gas kg. */
  amount: Litres;
  method: FuelMethod;
  /** How long it took. */
  time: Seconds;
  fuelType: FuelType;
  fuelTypeKnown: boolean;
}

interface Burn {
  /** Air to fuel by mass, stoichiometric. */
  afr: number;
  /** g/L; of natural gas g/kg. */
  density: number;
}

/** Obd-facts §5. Electricity is no fuel. */
const BURNS: Readonly<Record<FuelType, Burn | undefined>> = {
  petrol: { afr: 14.7, density: 745 },
  hybrid: { afr: 14.7, density: 745 },
  ethanol: { afr: 9.0, density: 789 },
  diesel: { afr: 14.5, density: 832 },
  lpg: { afr: 15.6, density: 540 },
  cng: { afr: 17.2, density: 1_000 },
  electric: undefined,
};
/** By the code of PID 51; the others are not known. A list without holes: what V8 looks up fastest. */
const CODES: readonly (FuelType | undefined)[] = [
  undefined,
  'petrol',
  undefined,
  'ethanol',
  'diesel',
  'lpg',
  'cng',
  undefined,
  'electric',
];

/**
 * Left rectangles up to here (data/README). Beyond it only for a device that tells its flow no oftener, by means of both ends: a gap
 * is not filled with fuel.
 */
const SHORT_STEP: Millis = seconds(10);
const LONGEST_STEP: Millis = seconds(120);
const USUAL_STEPS = 3;
const BETTER_LASTS: Millis = seconds(15);
const LAMBDA_LASTS: Millis = seconds(30);
const TRIMS_LAST: Millis = seconds(30);
const SIGN_LASTS: Millis = seconds(10);
const FUEL_RATE = placeOfSignal('engine_fuel_rate');
const FUEL_MASS = placeOfSignal('engine_fuel_rate_mass');
const STROKE = placeOfSignal('cylinder_fuel_rate');
const AIR = placeOfSignal('mass_air_flow');
const FUEL_TYPE = placeOfSignal('fuel_type');
const LAMBDA = placeOfSignal('commanded_lambda');
const HIGHEST_MAF = 800;
const HIGHEST_RATE = 200;
/** g/s: 200 L/h of diesel. */
const HIGHEST_MASS = 47;
/** mg in a stroke: beyond any truck's. */
const HIGHEST_STROKE = 600;
/** Of an engine that breathes by itself and one that is charged, over its range: obd-facts §5 says 0.75 to 0.9. */
const VOLUMETRIC_EFFICIENCY = 0.82;
const MEAN_LAMBDA = 2.6;
const CLOSED_LOOP = 2;
const FUEL_CUT = 4;
const CUT_ABOVE_RPM = 1_200;

/** As registered, else as the vehicle told it by PID 51; undefined where nobody knows. */
export const fuelTypeOf = ({ numbers }: FuelMemory, registered: FuelType | undefined): FuelType | undefined =>
  registered ?? CODES[numbers[FUEL_CODE]!];

const rankOf = (method: FuelMethod): number => FUEL_METHODS.length - FUEL_METHODS.indexOf(method);
const RANKS = Object.fromEntries(FUEL_METHODS.map(method => [method, rankOf(method)])) as Record<FuelMethod, number>;
const methodOf = (rank: number): FuelMethod => FUEL_METHODS[FUEL_METHODS.length - rank]!;

/** Under a closed throttle the injection stops: the air goes through, and no fuel. PID 03 says so; 4 is told at full load too. */
const isCut = (signs: NewestSignals, at: Instant, moving: boolean): boolean =>
  moving &&
  signAt(signs, SIGN.fuel_system_1_status, at, SIGN_LASTS) === FUEL_CUT &&
  signAt(signs, SIGN.engine_rpm, at, SIGN_LASTS) > CUT_ABOVE_RPM &&
  (signAt(signs, SIGN.engine_load, at, SIGN_LASTS) < 30 || signAt(signs, SIGN.throttle_position, at, SIGN_LASTS) < 22);

/** What the engine adds to the computed amount, by its oxygen sensors: only in closed loop, and of the banks that are told. */
const trimOf = (signs: NewestSignals, at: Instant): number => {
  if (signAt(signs, SIGN.fuel_system_1_status, at, TRIMS_LAST) !== CLOSED_LOOP) return 1;
  const first = signAt(signs, SIGN.short_fuel_trim_1, at, TRIMS_LAST) + signAt(signs, SIGN.long_fuel_trim_1, at, TRIMS_LAST);
  const second = signAt(signs, SIGN.short_fuel_trim_2, at, TRIMS_LAST) + signAt(signs, SIGN.long_fuel_trim_2, at, TRIMS_LAST);
  const trim = Number.isNaN(first) ? second : Number.isNaN(second) ? first : (first + second) / 2;
  return Number.isNaN(trim) ? 1 : 1 + Math.max(-25, Math.min(25, trim)) / 100;
};

/**
 * The air over what it needs in a diesel that does not tell: it falls from about 5 at idle to 1.3 at full load (obd-facts §5: 1.3 to 6), as the
 * calculated load of a diesel is its share of the fuel at full load. Without the load a mean of mixed driving; the pedal is no help, for
 * cruise control drives with the pedal at rest. A guess, and marked as one.
 */
const guessedLambda = (signs: NewestSignals, at: Instant): number => {
  const load = signAt(signs, SIGN.engine_load, at, SIGN_LASTS);
  return load >= 0 ? Math.max(1.3, Math.min(6, 130 / Math.max(load, 1))) : MEAN_LAMBDA;
};

/** Mass of air in g/s by the ideal gas law; NaN where a part of it is missing. */
const airByDensity = (signs: NewestSignals, at: Instant, displacement: number): number =>
  (signAt(signs, SIGN.intake_manifold_pressure, at, SIGN_LASTS) *
    VOLUMETRIC_EFFICIENCY *
    displacement *
    (signAt(signs, SIGN.engine_rpm, at, SIGN_LASTS) / 120) *
    28.97) /
  (8.314 * (signAt(signs, SIGN.intake_air_temp, at, seconds(120)) + 273.15));

/** -1 = this reading tells no flow. Leaves the rank of its method in the memory. */
const flowOf = (
  { numbers }: FuelMemory,
  signs: NewestSignals,
  reading: Reading,
  burn: Burn,
  fuelType: FuelType,
  engine: EngineSpec | undefined,
  moving: boolean,
): number => {
  const { at } = reading;
  const { known } = toldBy(reading.signals);
  const litresPerHour = known[FUEL_RATE]!;
  const grams = known[FUEL_MASS]!;
  const stroke = known[STROKE]!;
  const air = known[AIR]!;
  const better = numbers[FLOW_AT]! > 0 && at - numbers[FLOW_AT]! <= BETTER_LASTS ? numbers[RANK]! : 0;
  if (litresPerHour >= 0 && litresPerHour <= HIGHEST_RATE && fuelType !== 'cng') {
    numbers[RANK] = RANKS.fuel_rate;
    return litresPerHour / 3_600;
  }
  if (grams >= 0 && grams <= HIGHEST_MASS && better <= RANKS.fuel_mass_rate) {
    numbers[RANK] = RANKS.fuel_mass_rate;
    return grams / burn.density;
  }
  if (stroke >= 0 && stroke <= HIGHEST_STROKE && engine?.cylinders && better <= RANKS.cylinder_rate) {
    const flow = (stroke * engine.cylinders * signAt(signs, SIGN.engine_rpm, at, SIGN_LASTS)) / 120_000 / burn.density;
    if (flow >= 0) {
      numbers[RANK] = RANKS.cylinder_rate;
      return flow;
    }
  }
  const lambdaKnown = numbers[LAMBDA_AT]! > 0 && at - numbers[LAMBDA_AT]! <= LAMBDA_LASTS;
  const diesel = fuelType === 'diesel';
  if (air >= 0 && air <= HIGHEST_MAF) {
    const guess = diesel && !lambdaKnown;
    const rank = guess ? RANKS.maf_estimated : RANKS.maf;
    if (better > rank) return -1;
    numbers[RANK] = rank;
    if (isCut(signs, at, moving)) return 0;
    const lambda = guess ? guessedLambda(signs, at) : lambdaKnown ? numbers[LAMBDA_TOLD]! : 1;
    return (air * (diesel ? 1 : trimOf(signs, at))) / (burn.afr * lambda * burn.density);
  }
  if (diesel || !engine?.displacement || better > RANKS.speed_density || !isTold(signs, SIGN.intake_manifold_pressure, at))
    return -1;
  const computed = airByDensity(signs, at, engine.displacement);
  if (!(computed >= 0)) return -1;
  numbers[RANK] = RANKS.speed_density;
  if (isCut(signs, at, moving)) return 0;
  return (computed * trimOf(signs, at)) / (burn.afr * (lambdaKnown ? numbers[LAMBDA_TOLD]! : 1) * burn.density);
};

/** Used again at each reading. */
const burnt: Burnt = { amount: 0, method: 'fuel_rate', time: 0, fuelType: 'petrol', fuelTypeKnown: false };

/**
 * Fuel burnt since the reading before, by the best method that the vehicle tells; see `FUEL_METHODS` and docs/fuel.md.
 * @param moving closed throttle means overrun only then
 * @returns undefined where it cannot be told; else valid until the next call
 * @see obd-facts §5
 */
export const burnFuel = (
  memory: FuelMemory,
  signs: NewestSignals,
  reading: Reading,
  { fuelType: registered, engine }: { fuelType: FuelType | undefined; engine?: EngineSpec },
  moving: boolean,
): Burnt | undefined => {
  const { at } = reading;
  const { numbers } = memory;
  const { known: told } = toldBy(reading.signals);
  const code = told[FUEL_TYPE]!;
  if (!Number.isNaN(code) && CODES[code] !== undefined) numbers[FUEL_CODE] = code;
  const lambda = told[LAMBDA]!;
  if (lambda > 0.5 && lambda < 1.99) {
    numbers[LAMBDA_TOLD] = lambda;
    numbers[LAMBDA_AT] = at;
  }
  const fuelType = fuelTypeOf(memory, registered) ?? 'petrol';
  const burn = BURNS[fuelType];
  if (burn === undefined) return undefined;
  const flow = flowOf(memory, signs, reading, burn, fuelType, engine, moving);
  if (flow < 0) return undefined;
  const known = numbers[FLOW_AT]! > 0;
  const step = at - numbers[FLOW_AT]!;
  let amount = -1;
  if (known && step <= SHORT_STEP) amount = (numbers[FLOW]! * step) / 1_000;
  else if (known && step <= Math.min(LONGEST_STEP, USUAL_STEPS * numbers[USUAL_STEP]!))
    amount = (((numbers[FLOW]! + flow) / 2) * step) / 1_000;
  if (known && step > 0) numbers[USUAL_STEP] = numbers[USUAL_STEP]! === 0 ? step : Math.min(step, 1.5 * numbers[USUAL_STEP]!);
  numbers[FLOW] = flow;
  numbers[FLOW_AT] = at;
  if (amount < 0) return undefined;
  burnt.amount = amount;
  burnt.method = methodOf(numbers[RANK]!);
  burnt.time = step / 1_000;
  burnt.fuelType = fuelType;
  burnt.fuelTypeKnown = registered !== undefined || CODES[numbers[FUEL_CODE]!] !== undefined;
  return burnt;
};

/** What counts as the litres of a trip: what was measured, not what was guessed, and no kilograms; else NaN. */
export const litresOf = (found: Burnt | undefined): Litres =>
  found === undefined || found.method === 'maf_estimated' || found.fuelType === 'cng' ? Number.NaN : found.amount;
