import { hours, type Instant, type Millis, minutes, seconds } from '../model/units.js';

/** The level of the tank while driving, and from where on it falls as an engine burns. */
export type DrivenTank = {
  /** The newest levels, oldest first; `DRIVEN_WINDOW` at most. */
  levels: number[];
  takenAt: Instant;
  /** The settled level that burning is counted from; null until there is one. */
  from: { level: number; at: Instant } | null;
  /** When no more than half of the limit was missing, last. */
  nearAt: Instant;
  told: boolean;
};

/** The median over four minutes (obd-facts §5: 1 to 5): waves go, and a bend or a hill does not stay so long. */
export const DRIVEN_WINDOW = 9;
const APART: Millis = seconds(30);
/** After such a silence the window begins anew; what may have been burnt meanwhile goes on being counted. */
const GAP: Millis = minutes(10);

/** Used again at each reading. */
const sorted: number[] = [];

export const newDrivenTank = (): DrivenTank => ({ levels: [], takenAt: 0, from: null, nearAt: 0, told: false });

/** Takes a level. @returns the settled one, when this completes or moves its window */
export const settleDriven = (tank: DrivenTank, at: Instant, level: number): number | undefined => {
  if (tank.levels.length > 0 && at - tank.takenAt < APART) return undefined;
  if (at - tank.takenAt > GAP) tank.levels = [];
  tank.takenAt = at;
  // Made anew, exactly as long as it is: a list that grows has room for seventeen at once.
  const newest = tank.levels.length < DRIVEN_WINDOW ? tank.levels : tank.levels.slice(1);
  tank.levels = newest.concat([level]);
  return tank.levels.length < DRIVEN_WINDOW ? undefined : medianOf(tank.levels);
};

/**
 * Points of the tank that are missing beyond what can have been burnt since the level that is counted from; where none are, that level is
 * counted from henceforth.
 */
export const missingFrom = (tank: DrivenTank, at: Instant, settled: number, burn_percent_h: number): number => {
  const { from } = tank;
  const missing = from === null ? 0 : from.level - (burn_percent_h * (at - from.at)) / hours(1) - settled;
  if (missing > 0) return Math.round(missing * 10) / 10;
  countFrom(tank, at, settled);
  return 0;
};

/** A level that is certain: at rest, or told. */
export const countFrom = (tank: DrivenTank, at: Instant, level: number): void => {
  tank.from = { level, at };
  tank.nearAt = at;
  tank.told = false;
};

export const medianOf = (values: readonly number[]): number => {
  sorted.length = 0;
  for (const value of values) sorted.push(value);
  return sorted.sort(ascending)[values.length >> 1]!;
};

const ascending = (a: number, b: number): number => a - b;
