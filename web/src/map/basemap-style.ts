import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../app/theme';
import { texts } from '../texts/texts';
import { mapColours } from './map-colours';

const BASEMAP = 'basemap';
/** Local fonts draw the labels: the style names no glyph server, so nothing is fetched for them. */
const FONT = ['sans-serif'];

/** Widths in pixels at zoom 11, 14 and 17. */
const ROADS = [
  { class: 'residential', width: [0.4, 2.2, 11], casing: 1, from: 12 },
  { class: 'secondary', width: [0.9, 4, 15], casing: 1.2, from: 0 },
  { class: 'primary', width: [1.6, 5.5, 19], casing: 1.4, from: 0 },
  { class: 'motorway', width: [2.4, 7, 22], casing: 1.6, from: 0 },
] as const;

/** The demo town, drawn quietly: the fleet is what the eye is for. Everything comes from the server itself. */
export const townStyle = (theme: Theme): StyleSpecification => ({
  version: 8,
  sources: {
    [BASEMAP]: {
      type: 'geojson',
      data: new URL('/basemap/town.geojson', window.location.href).href,
      attribution: texts.map.attribution,
      tolerance: 0.2,
    },
  },
  layers: [...areaLayers(theme), ...roadLayers(theme), ...labelLayers(theme)],
});

const areaLayers = (theme: Theme): LayerSpecification[] => {
  const colours = mapColours[theme];
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': colours.water } },
    ...(['land', 'urban', 'wood', 'industrial', 'park', 'water'] as const).map(
      (area): LayerSpecification => ({
        id: `area-${area}`,
        type: 'fill',
        source: BASEMAP,
        filter: ['all', ['==', ['get', 'kind'], 'area'], ['==', ['get', 'area'], area]],
        paint: { 'fill-color': colours[area], 'fill-antialias': true },
      }),
    ),
  ];
};

/** First all casings, then all fills: junctions stay open. Bridges come last, over the rest. */
const roadLayers = (theme: Theme): LayerSpecification[] => {
  const layers: LayerSpecification[] = [];
  for (const bridge of [false, true]) {
    for (const part of ['casing', 'fill'] as const) {
      for (const road of ROADS) layers.push(roadLayer(theme, road, part, bridge));
    }
  }
  return layers;
};

const roadLayer = (theme: Theme, road: (typeof ROADS)[number], part: 'casing' | 'fill', bridge: boolean): LayerSpecification => {
  const colours = mapColours[theme];
  const extra = part === 'casing' ? road.casing * 2 * (bridge ? 1.3 : 1) : 0;
  const [far, middle, near] = road.width;
  return {
    id: `road-${road.class}-${part}${bridge ? '-bridge' : ''}`,
    type: 'line',
    source: BASEMAP,
    minzoom: part === 'casing' ? Math.max(road.from, 12) : road.from,
    filter: ['all', ['==', ['get', 'kind'], 'road'], ['==', ['get', 'class'], road.class], ['==', ['get', 'bridge'], bridge]],
    layout: { 'line-cap': bridge && part === 'casing' ? 'butt' : 'round', 'line-join': 'round' },
    paint: {
      'line-color': part === 'casing' ? (bridge ? colours.bridgeCasing : colours.casing) : colours.roads[road.class],
      'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 11, far + extra, 14, middle + extra, 17, near + extra],
    },
  };
};

const labelLayers = (theme: Theme): LayerSpecification[] => {
  const colours = mapColours[theme];
  const halo = { 'text-halo-color': colours.halo, 'text-halo-width': 1.4 };
  const place = (
    id: string,
    classes: readonly string[],
    minzoom: number,
    size: number | ExpressionSpecification,
    color: string,
    transform: 'none' | 'uppercase' = 'none',
  ): LayerSpecification => ({
    id,
    type: 'symbol',
    source: BASEMAP,
    minzoom,
    filter: ['all', ['==', ['get', 'kind'], 'place'], ['in', ['get', 'class'], ['literal', [...classes]]]],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': FONT,
      'text-size': size,
      'text-transform': transform,
      'text-letter-spacing': transform === 'uppercase' ? 0.1 : 0.02,
      'text-max-width': 8,
      'text-padding': 8,
    },
    paint: { 'text-color': color, ...halo },
  });
  return [
    {
      id: 'label-road',
      type: 'symbol',
      source: BASEMAP,
      minzoom: 14,
      filter: ['==', ['get', 'kind'], 'road'],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 320,
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 14, 10, 17, 13],
        'text-max-angle': 30,
        'text-padding': 6,
      },
      paint: { 'text-color': colours.roadLabel, ...halo },
    },
    place('label-park', ['park'], 13.5, 11, colours.parkLabel),
    place('label-water', ['water'], 12, 12, colours.waterLabel),
    place('label-district', ['district', 'village'], 12, 11, colours.placeLabel, 'uppercase'),
    place('label-town', ['town'], 0, ['interpolate', ['linear'], ['zoom'], 10, 14, 14, 19], colours.townLabel),
  ];
};
