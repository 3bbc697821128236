import { positionStart } from './accept-fix.js';
import { engineStart } from './engine-state.js';
import { travelStart } from './measure-travel.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';
import { motionStart } from './track-motion.js';

/** In order, each where the one before it ends. */
export const NUMBERS_AT_START: readonly NumbersAtStart[] = [positionStart, engineStart, travelStart, motionStart];

/** V8 keeps it as a list of doubles because there was a fraction in it once; copies of it are what it is, and exactly as long. */
const atStart: TrackNumbers = [];
for (const { from, count, not0 } of NUMBERS_AT_START) {
  for (let place = from; place < from + count; place++) atStart[place] = 0.5;
  for (let place = from; place < from + count; place++) atStart[place] = 0;
  for (const [place, value] of not0) atStart[place] = value;
}

export const newTrackNumbers = (): TrackNumbers => atStart.slice();

/** As they were read from JSON, where V8 may keep them otherwise, and an earlier version had fewer. */
export const readTrackNumbers = (read: readonly number[]): TrackNumbers => {
  const numbers = newTrackNumbers();
  for (let place = 0; place < read.length; place++) numbers[place] = read[place]!;
  return numbers;
};
