import type { Feature } from 'geojson';
import type { GeoJSONSource, MapMouseEvent } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import type { Theme } from '../app/theme';
import type { Moment } from '../trips/track';
import type { TripEvent } from '../trips/trip-events';
import { fitTo } from './camera';
import { MapControls } from './map-controls';
import { MapTroubleNote } from './map-trouble-note';
import { EVENTS, MARKER, replayLayers, replaySources, TRACK } from './replay-layers';
import { type Overlay, useMap } from './use-map';

const overlay: Overlay = { sources: replaySources, layers: replayLayers };
/** Of a finger, not of a mouse pointer. */
const TAP_PX = 10;
const FOLLOW_ZOOM = 15.5;

export interface ReplayMapProps {
  theme: Theme;
  lines: readonly (readonly (readonly [number, number])[])[];
  events: readonly TripEvent[];
  moment: Moment;
  /** The camera stays with the vehicle. */
  follow: boolean;
  /** An event on the map was pressed. */
  onSeek(at: number): void;
}

const ReplayMap = ({ theme, lines, events, moment, follow, onSeek }: ReplayMapProps) => {
  const container = useRef<HTMLDivElement>(null);
  const { map, trouble } = useMap(container, theme, overlay);
  const { lat, lon, heading } = moment;

  const showAll = (): void => {
    if (map)
      fitTo(
        map,
        lines.flat().map(([x, y]) => ({ lon: x, lat: y })),
        false,
        'plain',
      );
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera moves when a trip is opened, not at each render
  useEffect(() => {
    if (map === undefined) return;
    const coordinates = lines.filter(line => line.length > 1) as [number, number][][];
    void source(map, TRACK).setData({ type: 'Feature', geometry: { type: 'MultiLineString', coordinates }, properties: {} });
    showAll();
    // The page settles around the map: until somebody moves it, it shows the whole way.
    const refit = (): void => showAll();
    const stop = (): void => void map.off('resize', refit);
    map.on('resize', refit);
    map.getContainer().addEventListener('pointerdown', stop, { once: true });
    map.getContainer().addEventListener('wheel', stop, { once: true, passive: true });
    return stop;
  }, [map, lines]);

  useEffect(() => {
    if (map === undefined) return;
    const features = events.flatMap(({ lat, lon, alert, at }): Feature[] =>
      lat === null || lon === null
        ? []
        : [
            {
              type: 'Feature',
              geometry: { type: 'Point', coordinates: [lon, lat] },
              properties: { severity: alert?.severity ?? 'stop', at },
            },
          ],
    );
    void source(map, EVENTS).setData({ type: 'FeatureCollection', features });
  }, [map, events]);

  useEffect(() => {
    if (map === undefined || lat === null || lon === null) return;
    void source(map, MARKER).setData({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { heading },
    });
    if (follow) map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), FOLLOW_ZOOM) });
    // Else it is kept in sight without moving at each step.
    else if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat], duration: 300 });
  }, [map, lat, lon, heading, follow]);

  useEffect(() => {
    if (map === undefined) return;
    const onClick = ({ point: { x, y } }: MapMouseEvent): void => {
      const [hit] = map.queryRenderedFeatures(
        [
          [x - TAP_PX, y - TAP_PX],
          [x + TAP_PX, y + TAP_PX],
        ],
        { layers: [EVENTS] },
      );
      if (hit !== undefined) onSeek(Number(hit.properties.at));
    };
    map.on('click', onClick);
    return () => {
      map.off('click', onClick);
    };
  }, [map, onSeek]);

  return (
    <>
      <div
        ref={container}
        className="map"
        data-testid="replay-map"
        data-ready={map !== undefined}
        data-at={lat === null || lon === null ? '' : `${lat.toFixed(5)},${lon.toFixed(5)}`}
      />
      <MapTroubleNote trouble={trouble} />
      {trouble !== 'no-webgl' && <MapControls map={map} onFit={showAll} />}
    </>
  );
};

const source = (map: { getSource(id: string): unknown }, id: string): GeoJSONSource => map.getSource(id) as GeoJSONSource;

export default ReplayMap;
