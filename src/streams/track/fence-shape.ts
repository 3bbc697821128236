import type { Geofence, Position } from '../../model/geofence.js';
import type { Degrees, Metres } from '../../model/units.js';
import { EdgeList } from './edge-list.js';
import {
  distanceBetween,
  METRES_PER_DEGREE,
  metresPerDegreeOfLongitude,
  segmentsCross,
  squaredDistanceBetweenSegments,
  squaredDistanceToSegment,
  turned,
} from './geometry.js';
import { unwrapLine, unwrapPolygons } from './unwrap-rings.js';

export interface Box {
  minX: Degrees;
  minY: Degrees;
  maxX: Degrees;
  maxY: Degrees;
}

/** What the tracker asks of a fence, whatever its form. Borders are straight in longitude and latitude, as GeoJSON says. */
export interface FenceShape {
  readonly box: Readonly<Box>;
  /** Distance to the border in metres: positive inside, negative outside, cut at ±`reach`. */
  depth(lon: Degrees, lat: Degrees, reach: Metres): Metres;
  /** Whether the straight way from one point to another, both outside, meets the inside. */
  meets(aLon: Degrees, aLat: Degrees, bLon: Degrees, bLat: Degrees): boolean;
}

const FIRST_LOOK: Metres = 20;

/** Least distance to any of the edges, cut at `reach`. Looked for in growing boxes: a ragged border has thousands of edges within reach. */
const distanceToEdges = (edges: EdgeList, lon: Degrees, lat: Degrees, reach: Metres): Metres => {
  if (!edges.isIndexed) return distanceWithin(edges, lon, lat, reach);
  for (let look = FIRST_LOOK; look < reach; look *= 3) {
    const distance = distanceWithin(edges, lon, lat, look);
    if (distance < look) return distance;
  }
  return distanceWithin(edges, lon, lat, reach);
};

const distanceWithin = (edges: EdgeList, lon: Degrees, lat: Degrees, reach: Metres): Metres => {
  const perLon = metresPerDegreeOfLongitude(lat);
  const dx = reach / perLon;
  const dy = reach / METRES_PER_DEGREE;
  const { coordinates } = edges;
  let least = reach * reach;
  for (const i of edges.meeting(lon - dx, lat - dy, lon + dx, lat + dy)) {
    const squared = squaredDistanceToSegment(
      (coordinates[i]! - lon) * perLon,
      (coordinates[i + 1]! - lat) * METRES_PER_DEGREE,
      (coordinates[i + 2]! - lon) * perLon,
      (coordinates[i + 3]! - lat) * METRES_PER_DEGREE,
    );
    if (squared < least) least = squared;
  }
  return Math.sqrt(least);
};

/** The longitude as the edges count it: theirs may leave ±180. */
const besides = (lon: Degrees, { minX, maxX }: Readonly<Box>): Degrees =>
  minX >= -180 && maxX <= 180 ? lon : lon + Math.round(((minX + maxX) / 2 - lon) / 360) * 360;

/** A polygon with its holes, or several of them. */
class Area implements FenceShape {
  readonly box: Box;
  readonly #edges: EdgeList;

  constructor(rings: readonly (readonly Position[])[]) {
    this.#edges = new EdgeList(rings);
    this.box = this.#edges.box;
  }

  depth(lon: Degrees, lat: Degrees, reach: Metres): Metres {
    const x = besides(lon, this.box);
    const distance = distanceToEdges(this.#edges, x, lat, reach);
    return this.#edges.contains(x, lat) ? distance : -distance;
  }

  meets(fromLon: Degrees, aLat: Degrees, toLon: Degrees, bLat: Degrees): boolean {
    const c = this.#edges.coordinates;
    const aLon = besides(fromLon, this.box);
    const bLon = aLon + turned(toLon - fromLon);
    const hits = this.#edges.meeting(Math.min(aLon, bLon), Math.min(aLat, bLat), Math.max(aLon, bLon), Math.max(aLat, bLat));
    for (const i of hits) if (segmentsCross(aLon, aLat, bLon, bLat, c[i]!, c[i + 1]!, c[i + 2]!, c[i + 3]!)) return true;
    return false;
  }
}

/** All that is nearer than `radius` to a point. */
class Circle implements FenceShape {
  readonly box: Box;
  readonly #lon: Degrees;
  readonly #lat: Degrees;
  readonly #radius: Metres;

  constructor([lon, lat]: Position, radius: Metres) {
    this.#lon = lon;
    this.#lat = lat;
    this.#radius = radius;
    this.box = grown({ minX: lon, minY: lat, maxX: lon, maxY: lat }, radius);
  }

  depth(lon: Degrees, lat: Degrees, reach: Metres): Metres {
    const depth = this.#radius - distanceBetween(lat, lon, this.#lat, this.#lon);
    return Math.max(-reach, Math.min(reach, depth));
  }

  meets(aLon: Degrees, aLat: Degrees, bLon: Degrees, bLat: Degrees): boolean {
    const perLon = metresPerDegreeOfLongitude(this.#lat);
    const squared = squaredDistanceToSegment(
      turned(aLon - this.#lon) * perLon,
      (aLat - this.#lat) * METRES_PER_DEGREE,
      turned(bLon - this.#lon) * perLon,
      (bLat - this.#lat) * METRES_PER_DEGREE,
    );
    return squared < this.#radius * this.#radius;
  }
}

/** All that is nearer than half the width to a line; its ends are round. */
class Corridor implements FenceShape {
  readonly box: Box;
  readonly #edges: EdgeList;
  readonly #half: Metres;

  constructor(line: readonly Position[], width: Metres) {
    this.#edges = new EdgeList([unwrapLine(line)]);
    this.#half = width / 2;
    this.box = grown(this.#edges.box, this.#half);
  }

  depth(lon: Degrees, lat: Degrees, reach: Metres): Metres {
    const x = besides(lon, this.box);
    return Math.min(reach, this.#half - distanceToEdges(this.#edges, x, lat, this.#half + reach));
  }

  meets(fromLon: Degrees, aLat: Degrees, toLon: Degrees, bLat: Degrees): boolean {
    const aLon = besides(fromLon, this.box);
    const bLon = aLon + turned(toLon - fromLon);
    const perLon = metresPerDegreeOfLongitude(aLat);
    const dx = this.#half / perLon;
    const dy = this.#half / METRES_PER_DEGREE;
    const c = this.#edges.coordinates;
    const bx = (bLon - aLon) * perLon;
    const by = (bLat - aLat) * METRES_PER_DEGREE;
    const hits = this.#edges.meeting(
      Math.min(aLon, bLon) - dx,
      Math.min(aLat, bLat) - dy,
      Math.max(aLon, bLon) + dx,
      Math.max(aLat, bLat) + dy,
    );
    for (const i of hits) {
      const squared = squaredDistanceBetweenSegments(
        0,
        0,
        bx,
        by,
        (c[i]! - aLon) * perLon,
        (c[i + 1]! - aLat) * METRES_PER_DEGREE,
        (c[i + 2]! - aLon) * perLon,
        (c[i + 3]! - aLat) * METRES_PER_DEGREE,
      );
      if (squared < this.#half * this.#half) return true;
    }
    return false;
  }
}

/** A box with so many metres more on each side; longitudes may leave ±180. */
export const grown = (box: Readonly<Box>, by: Metres): Box => {
  const dy = by / METRES_PER_DEGREE;
  // The widest degree is that of the edge nearer to a pole.
  const dx = by / metresPerDegreeOfLongitude(Math.min(90, Math.max(Math.abs(box.minY), Math.abs(box.maxY)) + dy));
  return { minX: box.minX - dx, minY: box.minY - dy, maxX: box.maxX + dx, maxY: box.maxY + dy };
};

/** The shape of a fence. Geometry is taken as checked: rings closed, radius and width above 0 (0 where they are missing). */
export const shapeOf = ({ geometry, properties }: Geofence): FenceShape => {
  switch (geometry.type) {
    case 'Polygon':
      return new Area(unwrapPolygons([geometry.coordinates]));
    case 'MultiPolygon':
      return new Area(unwrapPolygons(geometry.coordinates));
    case 'Point':
      return new Circle(geometry.coordinates, properties.radius_m ?? 0);
    case 'LineString':
      return new Corridor(geometry.coordinates, properties.width_m ?? 0);
  }
};
