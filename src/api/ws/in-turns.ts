import type { Millis } from '../../model/units.js';
import type { Cancel, Clock } from '../../ports/clock.js';

/** What one turn may take before others get theirs: alerts and devices wait no longer than this. */
const TURN: Millis = 5;
const PAUSE: Millis = 1;
/** After a round at least so many times as long as it worked is left to others. */
const REST = 3;
const LONGEST: Millis = 1_000;

/**
 * Runs rounds of work again and again, each in short turns.
 * @param every from the beginning of a round to that of the next, at least; longer, up to a second, where rounds take long
 * @param round yields wherever it may be interrupted
 * @returns stop
 */
export const inTurns = (clock: Clock, every: Millis, round: () => Generator<void>): Cancel => {
  let cancel: Cancel = () => {};
  const begin = (): void => {
    const began = clock.now();
    const steps = round();
    let worked = 0;
    const turn = (): void => {
      const from = clock.now();
      let step = steps.next();
      while (!step.done && clock.now() - from < TURN) step = steps.next();
      const now = clock.now();
      worked += now - from;
      const wait = Math.max(PAUSE, began + Math.max(every, Math.min(LONGEST, worked * (1 + REST))) - now);
      cancel = step.done ? clock.after(wait, begin) : clock.after(PAUSE, turn);
    };
    turn();
  };
  cancel = clock.after(every, begin);
  return () => cancel();
};
