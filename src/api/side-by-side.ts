import type { Position } from '../model/geofence.js';

/**
 * The rings of a polygon in one range of longitudes: each next to the one before, as a side takes the short way, and holes beside their outer
 * ring, on whichever side of the date line either begins. None is below -180; those beyond the date line are above 180.
 */
export const sideBySide = (rings: readonly (readonly Position[])[]): Position[][] => {
  let middle: number | undefined;
  return rings.map(ring => {
    let lon = ring[0]![0];
    const flat = ring.map(([x, lat]): Position => {
      lon = x - Math.round((x - lon) / 360) * 360;
      return [lon, lat];
    });
    const [west, east] = flat.reduce(([min, max], [x]) => [Math.min(min, x), Math.max(max, x)], [Infinity, -Infinity]);
    const own = (west + east) / 2;
    const turns = middle === undefined ? Math.floor((west + 180) / 360) : Math.round((own - middle) / 360);
    middle ??= own - 360 * turns;
    return turns === 0 ? flat : shiftedBy(flat, -360 * turns);
  });
};

export const shiftedBy = (ring: readonly Position[], degrees: number): Position[] =>
  ring.map(([lon, lat]) => [lon + degrees, lat]);
