import type { Geofence, GeofenceGeometry, Position } from '../model/geofence.js';
import type { GiveWay } from '../ports/give-way.js';
import { findCrossing, isWithin, positionIn, type RingSide } from './find-crossings.js';
import { unprocessable } from './http/problem.js';
import { sideBySide } from './side-by-side.js';
import type { GeofenceBody } from './wire/geofence.js';
import { scheduleOf } from './wire/schedule.js';

/**
 * A geofence from what was sent, in turns: ten thousand positions are looked at for longer than others should wait.
 * @throws {ApiProblem} as `drawGeofence`
 */
export const geofenceOf = async (id: string, body: GeofenceBody, fleetZone: string, giveWay: GiveWay): Promise<Geofence> => {
  const drawing = drawGeofence(id, body, fleetZone);
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
    const pause = giveWay();
    if (pause !== undefined) await pause;
  }
};

/**
 * A geofence from what was sent: what is harmless is put right (a ring left open is closed, repeated positions are dropped, wrong
 * winding is turned: outer rings counter-clockwise, holes clockwise, RFC 7946 §3.1.6), what cannot be meant is refused.
 * @param fleetZone of a schedule that names no zone
 * It yields wherever it may be interrupted.
 * @throws {ApiProblem} 422 with the field and the reason
 */
export function* drawGeofence(id: string, { geometry, properties }: GeofenceBody, fleetZone: string): Generator<void, Geofence> {
  if (geometry.type === 'Point' && properties.radius_m === null)
    throw unprocessable('properties.radius_m', 'a Point needs a radius', { code: 'radius_needed' });
  if (geometry.type === 'LineString' && properties.width_m === null) {
    throw unprocessable('properties.width_m', 'a LineString needs a width', { code: 'width_needed' });
  }
  if (properties.on.includes('dwell') && properties.dwell_s === null) {
    throw unprocessable('properties.dwell_s', "`on` has 'dwell': say after how many seconds", { code: 'dwell_needed' });
  }
  return {
    type: 'Feature',
    id,
    geometry: yield* shapeOf(geometry),
    properties: { ...properties, on: [...new Set(properties.on)], schedule: scheduleOf(properties.schedule, fleetZone) },
  };
}

function* shapeOf(geometry: GeofenceBody['geometry']): Generator<void, GeofenceGeometry> {
  switch (geometry.type) {
    case 'Point':
      return geometry;
    case 'LineString': {
      const line = withoutRepeats(geometry.coordinates);
      if (line.length < 2) throw unprocessable('geometry.coordinates', 'the line has no length', { code: 'line_without_length' });
      return { type: 'LineString', coordinates: line };
    }
    case 'Polygon':
      return { type: 'Polygon', coordinates: yield* polygonOf(geometry.coordinates, 'geometry.coordinates') };
    case 'MultiPolygon':
      return { type: 'MultiPolygon', coordinates: yield* polygonsOf(geometry.coordinates, 'geometry.coordinates') };
  }
}

function* polygonOf(sent: readonly Position[][], field: string): Generator<void, Position[][]> {
  const rings: Position[][] = [];
  for (const [n, ring] of sent.entries()) rings.push(yield* ringOf(ring, n === 0 ? 'outer' : 'hole', `${field}[${n}]`));
  const flat = sideBySide(rings);
  const [outer, ...holes] = flat;
  const crossing = yield* findCrossing(flat, field, true);
  if (crossing !== undefined)
    throw unprocessable(field, `${nameOf(crossing[0])} crosses ${nameOf(crossing[1])}`, {
      code: 'rings_cross',
      first: crossing[0].ring + 1,
      second: crossing[1].ring + 1,
    });
  for (const [n, hole] of holes.entries()) {
    if (!(yield* anyWithin(hole, outer!)))
      throw unprocessable(`${field}[${n + 1}]`, 'the hole lies outside of the outer ring', { code: 'hole_outside' });
    const other = holes.findIndex((another, m) => m !== n && isWithin(hole[0]!, another));
    if (other >= 0)
      throw unprocessable(`${field}[${n + 1}]`, `the hole lies within another one, ${field}[${other + 1}]`, {
        code: 'hole_in_hole',
      });
    yield;
  }
  return rings;
}

function* anyWithin(positions: readonly Position[], ring: readonly Position[]): Generator<void, boolean> {
  for (const position of positions) {
    if (isWithin(position, ring)) return true;
    yield;
  }
  return false;
}

/** Parts that overlap are refused: what is in two of them would count as in none. */
function* polygonsOf(sent: readonly Position[][][], field: string): Generator<void, Position[][][]> {
  const polygons: Position[][][] = [];
  for (const [n, polygon] of sent.entries()) polygons.push(yield* polygonOf(polygon, `${field}[${n}]`));
  const outers = polygons.map(([outer]) => onOneSide(outer!));
  const crossing = yield* findCrossing(outers, field, true);
  if (crossing !== undefined)
    throw unprocessable(
      `${field}[${crossing[1].ring}]`,
      `overlaps ${field}[${crossing[0].ring}]: join them, or draw two geofences`,
      { code: 'areas_overlap' },
    );
  const refuseWithin = (n: number, position: Position): void => {
    const around = outers.findIndex((another, m) => m !== n && isWithin(position, another) && !inHole(position, polygons[m]!));
    if (around >= 0)
      throw unprocessable(`${field}[${n}]`, `lies within ${field}[${around}]: leave one of them out`, { code: 'area_within' });
  };
  for (const [n, outer] of outers.entries()) {
    refuseWithin(n, outer[0]!);
    yield;
  }
  // Of parts that are the same, or lie in one another with a side on its border, no corner need be within.
  for (const [n, polygon] of polygons.entries()) {
    refuseWithin(n, positionIn([outers[n]!, ...polygon.slice(1).map(onOneSide)]));
    yield;
  }
  return polygons;
}

const inHole = (position: Position, [, ...holes]: readonly Position[][]): boolean =>
  holes.some(hole => isWithin(position, onOneSide(hole)));

const nameOf = ({ ring, side }: RingSide): string => `side ${side} of ring ${ring}`;

/** With each longitude next to the one before: a side takes the short way, also over the date line. */
const onOneSide = (ring: readonly Position[]): Position[] => {
  let lon = ring[0]![0];
  return ring.map(([x, lat]) => {
    lon += shortWay(x - lon);
    return [lon, lat];
  });
};

const shortWay = (degrees: number): number => (degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees);

function* ringOf(sent: readonly Position[], role: 'outer' | 'hole', field: string): Generator<void, Position[]> {
  const ring = withoutRepeats(sent);
  if (ring.length > 0 && !same(ring[0]!, ring.at(-1)!)) ring.push(ring[0]!);
  if (ring.length < 4)
    throw unprocessable(field, 'a ring needs at least 4 positions, the last one equal to the first', { code: 'ring_too_short' });
  const flat = onOneSide(ring);
  if (Math.abs(flat.at(-1)![0] - flat[0]![0]) > 180)
    throw unprocessable(field, 'the ring goes around a pole: draw a circle, or cut it along a meridian', {
      code: 'ring_around_pole',
    });
  const crossing = yield* findCrossing([flat], field);
  if (crossing !== undefined)
    throw unprocessable(field, `the ring crosses itself: side ${crossing[0].side} and side ${crossing[1].side}`, {
      code: 'sides_cross',
      first: crossing[0].side,
      second: crossing[1].side,
    });
  const area = signedArea(flat);
  if (area === 0) throw unprocessable(field, 'the ring encloses nothing', { code: 'ring_empty' });
  return area > 0 === (role === 'outer') ? ring : ring.reverse();
}

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
