import type { Geofence } from '../api/wire-types';
import { texts } from '../texts/texts';
import type { Schedule } from './rule-draft';

export type Place = readonly [lon: number, lat: number];
export type ShapeKind = 'polygon' | 'circle' | 'corridor';
type Crossing = Geofence['properties']['on'][number];

/** A geofence while somebody works on it. Of the places a circle has one, a corridor those along its middle, an area its corners. */
export interface FenceDraft {
  name: string;
  shape: ShapeKind;
  places: readonly Place[];
  /** What has several parts or holes is kept as it came, until somebody draws anew. */
  kept: Geofence['geometry'] | undefined;
  radius_m: number | undefined;
  width_m: number | undefined;
  on: readonly Crossing[];
  dwell_s: number | undefined;
  speed_limit_kmh: number | undefined;
  schedule: Schedule | null;
  groups: readonly string[];
}

const WIDTH_M = 60;

export const NEW_FENCE: FenceDraft = {
  name: '',
  shape: 'polygon',
  places: [],
  kept: undefined,
  radius_m: undefined,
  width_m: WIDTH_M,
  on: ['enter', 'exit'],
  dwell_s: undefined,
  speed_limit_kmh: undefined,
  schedule: null,
  groups: [],
};

export const fenceDraftOf = ({ geometry, properties }: Geofence): FenceDraft => {
  const { radius_m, width_m, dwell_s, speed_limit_kmh, ...rest } = properties;
  const shared = {
    ...rest,
    schedule: rest.schedule as Schedule | null,
    ...{ radius_m: radius_m ?? undefined, width_m: width_m ?? WIDTH_M, dwell_s: dwell_s ?? undefined },
    ...{ speed_limit_kmh: speed_limit_kmh ?? undefined, kept: undefined },
  };
  const { type, coordinates } = geometry;
  if (type === 'Point') return { ...shared, shape: 'circle', places: [coordinates as unknown as Place] };
  if (type === 'LineString') return { ...shared, shape: 'corridor', places: coordinates as Place[] };
  const [outer = [], ...holes] = coordinates as Place[][];
  if (type === 'MultiPolygon' || holes.length > 0) return { ...shared, shape: 'polygon', places: [], kept: geometry };
  return { ...shared, shape: 'polygon', places: outer.slice(0, -1) };
};

/** Of what is drawn so far; undefined while it is no shape yet. */
export const geometryOf = ({ shape, places, kept }: FenceDraft): Geofence['geometry'] | undefined => {
  const [first] = places;
  if (first === undefined) return kept;
  if (shape === 'circle') return { type: 'Point', coordinates: [...first] };
  if (shape === 'corridor') return places.length < 2 ? undefined : { type: 'LineString', coordinates: [...places] };
  return places.length < 3 ? undefined : { type: 'Polygon', coordinates: [[...places, first]] };
};

/** As the API takes it. */
export const fenceBody = (draft: FenceDraft, geometry: Geofence['geometry']) => {
  const { name, on, dwell_s, schedule, groups, speed_limit_kmh, shape, radius_m, width_m, places } = draft;
  return {
    type: 'Feature' as const,
    geometry,
    properties: {
      ...{ name: name.trim(), on, schedule, groups },
      dwell_s: on.includes('dwell') ? (dwell_s ?? null) : null,
      speed_limit_kmh: speed_limit_kmh ?? null,
      radius_m: shape === 'circle' && places.length > 0 ? (radius_m ?? null) : null,
      width_m: shape === 'corridor' && places.length > 0 ? (width_m ?? null) : null,
    },
  };
};

/** A place a line, latitude first, as people write it. */
export const placesText = (places: readonly Place[]): string =>
  places.map(([lon, lat]) => `${lat.toFixed(6)}, ${lon.toFixed(6)}`).join('\n');

/** @returns the places, or which line is none */
export const placesFrom = (text: string): { places: Place[] } | { problem: string } => {
  const places: Place[] = [];
  for (const [n, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [lat = Number.NaN, lon = Number.NaN, ...more] = line
      .trim()
      .split(/[\s,;]+/)
      .map(Number);
    const fits = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && more.length === 0;
    if (!fits) return { problem: texts.fences.badLine(n + 1) };
    places.push([lon, lat]);
  }
  return { places };
};
