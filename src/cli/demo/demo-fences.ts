import type { Geofence, GeofenceGeometry, GeofenceProperties } from '../../model/geofence.js';
import { toLocation } from '../../simulator/town/plane.js';
import type { Town } from '../../simulator/town/town.js';

/** Places of the town that a fleet would watch: two work yards, the old quarter, a park, a village. */
export const demoFences = (town: Town): Geofence[] => [
  yard(town, 'Eastmarsh Works', ['enter', 'exit']),
  yard(town, 'Kiln Yard', ['enter']),
  yard(town, 'Quarry Park', ['enter']),
  circle(town, 'Old Quay', 320, ['enter']),
  circle(town, 'Corran Point', 420, ['enter', 'exit']),
];

const yard = (town: Town, name: string, on: GeofenceProperties['on']): Geofence => {
  const outline = town.areas.find(area => area.name === name)!.outline.map(point => toLocation(point));
  return fence(name, on, { type: 'Polygon', coordinates: [outline.map(({ lat, lon }) => [lon, lat] as const)] }, null);
};

const circle = (town: Town, name: string, radius_m: number, on: GeofenceProperties['on']): Geofence => {
  const { lat, lon } = toLocation(town.places.find(place => place.name === name)!.at);
  return fence(name, on, { type: 'Point', coordinates: [lon, lat] }, radius_m);
};

const fence = (name: string, on: GeofenceProperties['on'], geometry: GeofenceGeometry, radius_m: number | null): Geofence => ({
  type: 'Feature',
  id: name.toLowerCase().replaceAll(' ', '-'),
  geometry,
  properties: { name, on, dwell_s: null, radius_m, width_m: null, schedule: null, speed_limit_kmh: null, groups: [] },
});
