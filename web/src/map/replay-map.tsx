import type { Feature } from 'geojson';
import type { GeoJSONSource } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import type { Alert } from '../api/wire-types';
import type { Theme } from '../app/theme';
import type { Moment } from '../trips/track';
import { MapControls } from './map-controls';
import { MapTroubleNote } from './map-trouble-note';
import { EVENTS, MARKER, replayLayers, replaySources, TRACK } from './replay-layers';
import { type Overlay, useMap } from './use-map';

const overlay: Overlay = { sources: replaySources, layers: replayLayers };

export interface ReplayMapProps {
  theme: Theme;
  line: [number, number][];
  alerts: readonly Alert[];
  moment: Moment;
}

const ReplayMap = ({ theme, line, alerts, moment }: ReplayMapProps) => {
  const container = useRef<HTMLDivElement>(null);
  const { map, trouble } = useMap(container, theme, overlay);
  const { lat, lon, heading } = moment;

  const showAll = (): void => {
    const lons = line.map(([x]) => x);
    const lats = line.map(([, y]) => y);
    if (line.length === 0) return;
    map?.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], {
      padding: 50,
      maxZoom: 15.5,
      animate: false,
    });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera moves when a trip is opened, not at each render
  useEffect(() => {
    if (map === undefined) return;
    void source(map, TRACK).setData({ type: 'Feature', geometry: { type: 'LineString', coordinates: line }, properties: {} });
    showAll();
  }, [map, line]);

  useEffect(() => {
    if (map === undefined) return;
    const features = alerts.flatMap(({ location, severity }): Feature[] =>
      location === null
        ? []
        : [{ type: 'Feature', geometry: { type: 'Point', coordinates: [location.lon, location.lat] }, properties: { severity } }],
    );
    void source(map, EVENTS).setData({ type: 'FeatureCollection', features });
  }, [map, alerts]);

  useEffect(() => {
    if (map === undefined || lat === null || lon === null) return;
    void source(map, MARKER).setData({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { heading },
    });
    // Keeps the vehicle in sight without moving at each step.
    if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat], duration: 300 });
  }, [map, lat, lon, heading]);

  return (
    <>
      <div ref={container} className="map" data-testid="replay-map" data-ready={map !== undefined} />
      <MapTroubleNote trouble={trouble} />
      {trouble !== 'no-webgl' && <MapControls map={map} onFit={showAll} />}
    </>
  );
};

const source = (map: { getSource(id: string): unknown }, id: string): GeoJSONSource => map.getSource(id) as GeoJSONSource;

export default ReplayMap;
