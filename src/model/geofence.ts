import type { Schedule } from './schedule.js';

/** GeoJSON positions are [longitude, latitude]. */
export type Position = readonly [number, number];

export type GeofenceGeometry =
  | { type: 'Polygon'; coordinates: readonly (readonly Position[])[] }
  | { type: 'MultiPolygon'; coordinates: readonly (readonly (readonly Position[])[])[] }
  /** With `radius_m`: a circle. */
  | { type: 'Point'; coordinates: Position }
  /** With `width_m`: a corridor, half of it on each side. */
  | { type: 'LineString'; coordinates: readonly Position[] };

export interface GeofenceProperties {
  name: string;
  on: readonly ('enter' | 'exit' | 'dwell')[];
  dwell_s: number | null;
  radius_m: number | null;
  width_m: number | null;
  schedule: Schedule | null;
  speed_limit_kmh: number | null;
  /** Vehicles of these groups only; empty = all. */
  groups: readonly string[];
}

/** A geofence, as stored and as REST shows it: a GeoJSON Feature. */
export interface Geofence {
  type: 'Feature';
  id: string;
  geometry: GeofenceGeometry;
  properties: GeofenceProperties;
}
