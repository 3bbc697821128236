import type { GeoJSONSource, MapMouseEvent } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import type { Position } from '../api/wire-types';
import { useStore } from '../app/store';
import type { Theme } from '../app/theme';
import { useFleet } from '../live/fleet';
import { beginAt, fitTo, lookAt } from './camera';
import { latOf, lonOf } from './cluster-fleet';
import { CLUSTERS, FENCES, FLEET, fleetLayers, fleetSources, VEHICLES } from './fleet-layers';
import { type FleetSource, feedFleetSource } from './fleet-source';
import { geofenceShapes } from './geofence-shapes';
import { MapControls } from './map-controls';
import { MapTroubleNote } from './map-trouble-note';
import { useAutoFit } from './use-auto-fit';
import { type Overlay, useMap } from './use-map';
import { useTrail } from './use-trail';

export interface FleetMapProps {
  theme: Theme;
  /** What the filters leave; the same function until they change. */
  belongs: (position: Position) => boolean;
  selected: string | undefined;
  follow: boolean;
  /** A place to look at, such as an alert's; a new object asks anew. */
  focus: { lat: number; lon: number } | undefined;
  onSelect(vehicle: string | undefined): void;
  onStopFollowing(): void;
}

const overlay: Overlay = { sources: fleetSources, layers: fleetLayers };
/** Of a finger, not of a mouse pointer. */
const TAP_PX = 12;
/** Ids told to tests and scripts by attribute; more would only be long. */
const IDS_TOLD = 500;

const FleetMap = ({ theme, belongs, selected, follow, focus, onSelect, onStopFollowing }: FleetMapProps) => {
  const { positions, vehicles, geofences, look, choose } = useFleet();
  const container = useRef<HTMLDivElement>(null);
  const source = useRef<FleetSource>(undefined);
  const [shown, setShown] = useState<readonly string[]>([]);
  const [drawn, setDrawn] = useState(false);
  const names = useStore(vehicles);
  const namesNow = useRef(names);
  const fences = useStore(geofences);
  const { map, trouble } = useMap(container, theme, overlay, element => {
    const chosen = selected === undefined ? undefined : positions.of(selected);
    return beginAt(element, chosen === undefined ? positions.all() : [chosen]);
  });
  useAutoFit(map, positions);
  useTrail(map, selected);

  useEffect(() => {
    if (map === undefined) return;
    const feed = feedFleetSource({
      map,
      source: map.getSource(FLEET) as GeoJSONSource,
      positions,
      nameOf: vehicle => namesNow.current.get(vehicle)?.name ?? vehicle,
      onShown: ids => setShown(before => (before.length === ids.size && before.every(id => ids.has(id)) ? before : [...ids])),
    });
    source.current = feed;
    const onRender = (): void => {
      if (positions.size === 0 || !map.isSourceLoaded(FLEET)) return;
      setDrawn(true);
      map.off('render', onRender);
    };
    map.on('render', onRender);
    return () => {
      map.off('render', onRender);
      feed.stop();
    };
  }, [map, positions]);

  useEffect(() => {
    namesNow.current = names;
    source.current?.refresh();
  }, [names]);

  useEffect(() => {
    if (map !== undefined) source.current?.show(belongs);
  }, [map, belongs]);

  useEffect(() => {
    void (map?.getSource(FENCES) as GeoJSONSource | undefined)?.setData(geofenceShapes(fences));
  }, [map, fences]);

  useEffect(() => {
    if (map === undefined || selected === undefined) return;
    map.setFeatureState({ source: FLEET, id: selected }, { selected: true });
    const position = positions.of(selected);
    if (position?.lat != null && position.lon !== null) lookAt(map, position.lon, position.lat);
    return () => {
      map.removeFeatureState({ source: FLEET, id: selected });
    };
  }, [map, selected, positions]);

  useEffect(() => {
    if (map !== undefined && focus !== undefined) lookAt(map, focus.lon, focus.lat, { zoom: 15 });
  }, [map, focus]);

  useEffect(() => {
    if (map === undefined || selected === undefined || !follow) return;
    const stopListening = positions.listen(changed => {
      const position = changed.includes(selected) ? positions.of(selected) : undefined;
      if (position?.lat != null && position.lon !== null) lookAt(map, position.lon, position.lat);
    });
    map.on('dragstart', onStopFollowing);
    return () => {
      stopListening();
      map.off('dragstart', onStopFollowing);
    };
  }, [map, selected, follow, positions, onStopFollowing]);

  useEffect(() => {
    if (map === undefined) return;
    const onClick = ({ point }: MapMouseEvent): void => {
      const around: [[number, number], [number, number]] = [
        [point.x - TAP_PX, point.y - TAP_PX],
        [point.x + TAP_PX, point.y + TAP_PX],
      ];
      const hit = map.queryRenderedFeatures(around, { layers: [VEHICLES, CLUSTERS] })[0];
      const cluster = hit && source.current?.cluster(hit.properties.key as string);
      if (cluster === undefined) onSelect(hit?.properties.vehicle as string | undefined);
      else fitTo(map, [cornerOf(cluster.west, cluster.north), cornerOf(cluster.east, cluster.south)], true);
    };
    // Told to tests and scripts, as the vehicles are.
    const tellView = (): void => {
      const { lng, lat } = map.getCenter();
      const bounds = map.getBounds();
      const window = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] as const;
      look({ window, zoom: map.getZoom() });
      map.getContainer().dataset.view = [lng.toFixed(5), lat.toFixed(5), map.getZoom().toFixed(1)].join(',');
    };
    tellView();
    map.on('moveend', tellView);
    const onMove = ({ point }: MapMouseEvent): void => {
      const over = map.queryRenderedFeatures(point, { layers: [VEHICLES, CLUSTERS] }).length > 0;
      map.getCanvas().style.cursor = over ? 'pointer' : '';
    };
    map.on('click', onClick);
    map.on('mousemove', onMove);
    return () => {
      map.off('moveend', tellView);
      look(undefined);
      map.off('click', onClick);
      map.off('mousemove', onMove);
    };
  }, [map, onSelect, look]);

  useEffect(() => {
    choose(selected);
    return () => choose(undefined);
  }, [choose, selected]);

  return (
    <>
      <div
        ref={container}
        className="map"
        data-testid="fleet-map"
        data-ready={map !== undefined}
        data-drawn={drawn}
        data-vehicle-count={shown.length}
        data-vehicle-ids={shown.slice(0, IDS_TOLD).join(' ')}
      />
      <MapTroubleNote trouble={trouble} />
      {trouble !== 'no-webgl' && <MapControls map={map} onFit={() => map && fitTo(map, positions.all(), true)} />}
    </>
  );
};

const cornerOf = (x: number, y: number): { lat: number; lon: number } => ({ lat: latOf(y), lon: lonOf(x) });

export default FleetMap;
