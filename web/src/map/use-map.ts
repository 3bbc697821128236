import {
  AttributionControl,
  type LayerSpecification,
  Map as MapLibreMap,
  type MapOptions,
  prewarm,
  type SourceSpecification,
  type StyleSpecification,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Theme } from '../app/theme';
import { texts } from '../texts/texts';
import { type Basemap, fallbackBasemap, loadBasemap } from './load-basemap';
import { unstallCanvas } from './unstalled-canvas';
import { ICON_RATIO, vehicleIcons } from './vehicle-icons';

// The bundled map cannot find its worker by itself; a file of our own origin is what the content security policy allows.
setWorkerUrl(workerUrl);
// It is loaded while the basemap is asked for.
prewarm();

/** What a page draws over the basemap. */
export interface Overlay {
  sources: Readonly<Record<string, SourceSpecification>>;
  layers(theme: Theme): LayerSpecification[];
}

/** The middle of the demo town, for as long as nothing says where to look. */
const CENTRE: [number, number] = [3.42, 55.31];
const ZOOM = 12;

export type MapTrouble = 'no-webgl' | 'basemap';

export interface DrawnMap {
  /** Once its style is there. */
  map: MapLibreMap | undefined;
  /** Why it is not what it should be: a sentence stands in its place, or above it. */
  trouble: MapTrouble | undefined;
}

/**
 * A map in `container`, with the basemap and an overlay, in the colours of the theme.
 * @param overlay fixed for the life of the map @param begin where it begins, asked for once
 */
export const useMap = (
  container: RefObject<HTMLDivElement | null>,
  theme: Theme,
  overlay: Overlay,
  begin?: (container: HTMLElement) => Partial<MapOptions>,
): DrawnMap => {
  const [map, setMap] = useState<MapLibreMap>();
  const [trouble, setTrouble] = useState<MapTrouble>();
  const drawn = useRef<{ basemap: Basemap; theme: Theme }>(undefined);
  const themeNow = useRef(theme);
  themeNow.current = theme;

  // biome-ignore lint/correctness/useExhaustiveDependencies: one map for the life of the page; colours follow below
  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    let created: MapLibreMap | undefined;
    let stop: (() => void) | undefined;
    let gone = false;
    const create = async (): Promise<void> => {
      const basemap = await loadBasemap().catch(() => {
        setTrouble('basemap');
        return fallbackBasemap;
      });
      if (gone) return;
      const shown = themeNow.current;
      drawn.current = { basemap, theme: shown };
      try {
        // A style of our own is right; one of somebody else is looked at.
        const options = { ...optionsOf(element, styleOf(basemap, overlay, shown)), validateStyle: !basemap.themed };
        created = new MapLibreMap({ ...options, ...begin?.(element) });
      } catch {
        // The one thing that it throws: there is nothing to draw with.
        setTrouble('no-webgl');
        return;
      }
      stop = unstallCanvas(created);
      created.touchZoomRotate.disableRotation();
      created.keyboard.disableRotation();
      created.addControl(new AttributionControl({ compact: false }), 'bottom-left');
      created.once('style.load', () => {
        for (const [name, image] of Object.entries(vehicleIcons(shown)))
          created?.addImage(name, image, { pixelRatio: ICON_RATIO });
        setMap(created);
      });
    };
    void create();
    return () => {
      gone = true;
      setMap(undefined);
      stop?.();
      created?.remove();
    };
  }, []);

  useEffect(() => {
    if (map === undefined || drawn.current === undefined || drawn.current.theme === theme) return;
    drawn.current.theme = theme;
    const { basemap } = drawn.current;
    repaint(map, [...(basemap.themed ? basemap.style(theme).layers : []), ...overlay.layers(theme)]);
    for (const [name, image] of Object.entries(vehicleIcons(theme))) map.updateImage(name, image);
  }, [map, theme, overlay]);

  return { map, trouble };
};

const styleOf = (basemap: Basemap, overlay: Overlay, theme: Theme): StyleSpecification => {
  const style = basemap.style(theme);
  return {
    ...style,
    sources: { ...style.sources, ...overlay.sources },
    layers: [...style.layers, ...overlay.layers(theme)],
  };
};

const optionsOf = (container: HTMLElement, style: StyleSpecification): MapOptions => ({
  container,
  style,
  center: CENTRE,
  zoom: ZOOM,
  maxZoom: 18,
  minZoom: 2,
  dragRotate: false,
  pitchWithRotate: false,
  attributionControl: false,
  locale: { 'Map.Title': texts.map.label },
  fadeDuration: 100,
});

/** Other colours, the same map: sources keep their data and nothing flickers. */
const repaint = (map: MapLibreMap, layers: readonly LayerSpecification[]): void => {
  for (const { id, paint } of layers) {
    for (const [property, value] of Object.entries(paint ?? {})) map.setPaintProperty(id, property as never, value as never);
  }
};
