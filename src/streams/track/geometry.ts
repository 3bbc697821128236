import type { Degrees, Metres } from '../../model/units.js';

/** Mean radius of the earth (IUGG R1), and what a degree of latitude measures on it. */
export const EARTH_RADIUS: Metres = 6_371_008.8;
export const METRES_PER_DEGREE: Metres = (EARTH_RADIUS * Math.PI) / 180;
const RADIANS = Math.PI / 180;

/** What a degree of longitude measures at a latitude; never 0, so that it can be divided by at the poles too. */
export const metresPerDegreeOfLongitude = (lat: Degrees): Metres => METRES_PER_DEGREE * Math.max(Math.cos(lat * RADIANS), 1e-6);

/** A difference of longitudes the short way round. */
export const turned = (degrees: Degrees): Degrees => (degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees);

/** Of what `distanceBetween` was asked last, and its answer: whether a fix can be reached, and how long the leg to it is, is the same question. */
const last = new Float64Array(5);

/** Great-circle distance by the haversine formula: exact to centimetres at any length, and over the date line. */
export const distanceBetween = (aLat: Degrees, aLon: Degrees, bLat: Degrees, bLon: Degrees): Metres => {
  if (last[0] !== aLat || last[1] !== aLon || last[2] !== bLat || last[3] !== bLon) {
    last[0] = aLat;
    last[1] = aLon;
    last[2] = bLat;
    last[3] = bLon;
    last[4] = haversine(aLat, aLon, bLat, bLon);
  }
  return last[4]!;
};

/**
 * From a place among numbers, its latitude before its longitude, to another. The same; but numbers that are handed from function to function are objects, four of
 * them at each fix.
 */
export const distanceFrom = (numbers: readonly number[], place: number, { lat, lon }: { lat: Degrees; lon: Degrees }): Metres =>
  distanceBetween(numbers[place]!, numbers[place + 1]!, lat, lon);

const haversine = (aLat: Degrees, aLon: Degrees, bLat: Degrees, bLon: Degrees): Metres => {
  const sinLat = Math.sin(((bLat - aLat) * RADIANS) / 2);
  const sinLon = Math.sin(((bLon - aLon) * RADIANS) / 2);
  const h = sinLat * sinLat + Math.cos(aLat * RADIANS) * Math.cos(bLat * RADIANS) * sinLon * sinLon;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
};

/** Square of the distance from the origin to the segment a–b, in the plane. */
export const squaredDistanceToSegment = (ax: number, ay: number, bx: number, by: number): number => {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length));
  const x = ax + t * dx;
  const y = ay + t * dy;
  return x * x + y * y;
};

/** Twice the signed area of the triangle: on which side of the line a–b the point lies. */
const side = (ax: number, ay: number, bx: number, by: number, px: number, py: number): number =>
  (bx - ax) * (py - ay) - (by - ay) * (px - ax);

/** Whether the segments a–b and c–d cross each other properly; touching ends do not count. */
export const segmentsCross = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean =>
  side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
  side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0;

/** Square of the least distance between the segments a–b and c–d, in the plane. */
export const squaredDistanceBetweenSegments = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): number =>
  segmentsCross(ax, ay, bx, by, cx, cy, dx, dy)
    ? 0
    : Math.min(
        squaredDistanceToSegment(cx - ax, cy - ay, dx - ax, dy - ay),
        squaredDistanceToSegment(cx - bx, cy - by, dx - bx, dy - by),
        squaredDistanceToSegment(ax - cx, ay - cy, bx - cx, by - cy),
        squaredDistanceToSegment(ax - dx, ay - dy, bx - dx, by - dy),
      );
