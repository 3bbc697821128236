import type { AlertKind, Severity } from '../../model/alert.js';
import type { DriverId, VehicleId } from '../../model/ids.js';
import type { DriverDay, ForcesMeasured } from '../../model/trip.js';
import type { Metres, Seconds } from '../../model/units.js';

/** A day that is still open. `openMetres` is travel of the open trip, not yet scaled to the trip's own measure. */
export interface OpenDay {
  row: DriverDay;
  openMetres: Metres;
}

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
  open: OpenDay[];
}

export const newDaysMemory = (): DaysMemory => ({ vehicle: '', day: '', driver: '', open: [] });

const emptyDay = (vehicle: VehicleId, driver: DriverId | '', day: string): DriverDay => ({
  driver,
  vehicle,
  day,
  distance: 0,
  driving: 0,
  idle: 0,
  trips: 0,
  maxSpeed: null,
  fuel: null,
  night: 0,
  measured: { along: 0, across: 0 },
  counts: {},
});

/** The entry of a driver and day; made if it is not there. */
export const dayEntry = (memory: DaysMemory, driver: DriverId | '', day: string): OpenDay => {
  // The newest is nearly always the one.
  for (let i = memory.open.length - 1; i >= 0; i -= 1) {
    const entry = memory.open[i]!;
    if (entry.row.day === day && entry.row.driver === driver) return entry;
  }
  const entry = { row: emptyDay(memory.vehicle, driver, day), openMetres: 0 };
  // Exactly as long as it is: a list that grows has room for seventeen at once.
  memory.open = memory.open.concat([entry]);
  return entry;
};

/** What an entry's part of the open trip is worth, when the trip is `metres` long by its best measure. */
const shareOf = (memory: DaysMemory, entry: OpenDay, metres: Metres): Metres => {
  let travel = 0;
  for (const { openMetres } of memory.open) travel += openMetres;
  if (travel >= 1) return (entry.openMetres / travel) * metres;
  // Measured by nothing but an odometer: all of it to where the trip is now.
  return entry === memory.open.at(-1) ? metres : 0;
};

/** The entry as it stands now, its part of the open trip included. @param metres length of that trip, 0 if there is none */
export const dayOutcome = (memory: DaysMemory, entry: OpenDay, metres: Metres): DriverDay => {
  const share = metres === 0 ? 0 : shareOf(memory, entry, metres);
  return share === 0 ? entry.row : { ...entry.row, distance: entry.row.distance + share / 1_000 };
};

/** Adds a trip that ended to its days, at the length it turned out to have. */
export const settleTrip = (memory: DaysMemory, metres: Metres): void => {
  if (metres === 0) return;
  const shares = memory.open.map(entry => shareOf(memory, entry, metres));
  memory.open.forEach((entry, i) => {
    entry.row.distance += shares[i]! / 1_000;
    entry.openMetres = 0;
  });
};

export const countOnDay = (entry: OpenDay, kind: AlertKind, severity: Severity, n: number): void => {
  entry.row.counts[kind] ??= {};
  const counts = entry.row.counts[kind];
  counts[severity] = (counts[severity] ?? 0) + n;
};

/** Adds to the time in which forces could be measured; makes it where a day was begun before it was known. */
export const addMeasured = (of: { measured?: ForcesMeasured }, along: Seconds, across: Seconds): void => {
  of.measured ??= { along: 0, across: 0 };
  of.measured.along += along;
  of.measured.across += across;
};
