import type { Feature, FeatureCollection, Position as GeoPosition, Polygon } from 'geojson';
import type { Geofence } from '../api/wire-types';

const METRES_PER_DEGREE = 111_320;
const CIRCLE_POINTS = 64;

/** Of a geofence, what its shape takes. */
export interface ShownFence {
  id: string;
  geometry: Geofence['geometry'];
  properties: Pick<Geofence['properties'], 'name' | 'radius_m' | 'width_m'>;
}

/** Geofences as what a map can draw: circles and corridors become polygons. */
export const geofenceShapes = (fences: readonly ShownFence[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: fences.map(fence => {
    const { name, radius_m, width_m } = fence.properties;
    const properties = { id: fence.id, name };
    const { type, coordinates } = fence.geometry;
    if (type === 'Point') return circle(coordinates as GeoPosition, radius_m ?? 0, properties);
    if (type === 'LineString')
      return corridor(
        onOneSide(coordinates as GeoPosition[], (coordinates as GeoPosition[])[0]?.[0] ?? 0),
        (width_m ?? 0) / 2,
        properties,
      );
    const geometry =
      type === 'Polygon'
        ? { type, coordinates: polygonShown(coordinates as GeoPosition[][]) }
        : { type, coordinates: (coordinates as GeoPosition[][][]).map(polygonShown) };
    return { type: 'Feature', geometry: geometry as Polygon, properties } satisfies Feature;
  }),
});

/** Every place of what is drawn of a geofence; beyond 180 degrees where it goes over the date line. */
export const placesShown = (fence: ShownFence): { lon: number; lat: number }[] => {
  const flat = (value: unknown): { lon: number; lat: number }[] => {
    if (!Array.isArray(value)) return [];
    return typeof value[0] === 'number' ? [{ lon: value[0], lat: value[1] as number }] : value.flatMap(flat);
  };
  const [shown] = geofenceShapes([fence]).features;
  return shown === undefined || shown.geometry.type === 'GeometryCollection' ? [] : flat(shown.geometry.coordinates);
};

/** With each longitude next to the one before: the map draws what goes over the date line beyond 180, not around the world. */
const onOneSide = (line: readonly GeoPosition[], beside: number): GeoPosition[] => {
  let lon = beside;
  return line.map(([x = 0, lat = 0]) => {
    lon = x - Math.round((x - lon) / 360) * 360;
    return [lon, lat];
  });
};

const polygonShown = (rings: readonly GeoPosition[][]): GeoPosition[][] =>
  rings.map(ring => onOneSide(ring, rings[0]?.[0]?.[0] ?? 0));

const circle = ([lon = 0, lat = 0]: GeoPosition, radius_m: number, properties: object): Feature => {
  const ring = Array.from({ length: CIRCLE_POINTS + 1 }, (_, n) =>
    moved([lon, lat], (2 * Math.PI * n) / CIRCLE_POINTS, radius_m),
  );
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties };
};

/** Each leg as a box and each corner as a disc: together they are the corridor, without any geometry of offsets. */
const corridor = (line: readonly GeoPosition[], half_m: number, properties: object): Feature => {
  const parts: GeoPosition[][][] = [];
  for (let n = 0; n < line.length; n++) {
    const here = line[n]!;
    parts.push((circle(here, half_m, {}).geometry as Polygon).coordinates);
    const next = line[n + 1];
    if (next === undefined) break;
    const along = bearing(here, next);
    const corners = [
      moved(here, along - Math.PI / 2, half_m),
      moved(next, along - Math.PI / 2, half_m),
      moved(next, along + Math.PI / 2, half_m),
      moved(here, along + Math.PI / 2, half_m),
    ];
    parts.push([[...corners, corners[0]!]]);
  }
  return { type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: parts }, properties };
};

/** @param angle clockwise from north, radians */
const moved = ([lon = 0, lat = 0]: GeoPosition, angle: number, metres: number): GeoPosition => [
  lon + (metres * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)),
  lat + (metres * Math.cos(angle)) / METRES_PER_DEGREE,
];

const bearing = ([lonA = 0, latA = 0]: GeoPosition, [lonB = 0, latB = 0]: GeoPosition): number =>
  Math.atan2((lonB - lonA) * Math.cos((latA * Math.PI) / 180), latB - latA);
