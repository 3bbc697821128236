import type { LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { Theme } from '../app/theme';
import { mapColours } from './map-colours';

export const TRACK = 'track';
export const EVENTS = 'events';
export const MARKER = 'marker';

const nothing = { type: 'FeatureCollection' as const, features: [] };

export const replaySources: Readonly<Record<string, SourceSpecification>> = {
  [TRACK]: { type: 'geojson', data: nothing },
  [EVENTS]: { type: 'geojson', data: nothing },
  [MARKER]: { type: 'geojson', data: nothing },
};

/** The way, what happened on it, and where the vehicle is. */
export const replayLayers = (theme: Theme): LayerSpecification[] => {
  const colours = mapColours[theme];
  const line = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    { id: 'track-casing', type: 'line', source: TRACK, layout: line, paint: { 'line-color': colours.rim, 'line-width': 8 } },
    { id: 'track', type: 'line', source: TRACK, layout: line, paint: { 'line-color': colours.track, 'line-width': 4.5 } },
    {
      id: 'events',
      type: 'circle',
      source: EVENTS,
      paint: {
        'circle-radius': 6,
        'circle-color': [
          'match',
          ['get', 'severity'],
          'critical',
          colours.alert,
          'warning',
          colours.status.idling,
          'stop',
          colours.rim,
          colours.status.parked,
        ],
        'circle-stroke-width': 2,
        'circle-stroke-color': ['case', ['==', ['get', 'severity'], 'stop'], colours.status.parked, colours.rim],
      },
    },
    {
      id: 'marker',
      type: 'symbol',
      source: MARKER,
      layout: {
        'icon-image': 'driving',
        'icon-size': 1.1,
        'icon-rotate': ['get', 'heading'],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
  ];
};
