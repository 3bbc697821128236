import Flatbush from 'flatbush';
import type { Position } from '../model/geofence.js';
import { unprocessable } from './http/problem.js';

/**
 * Pairs of sides that are looked at. A coast has some ten of each of its sides; a star of ten thousand long ones has tens of millions, which would
 * hold up everybody for seconds.
 */
const PAIRS_AT_MOST = 2_000_000;

/** So many pairs are looked at between two moments at which others may have their turn: some tenths of a millisecond. */
const PAIRS_AT_A_STRETCH = 2_000;

/** A side of a ring: the side from position `side` to the next. */
export interface RingSide {
  ring: number;
  side: number;
}

/**
 * Two sides of closed rings that cross each other properly; the first pair in order of the rings. Touching is allowed: maps are drawn with
 * corners on other sides. Costs about n log n, but where many sides lie beside each other aslant; it yields wherever it may be interrupted.
 * @param between sides of different rings only, where each ring was looked at before
 * @throws {ApiProblem} 422 with `field` where too many sides lie over each other
 */
export function* findCrossing(
  rings: readonly (readonly Position[])[],
  field: string,
  between = false,
): Generator<void, [RingSide, RingSide] | undefined> {
  const sides = rings.flatMap((ring, n) => ring.slice(1).map((_, side): RingSide => ({ ring: n, side })));
  if (sides.length < 2 || (between && rings.length < 2)) return undefined;
  const tree = new Flatbush(sides.length);
  const ends = ({ ring, side }: RingSide): [Position, Position] => [rings[ring]![side]!, rings[ring]![side + 1]!];
  const boxOf = ([a, b]: [Position, Position]) =>
    [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])] as const;
  for (const side of sides) tree.add(...boxOf(ends(side)));
  tree.finish();
  let pairs = 0;
  let looked = 0;
  for (let first = 0; first < sides.length; first++) {
    const [a, b] = ends(sides[first]!);
    const { ring } = sides[first]!;
    const near = tree.search(...boxOf([a, b]), second => second > first && !(between && sides[second]!.ring === ring));
    pairs += near.length;
    looked += near.length + 10;
    if (looked > PAIRS_AT_A_STRETCH) {
      looked = 0;
      yield;
    }
    if (pairs > PAIRS_AT_MOST)
      throw unprocessable(field, 'too many of its sides lie over each other: draw it with fewer positions', {
        code: 'sides_too_close',
      });
    let found: number | undefined;
    for (const second of near) {
      if (found !== undefined && second > found) continue;
      const [c, d] = ends(sides[second]!);
      if (cross(a, b, c, d)) found = second;
    }
    if (found !== undefined) return [sides[first]!, sides[found]!];
  }
  return undefined;
}

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

/**
 * A position that lies in the area of a polygon, and on no border of it: of its rings, one beside the other, between the two lowest latitudes that corners
 * have.
 */
export const positionIn = (rings: readonly (readonly Position[])[]): Position => {
  let [lowest, next] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const ring of rings) {
    for (const [, y] of ring) {
      if (y < lowest) [lowest, next] = [y, lowest];
      else if (y > lowest && y < next) next = y;
    }
  }
  const y = (lowest + next) / 2;
  const crossed: number[] = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [x1, y1] = ring[i - 1]!;
      const [x2, y2] = ring[i]!;
      if (y1 > y !== y2 > y) crossed.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  const [west, east] = crossed.sort((a, b) => a - b);
  return [(west! + east!) / 2, y];
};

/** Neighbours share an end, so that they never do. */
const cross = (a: Position, b: Position, c: Position, d: Position): boolean =>
  turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;

/** Which way a → b → c turns: positive left, negative right. */
const turn = (a: Position, b: Position, c: Position): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
