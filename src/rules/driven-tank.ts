import { NO_TIME, type NotZero } from '../model/number-list.js';
import { hours, type Instant, type Millis, minutes, seconds } from '../model/units.js';

/*
 * The level of the tank while driving, and from where on it falls as an engine burns: places among the numbers of the rule's memory.
 */
/** The median over four minutes (obd-facts §5: 1 to 5): waves go, and a bend or a hill does not stay so long. */
export const DRIVEN_WINDOW = 9;
/** The newest levels, oldest first: how many there are, and where they begin. */
export const DRIVEN_LEVELS = 0;
const TAKEN_AT = 10;
/** The settled level that burning is counted from, and when; the time is `NO_TIME` until there is one. */
const LEVEL = 11;
const LEVEL_AT = 12;
/** When no more than half of the limit was missing, last. */
export const DRIVEN_NEAR_AT = 13;
/** 1, 0. */
export const DRIVEN_TOLD = 14;
export const DRIVEN_NUMBERS = 15;

export const drivenAtStart: NotZero = [[LEVEL_AT, NO_TIME]];

/** As it was kept before. */
export interface LooseDriven {
  levels: number[];
  takenAt: Instant;
  from: { level: number; at: Instant } | null;
  nearAt: Instant;
  told: boolean;
}

export const takeDriven = (memory: number[], { levels, takenAt, from, nearAt, told }: LooseDriven): void => {
  takeLevels(memory, DRIVEN_LEVELS, levels);
  memory[TAKEN_AT] = takenAt;
  if (from !== null) {
    memory[LEVEL] = from.level;
    memory[LEVEL_AT] = from.at;
  }
  memory[DRIVEN_NEAR_AT] = nearAt;
  memory[DRIVEN_TOLD] = Number(told);
};

const APART: Millis = seconds(30);
/** After such a silence the window begins anew; what may have been burnt meanwhile goes on being counted. */
const GAP: Millis = minutes(10);

/** Takes a level. @returns the settled one, when this completes or moves its window */
export const settleDriven = (memory: number[], at: Instant, level: number): number | undefined => {
  if (memory[DRIVEN_LEVELS]! > 0 && at - memory[TAKEN_AT]! < APART) return undefined;
  if (at - memory[TAKEN_AT]! > GAP) memory[DRIVEN_LEVELS] = 0;
  memory[TAKEN_AT] = at;
  return addLevel(memory, DRIVEN_LEVELS, DRIVEN_WINDOW, level);
};

/**
 * Points of the tank that are missing beyond what can have been burnt since the level that is counted from; undefined before there is one.
 */
export const missingNow = (
  memory: readonly number[],
  at: Instant,
  settled: number,
  burn_percent_h: number,
): number | undefined =>
  memory[LEVEL_AT] === NO_TIME ? undefined : memory[LEVEL]! - (burn_percent_h * (at - memory[LEVEL_AT]!)) / hours(1) - settled;

/** The same to a tenth; where none are, that level is counted from henceforth. */
export const missingFrom = (memory: number[], at: Instant, settled: number, burn_percent_h: number): number => {
  const missing = missingNow(memory, at, settled, burn_percent_h) ?? 0;
  if (missing > 0) return Math.round(missing * 10) / 10;
  countFrom(memory, at, settled);
  return 0;
};

/** A level that is certain: at rest, or told. */
export const countFrom = (memory: number[], at: Instant, level: number): void => {
  memory[LEVEL] = level;
  memory[LEVEL_AT] = at;
  memory[DRIVEN_NEAR_AT] = at;
  memory[DRIVEN_TOLD] = 0;
};

/**
 * Puts a level behind the newest ones; the oldest goes where there are too many.
 * @param of here stands how many there are, behind it they
 * @returns their median, once there are `most`
 */
export const addLevel = (memory: number[], of: number, most: number, level: number): number | undefined => {
  const count = memory[of]!;
  if (count < most) {
    memory[of + 1 + count] = level;
    memory[of] = count + 1;
  } else {
    for (let i = 1; i < most; i++) memory[of + i] = memory[of + i + 1]!;
    memory[of + most] = level;
  }
  return memory[of]! < most ? undefined : medianAt(memory, of);
};

export const takeLevels = (memory: number[], of: number, levels: readonly number[]): void => {
  memory[of] = levels.length;
  for (let i = 0; i < levels.length; i++) memory[of + 1 + i] = levels[i]!;
};

/** Used again at each reading. */
const sorted: number[] = [];

/** Of the levels at `of`. */
export const medianAt = (memory: readonly number[], of: number): number => {
  const count = memory[of]!;
  sorted.length = 0;
  for (let i = 0; i < count; i++) sorted.push(memory[of + 1 + i]!);
  return sorted.sort(ascending)[count >> 1]!;
};

const ascending = (a: number, b: number): number => a - b;
