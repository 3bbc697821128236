/**
 * What tracking remembers of one vehicle in numbers, all in one list: a number that is no small whole one takes 24 bytes as a field of an object, and
 * 8 in a list of nothing but doubles. Each module has places of its own in it, by name; 1 and 0 stand for true and false. Plain data, survives JSON.
 */
export type TrackNumbers = number[];

/** The places of a module, and what stands there before the first reading. */
export interface NumbersAtStart {
  from: number;
  count: number;
  /** Places that do not begin with 0. */
  not0: readonly (readonly [place: number, value: number])[];
}

/**
 * A list that V8 keeps as one of doubles, since there was a fraction in it once; copies of it by `slice` are what it is, and exactly as long.
 * @param not0 places that do not begin with 0
 */
export const numbersAtStart = (count: number, not0: NumbersAtStart['not0'] = []): number[] => {
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
