import type { Geofence } from '../model/geofence.js';
import type { Instant, Metres } from '../model/units.js';
import { within } from './town/landscape.js';
import { distance, nearestOn, type Point, toPoint } from './town/plane.js';

/** Beyond this a crossing is beyond doubt, whatever the receiver says. */
const CLEAR: Metres = 25;

interface Watched {
  id: string;
  /** Positive inside. */
  depth(place: Point): Metres;
  inside: boolean | undefined;
  /** When the true place last changed sides. */
  changedAt: Instant;
  side: boolean | undefined;
}

/** Notices where a vehicle truly crosses fences: told once it is `CLEAR` of the border, at the time of the border. */
export class FenceWatch {
  readonly #fences: Watched[] = [];

  /** Polygons without holes and circles; other shapes are not watched. */
  constructor(fences: readonly Geofence[]) {
    for (const { id, geometry, properties } of fences) {
      const depth = depthOf(geometry, properties.radius_m);
      if (depth !== undefined) this.#fences.push({ id, depth, inside: undefined, changedAt: 0, side: undefined });
    }
  }

  /** @param told called for each crossing */
  see(place: Point, at: Instant, told: (crossing: { geofence: string; entered: boolean; at: Instant }) => void): void {
    for (const fence of this.#fences) {
      const depth = fence.depth(place);
      if (depth > 0 !== fence.side) {
        fence.side = depth > 0;
        fence.changedAt = at;
      }
      if (Math.abs(depth) < CLEAR || fence.inside === depth > 0) continue;
      // The first known side is not a crossing.
      if (fence.inside !== undefined) told({ geofence: fence.id, entered: depth > 0, at: fence.changedAt });
      fence.inside = depth > 0;
    }
  }
}

const depthOf = (geometry: Geofence['geometry'], radius: Metres | null): Watched['depth'] | undefined => {
  if (geometry.type === 'Point' && radius !== null) {
    const middle = toPoint({ lat: geometry.coordinates[1], lon: geometry.coordinates[0] });
    return place => radius - distance(middle, place);
  }
  if (geometry.type === 'Polygon' && geometry.coordinates.length === 1) {
    const outline = geometry.coordinates[0]!.map(([lon, lat]) => toPoint({ lat, lon }));
    return place => nearestOn(outline, place).away * (within(outline, place) ? 1 : -1);
  }
  return undefined;
};
