/** How often a vehicle may be folded again, and from where. */
export interface RefoldPace {
  /** Who never ends a trip has a checkpoint after so many readings: what is late among the newest of them is folded again at the next tick. */
  checkpoint: number;
  /**
   * A vehicle waits a second of ticks for so many steps of a re-fold: one vehicle takes a bounded part of the fold's time. At one tick those of a partition take
   * so many together, and what the last of them takes beyond it.
   */
  stepsPerSecond: number;
}

/** Twice the way from a checkpoint, and what is late, are less than a second's steps. */
export const refoldPace: RefoldPace = { checkpoint: 8_000, stepsPerSecond: 20_000 };
