import type { Millis } from '../../model/units.js';
import type { GiveWay } from '../../ports/give-way.js';

/** Work of at most about `most` ms at a stretch, then one turn of the loop for all others. */
export const giveWayEvery = (most: Millis): GiveWay => {
  let since = performance.now();
  let pause: Promise<void> | undefined;
  return () => {
    if (pause || performance.now() - since >= most) {
      pause ??= new Promise(resolve =>
        setImmediate(() => {
          since = performance.now();
          pause = undefined;
          resolve();
        }),
      );
    }
    return pause;
  };
};
