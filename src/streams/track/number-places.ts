import type { NotZero } from '../../model/number-list.js';

/**
 * What tracking remembers of one vehicle in numbers, all in one list. Each module has places of its own in it, by name; 1 and 0 stand for true and
 * false. Plain data, survives JSON.
 */
export type TrackNumbers = number[];

/** The places of a module, and what stands there before the first reading. */
export interface NumbersAtStart {
  from: number;
  count: number;
  not0: NotZero;
}
