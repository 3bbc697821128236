import type { Geofence } from '../../model/geofence.js';
import { invalid } from '../http/problem.js';
import type { ImportRow } from './read-table.js';

export const GEOFENCE_COLUMNS = [
  'id',
  'name',
  'on',
  'dwell_s',
  'lat',
  'lon',
  'radius_m',
  'width_m',
  'speed_limit_kmh',
  'groups',
  'schedule',
  'geometry',
] as const;

type Cells = Record<string, string | null>;

/** A line of CSV as the Feature that it stands for: a circle by `lat`, `lon` and `radius_m`, any shape by `geometry` (GeoJSON text). */
export const featureOfCells = ({ at, value }: ImportRow<Cells>): ImportRow<unknown> => {
  const number = (name: string) => (value[name] == null ? null : Number(value[name]));
  const list = (name: string) => (value[name] == null ? undefined : value[name].split('|').map(word => word.trim()));
  const json = (name: string): unknown => {
    try {
      return value[name] == null ? undefined : JSON.parse(value[name]);
    } catch {
      throw invalid([{ field: `row ${at}: ${name}`, message: 'is not JSON' }]);
    }
  };
  return {
    at,
    value: {
      type: 'Feature',
      ...(value.id != null && { id: value.id }),
      geometry: json('geometry') ?? { type: 'Point', coordinates: [number('lon'), number('lat')] },
      properties: {
        name: value.name ?? value.id,
        on: list('on'),
        dwell_s: number('dwell_s'),
        radius_m: number('radius_m'),
        width_m: number('width_m'),
        speed_limit_kmh: number('speed_limit_kmh'),
        groups: list('groups'),
        schedule: json('schedule') ?? null,
      },
    },
  };
};

/** A geofence as cells; a circle by its centre, so that people can read it. */
export const cellsOfFeature = ({ id, geometry, properties }: Geofence): (string | number | null)[] => {
  const isCircle = geometry.type === 'Point';
  const cells: Record<(typeof GEOFENCE_COLUMNS)[number], string | number | null> = {
    id,
    name: properties.name,
    on: properties.on.join('|'),
    dwell_s: properties.dwell_s,
    lat: isCircle ? geometry.coordinates[1] : null,
    lon: isCircle ? geometry.coordinates[0] : null,
    radius_m: properties.radius_m,
    width_m: properties.width_m,
    speed_limit_kmh: properties.speed_limit_kmh,
    groups: properties.groups.length > 0 ? properties.groups.join('|') : null,
    schedule: properties.schedule === null ? null : JSON.stringify(properties.schedule),
    geometry: isCircle ? null : JSON.stringify(geometry),
  };
  return GEOFENCE_COLUMNS.map(column => cells[column]);
};
