import type { Geofence, GeofenceGeometry, Position } from '../model/geofence.js';
import { unprocessable } from './http/problem.js';
import type { GeofenceBody } from './wire/geofence.js';
import { scheduleOf } from './wire/schedule.js';

/** Rings up to this long are checked for crossing themselves; the check is quadratic. */
const CROSSING_CHECK_LIMIT = 2_000;

/**
 * A geofence from what was sent: what is harmless is put right (a ring left open is closed, repeated positions are dropped, wrong
 * winding is turned: outer rings counter-clockwise, holes clockwise, RFC 7946 §3.1.6), what cannot be meant is refused.
 * @param fleetZone of a schedule that names no zone
 * @throws {ApiProblem} 422 with the field and the reason
 */
export const geofenceOf = (id: string, { geometry, properties }: GeofenceBody, fleetZone: string): Geofence => {
  if (geometry.type === 'Point' && properties.radius_m === null)
    throw unprocessable('properties.radius_m', 'a Point needs a radius');
  if (geometry.type === 'LineString' && properties.width_m === null) {
    throw unprocessable('properties.width_m', 'a LineString needs a width');
  }
  if (properties.on.includes('dwell') && properties.dwell_s === null) {
    throw unprocessable('properties.dwell_s', "`on` has 'dwell': say after how many seconds");
  }
  return {
    type: 'Feature',
    id,
    geometry: shapeOf(geometry),
    properties: { ...properties, on: [...new Set(properties.on)], schedule: scheduleOf(properties.schedule, fleetZone) },
  };
};

const shapeOf = (geometry: GeofenceBody['geometry']): GeofenceGeometry => {
  switch (geometry.type) {
    case 'Point':
      return geometry;
    case 'LineString': {
      const line = withoutRepeats(geometry.coordinates);
      if (line.length < 2) throw unprocessable('geometry.coordinates', 'the line has no length');
      return { type: 'LineString', coordinates: line };
    }
    case 'Polygon':
      return { type: 'Polygon', coordinates: polygonOf(geometry.coordinates, 'geometry.coordinates') };
    case 'MultiPolygon':
      return {
        type: 'MultiPolygon',
        coordinates: geometry.coordinates.map((polygon, n) => polygonOf(polygon, `geometry.coordinates[${n}]`)),
      };
  }
};

const polygonOf = (rings: readonly Position[][], field: string): Position[][] =>
  rings.map((ring, n) => ringOf(ring, n === 0 ? 'outer' : 'hole', `${field}[${n}]`));

const ringOf = (sent: readonly Position[], role: 'outer' | 'hole', field: string): Position[] => {
  const ring = withoutRepeats(sent);
  if (ring.length > 0 && !same(ring[0]!, ring.at(-1)!)) ring.push(ring[0]!);
  if (ring.length < 4) throw unprocessable(field, 'a ring needs at least 4 positions, the last one equal to the first');
  const crossing = ring.length <= CROSSING_CHECK_LIMIT ? crossingOf(ring) : undefined;
  if (crossing !== undefined) throw unprocessable(field, `the ring crosses itself: side ${crossing[0]} and side ${crossing[1]}`);
  const area = signedArea(ring);
  if (area === 0) throw unprocessable(field, 'the ring encloses nothing');
  return area > 0 === (role === 'outer') ? ring : ring.reverse();
};

const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];

const withoutRepeats = (positions: readonly Position[]): Position[] =>
  positions.filter((position, n) => n === 0 || !same(position, positions[n - 1]!));

/** Twice the area in square degrees, positive counter-clockwise. Relative to the first position, so that small rings keep their digits. */
const signedArea = (ring: readonly Position[]): number => {
  const [originLon, originLat] = ring[0]!;
  let sum = 0;
  for (let n = 1; n < ring.length; n++) {
    const [aLon, aLat] = ring[n - 1]!;
    const [bLon, bLat] = ring[n]!;
    sum += (aLon - originLon) * (bLat - originLat) - (bLon - originLon) * (aLat - originLat);
  }
  return sum;
};

/** The first two sides that cross, counted from 0. Touching is allowed: maps are drawn with corners on other sides. */
const crossingOf = (ring: readonly Position[]): [number, number] | undefined => {
  const sides = ring.length - 1;
  for (let a = 0; a < sides; a++) {
    for (let b = a + 2; b < sides; b++) {
      // The last side meets the first one at the ring's start.
      if (a === 0 && b === sides - 1) continue;
      if (meet(ring[a]!, ring[a + 1]!, ring[b]!, ring[b + 1]!)) return [a, b];
    }
  }
  return undefined;
};

const meet = (a: Position, b: Position, c: Position, d: Position): boolean => {
  const abc = turn(a, b, c);
  const abd = turn(a, b, d);
  const cda = turn(c, d, a);
  const cdb = turn(c, d, b);
  return abc * abd < 0 && cda * cdb < 0;
};

/** Which way a → b → c turns: positive left, negative right. */
const turn = (a: Position, b: Position, c: Position): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
