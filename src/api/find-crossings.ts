import Flatbush from 'flatbush';
import type { Position } from '../model/geofence.js';

/** A side of a ring: the side from position `side` to the next. */
export interface RingSide {
  ring: number;
  side: number;
}

/**
 * Two sides of closed rings that cross each other properly; the first pair in order of the rings. Touching is allowed: maps are drawn with
 * corners on other sides. Costs about n log n.
 */
export const findCrossing = (rings: readonly (readonly Position[])[]): [RingSide, RingSide] | undefined => {
  const sides = rings.flatMap((ring, n) => ring.slice(1).map((_, side): RingSide => ({ ring: n, side })));
  if (sides.length < 2) return undefined;
  const tree = new Flatbush(sides.length);
  const ends = ({ ring, side }: RingSide): [Position, Position] => [rings[ring]![side]!, rings[ring]![side + 1]!];
  const boxOf = ([a, b]: [Position, Position]) =>
    [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])] as const;
  for (const side of sides) tree.add(...boxOf(ends(side)));
  tree.finish();
  for (let first = 0; first < sides.length; first++) {
    const [a, b] = ends(sides[first]!);
    for (const second of tree.search(...boxOf([a, b])).sort((x, y) => x - y)) {
      if (second <= first) continue;
      const [c, d] = ends(sides[second]!);
      if (cross(a, b, c, d)) return [sides[first]!, sides[second]!];
    }
  }
  return undefined;
};

/** By the even-odd rule; on the border either. */
export const isWithin = ([x, y]: Position, ring: readonly Position[]): boolean => {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [x1, y1] = ring[i - 1]!;
    const [x2, y2] = ring[i]!;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
};

/** Neighbours share an end, so that they never do. */
const cross = (a: Position, b: Position, c: Position, d: Position): boolean =>
  turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;

/** Which way a → b → c turns: positive left, negative right. */
const turn = (a: Position, b: Position, c: Position): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
