import type { GeoBox } from '../../model/geo-box.js';
import { type PackedTrack, trackPoints } from './track-codec.js';

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
