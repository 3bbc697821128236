import type { Geofence, GeofenceGeometry, Position } from '../../model/geofence.js';
import { isWithin } from '../find-crossings.js';
import { shiftedBy, sideBySide } from '../side-by-side.js';

type Polygon = readonly (readonly Position[])[];

const DATE_LINE = 180;

/**
 * A geofence as GeoJSON wants it (RFC 7946 §3.1.9): no ring runs over the date line, so what lies on both sides of it comes in parts. The parts
 * share their side on the line to the last digit, by which an import knows that it is no border. A circle and a corridor stay the point and
 * the line that they are: without their radius and width, which GeoJSON does not know, they are no shape at all.
 */
export const cutAtDateLine = (fence: Geofence): Geofence => {
  const { geometry } = fence;
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return fence;
  const parts = geometry.type === 'Polygon' ? cutPolygon(geometry.coordinates) : geometry.coordinates.flatMap(cutPolygon);
  const cut: GeofenceGeometry =
    geometry.type === 'Polygon' && parts.length === 1
      ? { type: 'Polygon', coordinates: parts[0]! }
      : { type: 'MultiPolygon', coordinates: parts };
  return { ...fence, geometry: cut };
};

const cutPolygon = (polygon: Polygon): Position[][][] => {
  const rings = sideBySide(polygon);
  if (!rings.some(ring => ring.some(([lon]) => lon > DATE_LINE))) return [rings];
  const east = half(rings, ([lon]) => lon > DATE_LINE).map(part => part.map(ring => shiftedBy(ring, -360)));
  return [...half(rings, ([lon]) => lon <= DATE_LINE), ...east];
};

/** What of a ring lies on one side of the line, from where it comes in to where it goes out. */
interface Chain {
  positions: Position[];
  in: number;
  out: number;
}

/** The part of a polygon on one side of the date line, as polygons of their own. */
const half = (rings: readonly Position[][], isKept: (position: Position) => boolean): Position[][][] => {
  const chains: Chain[] = [];
  const whole: Position[][] = [];
  for (const ring of rings) {
    if (ring.every(isKept)) whole.push(ring);
    else chains.push(...chainsOf(ring, isKept));
  }
  const outers = chains.length > 0 ? joined(chains) : whole.splice(0, 1);
  return outers.map(outer => [outer, ...whole.filter(hole => isWithin(hole[0]!, outer))]);
};

const chainsOf = (ring: readonly Position[], isKept: (position: Position) => boolean): Chain[] => {
  const open = ring.slice(0, -1);
  const begins = open.findIndex((position, n) => isKept(position) && !isKept(open.at(n - 1)!));
  if (begins < 0) return [];
  const chains: Chain[] = [];
  for (let n = 0; n < open.length; n++) {
    const before = open.at((begins + n - 1) % open.length)!;
    const here = open[(begins + n) % open.length]!;
    if (isKept(here) && !isKept(before)) {
      const at = crossingOf(before, here);
      chains.push({ positions: [at], in: at[1], out: at[1] });
    }
    const chain = chains.at(-1)!;
    if (isKept(here)) chain.positions.push(here);
    else if (isKept(before)) {
      const at = crossingOf(before, here);
      chain.positions.push(at);
      chain.out = at[1];
    }
  }
  const last = chains.at(-1)!;
  const end = open.at(begins - 1)!;
  if (isKept(end)) last.out = last.positions.at(-1)![1];
  return chains;
};

/** Where a side meets the date line: the same from either end, and never at -0. */
const crossingOf = (a: Position, b: Position): Position => {
  const [west, east] = a[0] < b[0] ? [a, b] : [b, a];
  if (west[0] === DATE_LINE) return west;
  const part = (DATE_LINE - west[0]) / (east[0] - west[0]);
  return [DATE_LINE, Number((west[1] + part * (east[1] - west[1])).toFixed(9)) + 0];
};

/** Chains put together along the line. From south to north they go out and come in by turns, so the first out leads to the first in. */
const joined = (chains: readonly Chain[]): Position[][] => {
  const outs = [...chains].sort((a, b) => a.out - b.out);
  const ins = [...chains].sort((a, b) => a.in - b.in);
  const nextOf = new Map(outs.map((chain, n) => [chain, ins[n]!]));
  const left = new Set(chains);
  const rings: Position[][] = [];
  for (const first of chains) {
    if (!left.has(first)) continue;
    const ring: Position[] = [];
    for (let chain = first; left.delete(chain); chain = nextOf.get(chain)!) ring.push(...chain.positions);
    const outer = [...ring, ring[0]!].filter((position, n, all) => n === 0 || !same(position, all[n - 1]!));
    if (outer.length >= 4 && areaOf(outer) !== 0) rings.push(outer);
  }
  return rings;
};

const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];

const areaOf = (ring: readonly Position[]): number =>
  ring.slice(1).reduce((sum, [lon, lat], n) => sum + (ring[n]![0] - DATE_LINE) * lat - (lon - DATE_LINE) * ring[n]![1], 0);
