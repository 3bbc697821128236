import { FUEL_METHODS, type FuelDay, type FuelMethod, WASTE_PATTERNS, type WastePattern } from '../../model/fuel.js';
import type { DriverId, VehicleId } from '../../model/ids.js';
import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import type { FuelType } from '../../model/vehicle.js';

/** A day of fuel that may still change, as a vehicle keeps it: the row that it becomes is ten objects. */
export interface OpenFuelDay {
  driver: DriverId | '';
  day: string;
  fuelType: FuelType;
  fuelTypeKnown: boolean;
  /** At the places below. */
  numbers: number[];
  /** Null where there was none. */
  refuels: NonNullable<FuelDay['refuels']> | null;
}

export const MEASURED = 0;
export const IDLE = 1;
export const IDLING = 2;
/** `NOT_TOLD` where no level is told. */
export const LEVEL_USED = 3;
/** By method, `NOT_TOLD` where it measured nothing; and by pattern, 0 where nothing was wasted by it. */
const BURNT = 4;
const WASTE = BURNT + FUEL_METHODS.length;
const PATTERNS = WASTE_PATTERNS.filter(pattern => pattern !== 'idling');

const AT_START: readonly number[] = numbersAtStart(WASTE + PATTERNS.length, [
  [LEVEL_USED, NOT_TOLD],
  ...FUEL_METHODS.map((_, i): [number, number] => [BURNT + i, NOT_TOLD]),
]);

const placeOfBurnt = Object.fromEntries(FUEL_METHODS.map((method, i) => [method, BURNT + i])) as Record<FuelMethod, number>;
const placeOfWaste = Object.fromEntries(PATTERNS.map((pattern, i) => [pattern, WASTE + i])) as Record<Wasted, number>;
export type Wasted = Exclude<WastePattern, 'idling'>;

export const newFuelDay = (driver: DriverId | '', day: string, fuelType: FuelType, fuelTypeKnown: boolean): OpenFuelDay => ({
  driver,
  day,
  fuelType,
  fuelTypeKnown,
  numbers: AT_START.slice(),
  refuels: null,
});

/** Counts what a method measured, nothing too. */
export const addBurnt = ({ numbers }: OpenFuelDay, method: FuelMethod, amount: number): void => {
  const place = placeOfBurnt[method];
  numbers[place] = toldOr(numbers[place]!, 0) + amount;
};

export const addWaste = ({ numbers }: OpenFuelDay, pattern: Wasted, amount: number): void => {
  if (amount > 0) numbers[placeOfWaste[pattern]]! += amount;
};

/** The day as a row. A fresh object: it may be kept. */
export const fuelDayRow = (
  { driver, day, fuelType, fuelTypeKnown, numbers, refuels }: OpenFuelDay,
  vehicle: VehicleId,
): FuelDay => {
  const burnt: FuelDay['burnt'] = {};
  for (const method of FUEL_METHODS) {
    const amount = numbers[placeOfBurnt[method]]!;
    if (amount !== NOT_TOLD) burnt[method] = amount;
  }
  const waste: FuelDay['waste'] = {};
  for (const pattern of PATTERNS) {
    const amount = numbers[placeOfWaste[pattern]]!;
    if (amount > 0) waste[pattern] = amount;
  }
  return {
    driver,
    vehicle,
    day,
    fuelType,
    fuelTypeKnown,
    burnt,
    measured: numbers[MEASURED]!,
    idle: numbers[IDLE]!,
    idling: numbers[IDLING]!,
    waste,
    levelUsed: toldOr(numbers[LEVEL_USED]!, null),
    ...(refuels && { refuels: refuels.map(refuel => ({ ...refuel })) }),
  };
};

/** What was read from JSON, also of an earlier version, which kept the row. */
export const readFuelDay = (read: OpenFuelDay | FuelDay): OpenFuelDay => {
  const { driver, day, fuelType, fuelTypeKnown, refuels } = read;
  const entry = newFuelDay(driver, day, fuelType, fuelTypeKnown);
  entry.refuels = refuels ?? null;
  if ('numbers' in read) entry.numbers = readNumbers(read.numbers, AT_START);
  else {
    for (const method of FUEL_METHODS) if (read.burnt[method] !== undefined) addBurnt(entry, method, read.burnt[method]);
    for (const pattern of PATTERNS) addWaste(entry, pattern, read.waste[pattern] ?? 0);
    entry.numbers[MEASURED] = read.measured;
    entry.numbers[IDLE] = read.idle;
    entry.numbers[IDLING] = read.idling;
    entry.numbers[LEVEL_USED] = read.levelUsed ?? NOT_TOLD;
  }
  return entry;
};
