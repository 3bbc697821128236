import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { Theme } from '../app/theme';
import { mapColours } from './map-colours';

export const FLEET = 'fleet';
export const FENCES = 'geofences';
export const TRAIL = 'trail';
export const VEHICLES = 'vehicles';
export const CLUSTERS = 'clusters';
const FONT = ['sans-serif'];

const nothing = { type: 'FeatureCollection' as const, features: [] };

export const fleetSources: Readonly<Record<string, SourceSpecification>> = {
  [FENCES]: { type: 'geojson', data: nothing },
  [FLEET]: {
    type: 'geojson',
    data: nothing,
    // Clusters are made before they get here (cluster-fleet.ts); keys are ids of vehicles or of cells.
    promoteId: 'key',
    // Nothing is cut away at the edges of tiles: points have none.
    buffer: 64,
    maxzoom: 14,
  },
  [TRAIL]: { type: 'geojson', data: nothing },
};

const single: ExpressionSpecification = ['!', ['has', 'count']];
const isSelected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];

/** Geofences: a quiet wash, a broken line, a name. */
export const fenceLayers = (theme: Theme): LayerSpecification[] => {
  const colours = mapColours[theme];
  return [
    {
      id: 'fence-fill',
      type: 'fill',
      source: FENCES,
      paint: { 'fill-color': colours.fence, 'fill-opacity': theme === 'light' ? 0.1 : 0.14 },
    },
    {
      id: 'fence-line',
      type: 'line',
      source: FENCES,
      paint: { 'line-color': colours.fence, 'line-width': 1.5, 'line-dasharray': [3, 2], 'line-opacity': 0.85 },
    },
    {
      id: 'fence-name',
      type: 'symbol',
      source: FENCES,
      minzoom: 12,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11, 'text-padding': 4 },
      paint: { 'text-color': colours.fenceLabel, 'text-halo-color': colours.halo, 'text-halo-width': 1.4 },
    },
  ];
};

/** Geofences below, then clusters, then vehicles: selection ring, marker, name, mark of open alerts. */
export const fleetLayers = (theme: Theme): LayerSpecification[] => {
  const colours = mapColours[theme];
  return [
    ...fenceLayers(theme),
    {
      id: 'trail-casing',
      type: 'line',
      source: TRAIL,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.rim, 'line-width': 6, 'line-opacity': 0.8 },
    },
    {
      id: TRAIL,
      type: 'line',
      source: TRAIL,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.track, 'line-width': 3.5 },
    },
    {
      id: CLUSTERS,
      type: 'circle',
      source: FLEET,
      filter: ['has', 'count'],
      paint: {
        'circle-color': colours.cluster,
        'circle-opacity': 0.92,
        'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'count']], 1, 14, 10, 24, 60, 40],
        'circle-stroke-width': ['case', ['>', ['get', 'alerts'], 0], 3, 1.5],
        'circle-stroke-color': ['case', ['>', ['get', 'alerts'], 0], colours.alert, colours.rim],
      },
    },
    {
      id: 'cluster-count',
      type: 'symbol',
      source: FLEET,
      filter: ['has', 'count'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': FONT,
        'text-size': 13,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': colours.clusterText },
    },
    {
      id: 'vehicle-selection',
      type: 'circle',
      source: FLEET,
      filter: single,
      paint: {
        'circle-radius': 19,
        'circle-color': colours.selection,
        'circle-opacity': ['case', isSelected, 0.22, 0],
        'circle-stroke-width': 2,
        'circle-stroke-color': colours.selection,
        'circle-stroke-opacity': ['case', isSelected, 1, 0],
      },
    },
    {
      id: VEHICLES,
      type: 'symbol',
      source: FLEET,
      filter: single,
      layout: {
        'icon-image': ['get', 'status'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 10, 0.72, 14, 1],
        'icon-rotate': ['case', ['==', ['get', 'status'], 'driving'], ['get', 'heading'], 0],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-sort-key': ['get', 'order'],
      },
    },
    {
      id: 'vehicle-alerts',
      type: 'circle',
      source: FLEET,
      filter: ['all', single, ['>', ['get', 'alerts'], 0]],
      paint: {
        'circle-radius': 4.5,
        'circle-color': colours.alert,
        'circle-stroke-width': 1.5,
        'circle-stroke-color': colours.rim,
        'circle-translate': [10, -10],
      },
    },
    {
      id: 'vehicle-name',
      type: 'symbol',
      source: FLEET,
      filter: single,
      minzoom: 12.6,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': 11.5,
        'text-anchor': 'top',
        'text-offset': [0, 1.15],
        'text-max-width': 12,
        'text-optional': true,
        'text-padding': 3,
        'symbol-sort-key': ['-', 0, ['get', 'order']],
      },
      paint: { 'text-color': colours.vehicleLabel, 'text-halo-color': colours.vehicleHalo, 'text-halo-width': 1.6 },
    },
  ];
};
