import type { Instant } from './units.js';

/**
 * Numbers of a memory stand in lists, at places with names: a number that is no small whole one is an object of its own as a field of an object,
 * and eight bytes in a list of nothing but doubles.
 */

/** Stands for a time that is none: all others are 0 or later. */
export const NO_TIME: Instant = -1;

/** Places of a list that do not begin with 0. */
export type NotZero = readonly (readonly [place: number, value: number])[];

/** A list that V8 keeps as one of doubles, since there was a fraction in it once; copies of it by `slice` are what it is, and exactly as long. */
export const numbersAtStart = (count: number, not0: NotZero = []): number[] => {
  const numbers: number[] = [];
  for (let place = 0; place < count; place++) numbers.push(0.5);
  for (let place = 0; place < count; place++) numbers[place] = 0;
  for (const [place, value] of not0) numbers[place] = value;
  return numbers;
};

/** As they were read from JSON, where V8 may keep them otherwise, and an earlier version had fewer. @param start as long as all that are known */
export const readNumbers = (read: readonly number[], start: readonly number[]): number[] => {
  const numbers = start.slice();
  for (let place = 0; place < read.length; place++) numbers[place] = read[place]!;
  return numbers;
};
