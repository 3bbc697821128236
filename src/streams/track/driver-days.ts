import type { AlertKind, Severity } from '../../model/alert.js';
import type { DriverId, VehicleId } from '../../model/ids.js';
import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import type { DriverDay } from '../../model/trip.js';
import type { Kmh, Litres, Metres, Seconds } from '../../model/units.js';
import * as TRIP from './trip-numbers.js';

/** A day of a driver that is still open. */
export interface OpenDay {
  driver: DriverId | '';
  day: string;
  /** At the places below. */
  numbers: number[];
  /** Null while there is no alert. */
  counts: DriverDay['counts'] | null;
}

/** As `DriverDay` has them; `NOT_TOLD` is null or left out there. */
const DISTANCE = 0;
const DRIVING = 1;
const IDLE = 2;
const TRIPS = 3;
const MAX_SPEED = 4;
const FUEL = 5;
const NIGHT = 6;
const ALONG = 7;
const ACROSS = 8;
/** Travel of the open trip, not yet scaled to the trip's own measure. */
const OPEN_METRES = 9;

const AT_START: readonly number[] = numbersAtStart(10, [
  [MAX_SPEED, NOT_TOLD],
  [FUEL, NOT_TOLD],
]);

/**
 * What drivers did on the vehicle on the days that may still change: today, yesterday, and the days of the open trip. Increments
 * belong to the day of their event time, a trip to the day it starts on.
 */
export interface DaysMemory {
  vehicle: VehicleId;
  /** The day and driver of the newest reading. */
  day: string;
  driver: DriverId | '';
  /** Oldest first; few. */
  open: readonly OpenDay[];
}

export const newDaysMemory = (): DaysMemory => ({ vehicle: '', day: '', driver: '', open: NO_DAYS });

/** Shared: a list that gets a day is made anew. */
const NO_DAYS: readonly OpenDay[] = [];
const NO_COUNTS: DriverDay['counts'] = {};

/** The day as a row. A fresh object: it may be kept. */
export const dayRow = ({ vehicle }: DaysMemory, { driver, day, numbers, counts }: OpenDay): DriverDay => ({
  driver,
  vehicle,
  day,
  distance: numbers[DISTANCE]!,
  driving: numbers[DRIVING]!,
  idle: numbers[IDLE]!,
  trips: numbers[TRIPS]!,
  maxSpeed: toldOr(numbers[MAX_SPEED]!, null),
  fuel: toldOr(numbers[FUEL]!, null),
  night: numbers[NIGHT]!,
  ...(numbers[ALONG] !== NOT_TOLD && { measured: { along: numbers[ALONG]!, across: numbers[ACROSS]! } }),
  counts: counts ?? NO_COUNTS,
});

/** As it was kept before. */
export interface LooseDays {
  vehicle: VehicleId;
  day: string;
  driver: DriverId | '';
  open: readonly (OpenDay | { row: Omit<DriverDay, 'night'> & { night?: Seconds }; openMetres: Metres })[];
}

/** What was read from JSON, also of an earlier version. */
export const readDays = ({ vehicle, day, driver, open }: LooseDays): DaysMemory => ({
  vehicle,
  day,
  driver,
  open: open.map(entry => {
    if ('numbers' in entry)
      return { driver: entry.driver, day: entry.day, numbers: readNumbers(entry.numbers, AT_START), counts: entry.counts };
    const { row } = entry;
    const numbers = AT_START.slice();
    numbers[DISTANCE] = row.distance;
    numbers[DRIVING] = row.driving;
    numbers[IDLE] = row.idle;
    numbers[TRIPS] = row.trips;
    numbers[MAX_SPEED] = row.maxSpeed ?? NOT_TOLD;
    numbers[FUEL] = row.fuel ?? NOT_TOLD;
    numbers[NIGHT] = row.night ?? 0;
    numbers[ALONG] = row.measured?.along ?? NOT_TOLD;
    numbers[ACROSS] = row.measured?.across ?? NOT_TOLD;
    numbers[OPEN_METRES] = entry.openMetres;
    return { driver: row.driver, day: row.day, numbers, counts: row.counts };
  }),
});

/** The entry of a driver and day; made if it is not there. */
export const dayEntry = (memory: DaysMemory, driver: DriverId | '', day: string): OpenDay => {
  // The newest is nearly always the one.
  for (let i = memory.open.length - 1; i >= 0; i -= 1) {
    const entry = memory.open[i]!;
    if (entry.day === day && entry.driver === driver) return entry;
  }
  const entry: OpenDay = { driver, day, numbers: AT_START.slice(), counts: null };
  // Exactly as long as it is: a list that grows has room for seventeen at once.
  memory.open = memory.open.concat([entry]);
  return entry;
};

/** What an entry's part of the open trip is worth, when the trip is `metres` long by its best measure. */
const shareOf = (memory: DaysMemory, entry: OpenDay, metres: Metres): Metres => {
  let travel = 0;
  for (const { numbers } of memory.open) travel += numbers[OPEN_METRES]!;
  if (travel >= 1) return (entry.numbers[OPEN_METRES]! / travel) * metres;
  // Measured by nothing but an odometer: all of it to where the trip is now.
  return entry === memory.open.at(-1) ? metres : 0;
};

/** The entry as it stands now, its part of the open trip included. @param metres length of that trip, 0 if there is none */
export const dayOutcome = (memory: DaysMemory, entry: OpenDay, metres: Metres): DriverDay => {
  const row = dayRow(memory, entry);
  if (metres !== 0) row.distance += shareOf(memory, entry, metres) / 1_000;
  return row;
};

/** Adds a trip that ended to its days, at the length it turned out to have. */
export const settleTrip = (memory: DaysMemory, metres: Metres): void => {
  if (metres === 0) return;
  const shares = memory.open.map(entry => shareOf(memory, entry, metres));
  memory.open.forEach((entry, i) => {
    entry.numbers[DISTANCE]! += shares[i]! / 1_000;
    entry.numbers[OPEN_METRES] = 0;
  });
};

export const countOnDay = (entry: OpenDay, kind: AlertKind, severity: Severity, n: number): void => {
  entry.counts ??= {};
  entry.counts[kind] ??= {};
  const counts = entry.counts[kind];
  counts[severity] = (counts[severity] ?? 0) + n;
};

/** Adds a trip that has proven itself, with all it has gathered. @param metres of its way so far   @param night it began at night */
export const addProvenTrip = ({ numbers }: OpenDay, trip: readonly number[], metres: Metres, night: boolean): void => {
  numbers[TRIPS]! += 1;
  numbers[OPEN_METRES]! += metres;
  numbers[IDLE]! += trip[TRIP.IDLE]!;
  numbers[DRIVING]! += trip[TRIP.MOVING]!;
  if (night) numbers[NIGHT]! += trip[TRIP.MOVING]!;
  if (trip[TRIP.MAX_SPEED] !== NOT_TOLD) numbers[MAX_SPEED] = Math.max(toldOr(numbers[MAX_SPEED]!, 0), trip[TRIP.MAX_SPEED]!);
  addTold(numbers, FUEL, trip[TRIP.FUEL]!);
  if (trip[TRIP.ALONG] === NOT_TOLD) return;
  addTold(numbers, ALONG, trip[TRIP.ALONG]!);
  addTold(numbers, ACROSS, trip[TRIP.ACROSS]!);
};

/** What one reading adds to a day. Speed and fuel are NaN where they are not known. */
export interface DayStep {
  idle: Seconds;
  moving: Seconds;
  speed: Kmh;
  fuel: Litres;
  along: Seconds;
  across: Seconds;
}

export const addToDay = ({ numbers }: OpenDay, step: DayStep, metres: Metres, night: boolean): void => {
  numbers[OPEN_METRES]! += metres;
  numbers[IDLE]! += step.idle;
  numbers[DRIVING]! += step.moving;
  if (night) numbers[NIGHT]! += step.moving;
  if (step.speed > toldOr(numbers[MAX_SPEED]!, -1)) numbers[MAX_SPEED] = step.speed;
  if (!Number.isNaN(step.fuel)) addTold(numbers, FUEL, step.fuel);
  if (step.along === 0 && step.across === 0) return;
  addTold(numbers, ALONG, step.along);
  addTold(numbers, ACROSS, step.across);
};

/** Makes it told where it was not. */
export const addTold = (numbers: number[], place: number, more: number): void => {
  if (more === NOT_TOLD) return;
  numbers[place] = numbers[place] === NOT_TOLD ? more : numbers[place]! + more;
};
