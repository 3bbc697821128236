import type { Position } from '../api/wire-types';

/** Older than this when it arrives, the freshest of a batch is no longer live. */
const BEHIND_S = 20;
/** A recorded drive that is replayed as it was is old by nature, and no lag. */
const RECORDED_S = 86_400;
/** One batch says little: a single late device is not the line. */
const BATCHES = 4;

export interface LagWatch {
  /** @returns how far what arrives is behind, s; 0 where it keeps up */
  see(positions: readonly Position[], now: number): number;
}

/** Tells "connected" from "live": of what drives, even the freshest that arrives is old, again and again. */
export const createLagWatch = (): LagWatch => {
  let late: number[] = [];
  return {
    see(positions, now) {
      let freshest = Number.POSITIVE_INFINITY;
      for (const { status, ts } of positions) if (status === 'driving') freshest = Math.min(freshest, now - Date.parse(ts));
      const age_s = freshest / 1_000;
      if (Number.isFinite(age_s)) late = age_s > BEHIND_S && age_s < RECORDED_S ? [...late, age_s].slice(-BATCHES) : [];
      return late.length < BATCHES ? 0 : Math.round(Math.min(...late));
    },
  };
};
