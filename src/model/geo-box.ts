import type { Degrees } from './units.js';

/** A box on the map. West > east is a box over the date line. */
export interface GeoBox {
  west: Degrees;
  south: Degrees;
  east: Degrees;
  north: Degrees;
}

export const isInBox = ({ west, south, east, north }: GeoBox, lat: Degrees, lon: Degrees): boolean =>
  lat >= south && lat <= north && (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east);

/**
 * Whether the straight line between two points touches the box (Liang and Barsky's clipping).
 * A line or a box over the date line is judged by its ends alone.
 */
export const crossesBox = (box: GeoBox, latA: Degrees, lonA: Degrees, latB: Degrees, lonB: Degrees): boolean => {
  if (isInBox(box, latA, lonA) || isInBox(box, latB, lonB)) return true;
  if (box.west > box.east || Math.abs(lonB - lonA) > 180) return false;
  let [enter, leave] = [0, 1];
  const clip = (step: number, room: number): boolean => {
    if (step === 0) return room >= 0;
    const at = room / step;
    if (step < 0) enter = Math.max(enter, at);
    else leave = Math.min(leave, at);
    return enter <= leave;
  };
  return (
    clip(lonA - lonB, lonA - box.west) &&
    clip(lonB - lonA, box.east - lonA) &&
    clip(latA - latB, latA - box.south) &&
    clip(latB - latA, box.north - latA)
  );
};

/** Over a longer silence nobody knows what was between two points, ms. */
const BRIDGED_MS = 60_000;

/** Whether a way went through the box. @param points in order of time */
export const passesThrough = (points: Iterable<{ ts: number; lat: Degrees; lon: Degrees }>, box: GeoBox): boolean => {
  let before: { ts: number; lat: Degrees; lon: Degrees } | undefined;
  for (const point of points) {
    const from = before !== undefined && point.ts - before.ts <= BRIDGED_MS ? before : point;
    if (crossesBox(box, from.lat, from.lon, point.lat, point.lon)) return true;
    before = point;
  }
  return false;
};
