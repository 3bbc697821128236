import type { LngLatBoundsLike, Map as MapLibreMap, MapOptions } from 'maplibre-gl';

interface Place {
  lat: number | null;
  lon: number | null;
}

/** Few or near ones are not zoomed into further than a district. */
const NEAREST_ZOOM = 14.5;

/** Room for what lies over the map: on a wide screen search above and a selected vehicle at the left, on a phone the sheet below. */
const paddingOf = ({ clientWidth, clientHeight }: HTMLElement, selected: boolean) => {
  if (window.innerWidth < 820) return { top: 110, bottom: Math.round(clientHeight * 0.46), left: 40, right: 60 };
  return { top: 80, bottom: 40, left: selected && clientWidth > 780 ? 380 : 50, right: 60 };
};

/** The box around these places; undefined where there is none. */
const boxOf = (places: Iterable<Place>): LngLatBoundsLike | undefined => {
  let [west, south, east, north] = [180, 90, -180, -90];
  let some = false;
  for (const { lat, lon } of places) {
    if (lat === null || lon === null) continue;
    some = true;
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return some ? [west, south, east, north] : undefined;
};

/** Shows all of these places at once. @param over `plain`: nothing lies over the map */
export const fitTo = (map: MapLibreMap, places: Iterable<Place>, animate: boolean, over: 'tools' | 'plain' = 'tools'): void => {
  const box = boxOf(places);
  if (box === undefined) return;
  const padding = over === 'plain' ? 50 : paddingOf(map.getContainer(), false);
  map.fitBounds(box, { padding, maxZoom: NEAREST_ZOOM, animate, duration: 600 });
};

/** A map that begins where `fitTo` would bring it: nothing is loaded and drawn twice. Empty where there are no places. */
export const beginAt = (container: HTMLElement, places: Iterable<Place>): Pick<MapOptions, 'bounds' | 'fitBoundsOptions'> => {
  const bounds = boxOf(places);
  return bounds === undefined
    ? {}
    : { bounds, fitBoundsOptions: { padding: paddingOf(container, false), maxZoom: NEAREST_ZOOM } };
};

/** Brings a place into the middle of what is free; zooms in only where it would be lost among others. */
export const lookAt = (map: MapLibreMap, lon: number, lat: number, { zoom = 14 }: { zoom?: number } = {}): void => {
  const { top, bottom, left, right } = paddingOf(map.getContainer(), true);
  map.easeTo({
    center: [lon, lat],
    zoom: Math.max(map.getZoom(), zoom),
    offset: [(left - right) / 2, (top - bottom) / 2],
    duration: 500,
  });
};
