/** How much of a vehicle's past is held at once while it is folded again. */
export interface PastBounds {
  /** Readings; a longer past is read page by page. */
  held: number;
  /** Readings of a page. While one is folded the next is looked for, among twice as many. */
  page: number;
  /** What is remembered of a long past: so many blocks, and how many readings are in one at first. */
  blocks: number;
  block: number;
}

export const pastBounds: PastBounds = { held: 20_000, page: 8_192, blocks: 4_096, block: 512 };

/** Readings between two questions whether others want a turn. */
export const READINGS_AT_ONCE = 128;
