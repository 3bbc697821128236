import type { Position } from '../../model/geofence.js';
import type { Degrees } from '../../model/units.js';
import { turned } from './geometry.js';

/** The same line with each longitude next to the one before, beyond ±180 where it goes over the date line: a side takes the short way round. */
export const unwrapLine = (line: readonly Position[]): Position[] => {
  let lon: Degrees = line[0]?.[0] ?? 0;
  return line.map(([x, lat]) => {
    lon += turned(x - lon);
    return [lon, lat];
  });
};

/**
 * Polygons with all their rings in one range of longitudes, so that those on both sides of the date line lie side by side.
 * @returns all rings; none with a side that two polygons share: they were cut there, at the date line usually, and it is no border
 */
export const unwrapPolygons = (polygons: readonly (readonly (readonly Position[])[])[]): Position[][] => {
  const rings: Position[][] = [];
  for (const polygon of polygons) {
    for (const ring of polygon) {
      const unwrapped = unwrapLine(ring);
      const first = rings[0]?.[0]?.[0];
      const shift = first === undefined || unwrapped.length === 0 ? 0 : nearestTurn(unwrapped, first);
      rings.push(unwrapped.map(([lon, lat]) => [lon + shift, lat]));
    }
  }
  return polygons.length < 2 ? rings : withoutSeams(rings);
};

/** The whole turns that bring the middle of a ring nearest to a longitude. */
const nearestTurn = (ring: readonly Position[], lon: Degrees): Degrees => {
  let min = Infinity;
  let max = -Infinity;
  for (const [x] of ring) {
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
  return Math.round((lon - (min + max) / 2) / 360) * 360;
};

/** Rings cut into lines where a side runs back along another's. */
const withoutSeams = (rings: readonly Position[][]): Position[][] => {
  const sides = new Set<string>();
  const nameOf = (a: Position, b: Position) => `${a[0]} ${a[1]} ${b[0]} ${b[1]}`;
  for (const ring of rings) for (let i = 1; i < ring.length; i++) sides.add(nameOf(ring[i - 1]!, ring[i]!));
  const lines: Position[][] = [];
  for (const ring of rings) {
    let line: Position[] = [];
    for (let i = 0; i < ring.length; i++) {
      if (i > 0 && sides.has(nameOf(ring[i]!, ring[i - 1]!))) {
        if (line.length > 1) lines.push(line);
        line = [];
      }
      line.push(ring[i]!);
    }
    if (line.length > 1) lines.push(line);
  }
  return lines;
};
