import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import { positionStart } from './accept-fix.js';
import { engineStart } from './engine-state.js';
import { fuelDaysStart } from './fuel-days.js';
import { fuelStart } from './fuel-flow.js';
import { travelStart } from './measure-travel.js';
import { recordStart } from './newest-record.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';
import { motionStart } from './track-motion.js';

/** In order, each where the one before it ends. */
export const NUMBERS_AT_START: readonly NumbersAtStart[] = [
  positionStart,
  engineStart,
  travelStart,
  motionStart,
  fuelStart,
  fuelDaysStart,
  recordStart,
];

const atStart: TrackNumbers = numbersAtStart(
  NUMBERS_AT_START.reduce((sum, { count }) => sum + count, 0),
  NUMBERS_AT_START.flatMap(({ not0 }) => not0),
);

export const newTrackNumbers = (): TrackNumbers => atStart.slice();

export const readTrackNumbers = (read: readonly number[]): TrackNumbers => readNumbers(read, atStart);
