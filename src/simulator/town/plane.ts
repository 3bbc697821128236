import type { Location } from '../../model/alert.js';
import type { Degrees, Metres } from '../../model/units.js';

/** A point of the town's plane: metres east and north of its middle. */
export interface Point {
  x: Metres;
  y: Metres;
}

/**
 * The middle of the invented island: open water of the North Sea, so that no real place is said to be what it is not,
 * and nobody's street is ever seen under the fleet on a real map.
 */
const TOWN_CENTRE: Location = { lat: 55.31, lon: 3.42 };

const METRES_PER_DEGREE = 111_194.9;
const metresPerDegreeLon = METRES_PER_DEGREE * Math.cos((TOWN_CENTRE.lat * Math.PI) / 180);

/** Equirectangular around the centre: over six kilometres its error is below a metre. */
export const toLocation = (point: Point): Location => ({
  lat: TOWN_CENTRE.lat + point.y / METRES_PER_DEGREE,
  lon: TOWN_CENTRE.lon + point.x / metresPerDegreeLon,
});

export const toPoint = ({ lat, lon }: Location): Point => ({
  x: (lon - TOWN_CENTRE.lon) * metresPerDegreeLon,
  y: (lat - TOWN_CENTRE.lat) * METRES_PER_DEGREE,
});

export const distance = (a: Point, b: Point): Metres => Math.hypot(b.x - a.x, b.y - a.y);

/** Clockwise from north, 0 … 360. */
export const bearing = (a: Point, b: Point): Degrees => ((Math.atan2(b.x - a.x, b.y - a.y) * 180) / Math.PI + 360) % 360;

/** The point at `part` (0 … 1) of the way. */
export const between = (a: Point, b: Point, part: number): Point => ({
  x: a.x + (b.x - a.x) * part,
  y: a.y + (b.y - a.y) * part,
});

/** @returns the nearest point of a line, and how far it is */
export const nearestOn = (line: readonly Point[], point: Point): { at: Point; away: Metres } => {
  let best = { at: line[0]!, away: Number.POSITIVE_INFINITY };
  for (let i = 1; i < line.length; i++) {
    const a = line[i - 1]!;
    const b = line[i]!;
    const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const part = square === 0 ? 0 : ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / square;
    const at = between(a, b, Math.min(1, Math.max(0, part)));
    const away = distance(at, point);
    if (away < best.away) best = { at, away };
  }
  return best;
};

/** True where the straight ways a–b and c–d cross. */
export const crosses = (a: Point, b: Point, c: Point, d: Point): boolean =>
  side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

const side = (a: Point, b: Point, p: Point): number => Math.sign((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x));

/**
 * A curve through all points (Catmull-Rom, uniform), `steps` pieces to a leg.
 * @returns for each leg its points, both ends included
 */
export const smooth = (points: readonly Point[], steps: number): Point[][] => {
  const closed = points.length > 2 && distance(points[0]!, points.at(-1)!) < 0.01;
  const legs: Point[][] = [];
  for (let i = 1; i < points.length; i++) {
    const b = points[i - 1]!;
    const c = points[i]!;
    const a = points[i - 2] ?? (closed ? points.at(-2)! : b);
    const d = points[i + 1] ?? (closed ? points[1]! : c);
    const leg = [b];
    for (let k = 1; k < steps; k++) leg.push(catmullRom(a, b, c, d, k / steps));
    legs.push([...leg, c]);
  }
  return legs;
};

const catmullRom = (a: Point, b: Point, c: Point, d: Point, t: number): Point => {
  const along = (p: number, q: number, r: number, s: number): number =>
    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t ** 3);
  return { x: along(a.x, b.x, c.x, d.x), y: along(a.y, b.y, c.y, d.y) };
};
