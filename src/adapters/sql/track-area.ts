import { crossesBox, type GeoBox } from '../../model/geo-box.js';
import type { PackedTrack } from './track-codec.js';
import { trackPoints } from './track-codec.js';

/** Over a longer silence nobody knows what was between two points. */
const BRIDGED_MS = 60_000;

/** The box around a track; undefined where it has no place. Over the date line it is as wide as the world: found too often, never missed. */
export const areaOf = (track: PackedTrack): GeoBox | undefined => {
  let [west, south, east, north] = [180, 90, -180, -90];
  let some = false;
  for (const { lat, lon } of trackPoints(track)) {
    some = true;
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return some ? { west, south, east, north } : undefined;
};

/** Whether the way itself went through the box, not only the box around it. */
export const passesThrough = (track: PackedTrack, box: GeoBox): boolean => {
  let before: { ts: number; lat: number; lon: number } | undefined;
  for (const point of trackPoints(track)) {
    const from = before !== undefined && point.ts - before.ts <= BRIDGED_MS ? before : point;
    if (crossesBox(box, from.lat, from.lon, point.lat, point.lon)) return true;
    before = point;
  }
  return false;
};
