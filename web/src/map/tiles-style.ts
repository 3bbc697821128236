import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../app/theme';
import { mapColours } from './map-colours';

const TILES = 'tiles';
const FONT = ['sans-serif'];

export interface Tiles {
  url: string;
  attribution: string;
  minzoom: number;
  maxzoom: number;
}

export const rasterStyle = (tiles: Tiles): StyleSpecification => ({
  version: 8,
  sources: { [TILES]: { type: 'raster', tileSize: 256, ...tiles } },
  layers: [{ id: 'tiles', type: 'raster', source: TILES }],
});

/** Vector tiles with the layers of the Protomaps basemap (v4), drawn as quietly as the demo town. Labels are drawn with local fonts. */
export const vectorStyle = (tiles: Tiles, theme: Theme): StyleSpecification => {
  const colours = mapColours[theme];
  const fill = (id: string, layer: string, colour: string, kinds?: readonly string[]): LayerSpecification => ({
    id,
    type: 'fill',
    source: TILES,
    'source-layer': layer,
    filter: kinds ? ['in', ['get', 'kind'], ['literal', [...kinds]]] : ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': colour },
  });
  const road = (id: string, kind: string, colour: string, far: number, near: number): LayerSpecification => ({
    id,
    type: 'line',
    source: TILES,
    'source-layer': 'roads',
    filter: ['==', ['get', 'kind'], kind],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 7, far, 17, near] },
  });
  const label = (id: string, layer: string, kinds: readonly string[], size: number, colour: string): LayerSpecification => ({
    id,
    type: 'symbol',
    source: TILES,
    'source-layer': layer,
    filter: ['in', ['get', 'kind'], ['literal', [...kinds]]],
    layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': size, 'text-max-width': 8, 'text-padding': 6 },
    paint: { 'text-color': colour, 'text-halo-color': colours.halo, 'text-halo-width': 1.4 },
  });
  return {
    version: 8,
    sources: { [TILES]: { type: 'vector', ...tiles } },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colours.water } },
      fill('earth', 'earth', colours.land),
      fill('wood', 'landuse', colours.wood, ['forest', 'wood', 'nature_reserve']),
      fill('park', 'landuse', colours.park, ['park', 'grass', 'meadow', 'golf_course', 'cemetery', 'recreation_ground']),
      fill('industrial', 'landuse', colours.industrial, ['industrial', 'aerodrome', 'railway', 'military']),
      fill('urban', 'landuse', colours.urban, ['residential', 'hospital', 'school', 'university']),
      fill('water', 'water', colours.water),
      { ...fill('buildings', 'buildings', colours.urban), minzoom: 14 } as LayerSpecification,
      { ...road('minor-casing', 'minor_road', colours.casing, 0, 13), minzoom: 13 } as LayerSpecification,
      { ...road('minor', 'minor_road', colours.roads.residential, 0.3, 11), minzoom: 12 } as LayerSpecification,
      road('medium', 'medium_road', colours.roads.secondary, 0.4, 15),
      road('major', 'major_road', colours.roads.primary, 0.6, 19),
      road('highway', 'highway', colours.roads.motorway, 1, 22),
      {
        id: 'boundary',
        type: 'line',
        source: TILES,
        'source-layer': 'boundaries',
        paint: { 'line-color': colours.placeLabel, 'line-dasharray': [3, 2], 'line-opacity': 0.5 },
      },
      {
        id: 'label-road',
        type: 'symbol',
        source: TILES,
        'source-layer': 'roads',
        minzoom: 14,
        layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11 },
        paint: { 'text-color': colours.roadLabel, 'text-halo-color': colours.halo, 'text-halo-width': 1.4 },
      },
      label('label-neighbourhood', 'places', ['neighbourhood'], 11, colours.placeLabel),
      label('label-place', 'places', ['locality', 'region', 'country'], 14, colours.townLabel),
    ],
  };
};
