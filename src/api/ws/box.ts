import type { PositionFilter } from './client-frame.js';

/** [west, south, east, north]; west > east is a box over the date line. */
export type Box = NonNullable<PositionFilter['bbox']>;

interface Square {
  west: number;
  south: number;
}

/** A vehicle without a position is in no box. */
export const within = ([west, south, east, north]: Box, lat: number | undefined, lon: number | undefined): boolean => {
  if (lat === undefined || lon === undefined || lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
};

/** Is all of the square in the box? @param side of the square, degrees; it does not reach over the date line */
export const covers = ([west, south, east, north]: Box, square: Square, side: number): boolean => {
  if (square.south < south || square.south + side > north) return false;
  const right = square.west + side;
  return west <= east ? square.west >= west && right <= east : square.west >= west || right <= east;
};

/** Have they anything in common? */
export const meets = ([west, south, east, north]: Box, square: Square, side: number): boolean => {
  if (square.south + side < south || square.south > north) return false;
  const right = square.west + side;
  return west <= east ? right >= west && square.west <= east : right >= west || square.west <= east;
};
