import type { Position as GeoPosition } from 'geojson';
import type { GeoJSONSource } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import type { Geofence } from '../api/wire-types';
import type { Theme } from '../app/theme';
import { useFleet } from '../live/fleet';
import type { Box } from '../trips/trip-filters';
import { fitTo } from './camera';
import { FENCES, fenceLayers } from './fleet-layers';
import { geofenceShapes } from './geofence-shapes';
import { MapControls } from './map-controls';
import { MapTroubleNote } from './map-trouble-note';
import { type Overlay, useMap } from './use-map';

const overlay: Overlay = {
  sources: { [FENCES]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } } },
  layers: fenceLayers,
};

/** A map to choose a place with: what it shows is the place. */
const PlaceMap = ({
  theme,
  box,
  geofences,
  fence,
  onMoved,
}: {
  theme: Theme;
  box: Box | undefined;
  geofences: readonly Geofence[];
  fence: Geofence | undefined;
  onMoved: (box: Box) => void;
}) => {
  const container = useRef<HTMLDivElement>(null);
  const { positions } = useFleet();
  const { map, trouble } = useMap(container, theme, overlay);
  const moved = useRef(onMoved);
  moved.current = onMoved;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the box is where it begins
  useEffect(() => {
    if (map === undefined) return;
    const tell = (): void => {
      const bounds = map.getBounds();
      moved.current({ west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() });
    };
    map.on('move', tell);
    if (box) map.fitBounds([box.west, box.south, box.east, box.north], { animate: false });
    else fitTo(map, positions.all(), false, 'plain');
    tell();
    return () => {
      map.off('move', tell);
    };
  }, [map]);

  useEffect(() => {
    void (map?.getSource(FENCES) as GeoJSONSource | undefined)?.setData(geofenceShapes(geofences));
  }, [map, geofences]);

  useEffect(() => {
    if (map === undefined || fence === undefined) return;
    const [shape] = geofenceShapes([fence]).features;
    const points =
      shape === undefined || shape.geometry.type === 'GeometryCollection' ? [] : pointsOf(shape.geometry.coordinates);
    fitTo(
      map,
      points.map(([lon = 0, lat = 0]) => ({ lon, lat })),
      false,
      'plain',
    );
  }, [map, fence]);

  return (
    <>
      <div ref={container} className="map" data-testid="place-map" data-ready={map !== undefined} />
      <MapTroubleNote trouble={trouble} />
      {trouble !== 'no-webgl' && <MapControls map={map} />}
    </>
  );
};

/** Coordinates of whatever depth, flat. */
const pointsOf = (coordinates: unknown): GeoPosition[] => {
  if (!Array.isArray(coordinates)) return [];
  return typeof coordinates[0] === 'number' ? [coordinates as GeoPosition] : coordinates.flatMap(pointsOf);
};

export default PlaceMap;
