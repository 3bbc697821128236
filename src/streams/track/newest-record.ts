import type { NumbersAtStart } from './number-places.js';

/*
 * The record that the newest reading came in: places among the vehicle's numbers.
 */
export const OFFSET = 67;
/** When it arrived. */
export const RECEIVED = 68;

export const recordStart: NumbersAtStart = { from: OFFSET, count: 2, not0: [] };
