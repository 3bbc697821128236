import {
  AttributionControl,
  type LayerSpecification,
  Map as MapLibreMap,
  type SourceSpecification,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Theme } from '../app/theme';
import { texts } from '../texts/en';
import { basemapStyle } from './basemap-style';
import { ICON_RATIO, vehicleIcons } from './vehicle-icons';

// The bundled map cannot find its worker by itself; a file of our own origin is what the content security policy allows.
setWorkerUrl(workerUrl);

/** What a page draws over the basemap. */
export interface Overlay {
  sources: Readonly<Record<string, SourceSpecification>>;
  layers(theme: Theme): LayerSpecification[];
}

/** The middle of the demo town, for as long as nothing says where to look. */
const CENTRE: [number, number] = [3.42, 55.31];
const ZOOM = 12;

export const canDrawMaps = (): boolean => document.createElement('canvas').getContext('webgl2') !== null;

/**
 * A map in `container`, with the basemap and an overlay, in the colours of the theme.
 * @param overlay fixed for the life of the map
 * @returns the map once its style is there
 */
export const useMap = (container: RefObject<HTMLDivElement | null>, theme: Theme, overlay: Overlay): MapLibreMap | undefined => {
  const [map, setMap] = useState<MapLibreMap>();
  const painted = useRef(theme);

  // biome-ignore lint/correctness/useExhaustiveDependencies: one map for the life of the page; colours follow below
  useEffect(() => {
    if (container.current === null || !canDrawMaps()) return;
    const basemap = basemapStyle(theme);
    painted.current = theme;
    const created = new MapLibreMap({
      container: container.current,
      style: {
        ...basemap,
        sources: { ...basemap.sources, ...overlay.sources },
        layers: [...basemap.layers, ...overlay.layers(theme)],
      },
      center: CENTRE,
      zoom: ZOOM,
      maxZoom: 18,
      minZoom: 3,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      locale: { 'Map.Title': texts.map.label },
      fadeDuration: 100,
    });
    created.touchZoomRotate.disableRotation();
    created.keyboard.disableRotation();
    created.addControl(new AttributionControl({ compact: false }), 'bottom-left');
    created.once('style.load', () => {
      for (const [name, image] of Object.entries(vehicleIcons(painted.current))) {
        created.addImage(name, image, { pixelRatio: ICON_RATIO });
      }
      setMap(created);
    });
    return () => {
      setMap(undefined);
      created.remove();
    };
  }, []);

  useEffect(() => {
    if (map === undefined || painted.current === theme) return;
    painted.current = theme;
    repaint(map, [...basemapStyle(theme).layers, ...overlay.layers(theme)]);
    for (const [name, image] of Object.entries(vehicleIcons(theme))) map.updateImage(name, image);
  }, [map, theme, overlay]);

  return map;
};

/** Other colours, the same map: sources keep their data and nothing flickers. */
const repaint = (map: MapLibreMap, layers: readonly LayerSpecification[]): void => {
  for (const { id, paint } of layers) {
    for (const [property, value] of Object.entries(paint ?? {})) map.setPaintProperty(id, property as never, value as never);
  }
};
