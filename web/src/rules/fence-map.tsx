import type { GeoJSONSource, LayerSpecification } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import {
  type GeoJSONStoreFeatures,
  TerraDraw,
  TerraDrawCircleMode,
  TerraDrawLineStringMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
} from 'terra-draw';
import type { Geofence } from '../api/wire-types';
import type { Theme } from '../app/theme';
import { useFleet } from '../live/fleet';
import { fitTo } from '../map/camera';
import { DrawingAdapter } from '../map/drawing-adapter';
import { FENCES, fenceLayers } from '../map/fleet-layers';
import { geofenceShapes, placesShown, type ShownFence } from '../map/geofence-shapes';
import { MapControls } from '../map/map-controls';
import { MapTroubleNote } from '../map/map-trouble-note';
import { type Overlay, useMap } from '../map/use-map';
import type { Place, ShapeKind } from './fence-draft';

const DRAFT = 'draft-fence';
const INK: Readonly<Record<Theme, `#${string}`>> = { light: '#0d5f6b', dark: '#5fc9d6' };
const MODES: Readonly<Record<ShapeKind, string>> = { polygon: 'polygon', circle: 'circle', corridor: 'linestring' };
const EARTH_M = 6_371_008.8;
/** What the drawing takes: more decimals it refuses, and they would be less than a centimetre. */
const round = (value: number): number => Math.round(value * 1e7) / 1e7;

const overlay: Overlay = {
  sources: {
    [FENCES]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    [DRAFT]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
  },
  layers: theme => [
    ...fenceLayers(theme),
    {
      id: 'draft-fill',
      type: 'fill',
      source: DRAFT,
      paint: { 'fill-color': INK[theme], 'fill-opacity': 0.22 },
    } satisfies LayerSpecification,
  ],
};

export interface DrawnShape {
  places: Place[];
  radius_m?: number;
}

/** The map to draw a geofence on: corners are set by clicks, dragged afterwards; the others stand behind it. */
const FenceMap = ({
  theme,
  others,
  draft,
  shape,
  onShape,
}: {
  theme: Theme;
  others: readonly Geofence[];
  /** What there is so far; without it the next click begins one. */
  draft: Geofence | undefined;
  shape: ShapeKind;
  onShape: (drawn: DrawnShape) => void;
}) => {
  const container = useRef<HTMLDivElement>(null);
  const { positions } = useFleet();
  const { map, trouble } = useMap(container, theme, overlay);
  const draw = useRef<TerraDraw>(undefined);
  const adapter = useRef<DrawingAdapter>(undefined);
  const tell = useRef(onShape);
  tell.current = onShape;
  /** What the drawing itself told last: that needs no drawing again. */
  const told = useRef<string>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: begins once the map is there; what changes later follows below
  useEffect(() => {
    if (map === undefined) return;
    const around = new DrawingAdapter(map);
    adapter.current = around;
    const drawing = new TerraDraw({ adapter: around, modes: modesOf(INK[theme]) });
    drawing.start();
    // What is drawn next is drawn where one looks.
    map.on('moveend', () => {
      if (draw.current === drawing && drawing.getSnapshot().length === 0) around.countNear(map.getCenter().lng);
    });
    // The map goes before what is drawn on it: then there is nothing left to take away.
    let gone = false;
    map.once('remove', () => {
      gone = true;
    });
    drawing.on('finish', id => {
      const feature = drawing.getSnapshotFeature(id);
      if (feature === undefined) return;
      const drawn = shapeOf(feature, around);
      // A circle is drawn with as many corners as look round, and changed by four: it comes back as those.
      const comesBack = isCircle(feature) && drawing.getMode() !== 'select';
      told.current = comesBack ? undefined : keyOf(drawn.places, drawn.radius_m);
      tell.current(drawn);
      // Not while the drawing still handles the click that ended it.
      window.setTimeout(() => {
        if (comesBack || draw.current !== drawing || drawing.getMode() === 'select') return;
        drawing.setMode('select');
        drawing.selectFeature(id);
      });
    });
    // Of a circle there are only handles to drag: what it becomes is drawn behind them.
    drawing.on('change', ids => {
      const feature = drawing.getMode() === 'select' ? ids.map(id => drawing.getSnapshotFeature(id)).find(isCircle) : undefined;
      if (feature === undefined) return;
      const { places, radius_m = 0 } = shapeOf(feature, around);
      const grown: ShownFence = {
        ...{ id: '', geometry: { type: 'Point', coordinates: [...places[0]!] } },
        properties: { name: '', radius_m, width_m: null },
      };
      void (map.getSource(DRAFT) as GeoJSONSource | undefined)?.setData(geofenceShapes([grown]));
    });
    draw.current = drawing;
    const places = draft ? placesShown(draft) : [];
    fitTo(map, places.length > 0 ? places : positions.all(), false, 'plain');
    return () => {
      draw.current = undefined;
      if (!gone) drawing.stop();
    };
  }, [map]);

  useEffect(() => {
    void (map?.getSource(FENCES) as GeoJSONSource | undefined)?.setData(geofenceShapes(others));
  }, [map, others]);

  // The draft as it counts (a corridor with its width), and the handles to change it by.
  useEffect(() => {
    const [drawing, around] = [draw.current, adapter.current];
    if (map === undefined || drawing === undefined || around === undefined) return;
    void (map.getSource(DRAFT) as GeoJSONSource | undefined)?.setData(geofenceShapes(draft ? [draft] : []));
    if (draft === undefined) {
      told.current = undefined;
      drawing.clear();
      around.countNear(map.getCenter().lng);
      drawing.setMode(MODES[shape]);
      return;
    }
    const places = placesOf(draft);
    const key = places && keyOf(places, draft.properties.radius_m ?? undefined);
    if (key === told.current) return;
    told.current = key;
    drawing.clear();
    drawing.setMode('select');
    if (places === undefined) return;
    around.countNear(middleOf(placesShown(draft).map(({ lon }) => lon)));
    const feature = featureOf(draft, places, around);
    const id = drawing.getFeatureId();
    const [added] = drawing.addFeatures([{ ...feature, id } as GeoJSONStoreFeatures]);
    if (added?.valid) drawing.selectFeature(id);
  }, [map, draft, shape]);

  return (
    <>
      <div ref={container} className="map" data-testid="fence-map" data-ready={map !== undefined} />
      <MapTroubleNote trouble={trouble} />
      {trouble !== 'no-webgl' && (
        <MapControls map={map} onFit={() => map && fitTo(map, draft ? placesShown(draft) : positions.all(), true, 'plain')} />
      )}
    </>
  );
};

const modesOf = (ink: `#${string}`) => {
  const area = { fillColor: ink, fillOpacity: 0.01, outlineColor: ink, outlineWidth: 2 };
  const coordinates = { midpoints: true, draggable: true, deletable: true };
  const points = { selectionPointColor: ink, selectionPointWidth: 6, midPointColor: ink, midPointWidth: 4 };
  return [
    new TerraDrawPolygonMode({ styles: { ...area, closingPointColor: ink, closingPointWidth: 6 } }),
    new TerraDrawCircleMode({ styles: area }),
    new TerraDrawLineStringMode({
      styles: { lineStringColor: ink, lineStringWidth: 3, closingPointColor: ink, closingPointWidth: 6 },
    }),
    new TerraDrawSelectMode({
      allowManualDeselection: false,
      flags: {
        polygon: { feature: { draggable: true, coordinates } },
        linestring: { feature: { draggable: true, coordinates } },
        circle: { feature: { draggable: true, coordinates: { resizable: 'center-fixed' } } },
      },
      styles: {
        ...{ selectedPolygonColor: ink, selectedPolygonFillOpacity: 0.01, selectedPolygonOutlineColor: ink },
        // The line between the four handles of a circle is none of it.
        ...{
          selectedPolygonOutlineWidth: feature => (isCircle(feature) ? 0 : 2),
          selectedLineStringColor: ink,
          selectedLineStringWidth: 3,
        },
        ...points,
      },
    }),
  ];
};

const keyOf = (places: readonly Place[], radius_m: number | undefined): string =>
  JSON.stringify([places.map(([lon, lat]) => [lon.toFixed(6), lat.toFixed(6)]), radius_m && Math.round(radius_m)]);

const isCircle = (feature: { properties: GeoJSONStoreFeatures['properties'] } | undefined): boolean =>
  feature?.properties.mode === 'circle';

/** What the drawing holds, as places: of a circle, which it holds as a ring, the middle and the radius. */
const shapeOf = ({ geometry, properties }: GeoJSONStoreFeatures, { outward }: DrawingAdapter): DrawnShape => {
  const onEarth = (place: Place): Place => rounded(outward(place));
  if (geometry.type === 'LineString') return { places: (geometry.coordinates as unknown as Place[]).map(onEarth) };
  const ring = (geometry.type === 'Polygon' ? geometry.coordinates[0]! : []) as unknown as Place[];
  if (!isCircle({ properties })) return { places: ring.slice(0, -1).map(onEarth) };
  const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)];
  const middle: Place = [middleOf(lons), middleOf(lats)];
  return { places: [onEarth(middle)], radius_m: Math.max(1, Math.round(metresBetween(middle, ring[0]!))) };
};

const rounded = ([lon, lat]: Place): Place => [round(lon), round(lat)];
const middleOf = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;

const metresBetween = ([lonA, latA]: Place, [lonB, latB]: Place): number => {
  const rad = Math.PI / 180;
  const east = (lonB - lonA) * Math.cos(((latA + latB) / 2) * rad);
  return Math.hypot(east, latB - latA) * rad * EARTH_M;
};

/** The places that a draft is changed by; none where it has several parts or holes. */
const placesOf = ({ geometry: { type, coordinates } }: Geofence): Place[] | undefined => {
  if (type === 'LineString') return (coordinates as Place[]).map(rounded);
  if (type === 'Point') return [rounded(coordinates as unknown as Place)];
  const rings = coordinates as Place[][];
  return type === 'Polygon' && rings.length === 1 ? rings[0]!.slice(0, -1).map(rounded) : undefined;
};

/** A draft as the drawing takes it. */
const featureOf = (draft: Geofence, places: readonly Place[], { inward }: DrawingAdapter): object => {
  const feature = (geometry: object, mode: string, more: object = {}) => ({
    type: 'Feature',
    geometry,
    properties: { mode, ...more },
  });
  const ringOf = (corners: readonly Place[]): object => {
    const ring = corners.map(place => rounded(inward(place)));
    return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] };
  };
  const { type } = draft.geometry;
  if (type === 'LineString') return feature({ type, coordinates: places.map(place => rounded(inward(place))) }, 'linestring');
  if (type !== 'Point') return feature(ringOf(places), 'polygon');
  const rim = placesShown(draft);
  // North, east, south and west: by these its radius is dragged, and all of it by its middle.
  const four = [0, 1, 2, 3].map(n => rim[(n * (rim.length - 1)) / 4]!);
  const radiusKilometers = (draft.properties.radius_m ?? 0) / 1_000;
  return feature(ringOf(four.map(({ lon, lat }): Place => [lon, lat])), 'circle', { radiusKilometers });
};

export default FenceMap;
