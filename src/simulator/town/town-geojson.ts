import { type Point, toLocation } from './plane.js';
import type { Town } from './town.js';

/** A feature of the basemap: `kind` chooses the layer, `class` its variant, `name` the label (absent where there is none). */
export interface TownFeature {
  type: 'Feature';
  properties: { kind: 'area' | 'road' | 'place'; class: string; name?: string; area?: string; bridge?: boolean };
  geometry:
    | { type: 'Polygon'; coordinates: [number, number][][] }
    | { type: 'LineString'; coordinates: [number, number][] }
    | { type: 'Point'; coordinates: [number, number] };
}

export interface TownFeatures {
  type: 'FeatureCollection';
  features: TownFeature[];
}

/**
 * The town as a map draws it, from the ground up: areas (land first, water last), roads from the lanes to the motorway, places.
 * @returns positions as [longitude, latitude], six decimals (about 10 cm)
 */
export const townGeoJson = (town: Town): TownFeatures => ({
  type: 'FeatureCollection',
  features: [
    ...town.areas.map(
      (area): TownFeature => ({
        type: 'Feature',
        properties: { kind: 'area', area: area.kind, class: area.class, name: area.name },
        geometry: { type: 'Polygon', coordinates: [area.outline.map(toPosition)] },
      }),
    ),
    ...[...town.streets]
      .sort((a, b) => DRAWN_LAST.indexOf(a.class) - DRAWN_LAST.indexOf(b.class))
      .map(
        (street): TownFeature => ({
          type: 'Feature',
          properties: { kind: 'road', class: street.class, name: street.name, bridge: street.bridge },
          geometry: { type: 'LineString', coordinates: street.shape.map(toPosition) },
        }),
      ),
    ...town.places.map(
      (place): TownFeature => ({
        type: 'Feature',
        properties: { kind: 'place', class: place.class, name: place.name },
        geometry: { type: 'Point', coordinates: toPosition(place.at) },
      }),
    ),
  ],
});

const DRAWN_LAST = ['residential', 'secondary', 'primary', 'motorway'];

const toPosition = (point: Point): [number, number] => {
  const { lat, lon } = toLocation(point);
  return [Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
};
