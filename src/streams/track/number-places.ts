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
