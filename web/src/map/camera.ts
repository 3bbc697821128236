import type { LngLatBoundsLike, Map as MapLibreMap } from 'maplibre-gl';

/** Room for what lies over the map: on a wide screen search above and a selected vehicle at the left, on a phone the sheet below. */
const paddingOf = (map: MapLibreMap, selected: boolean) => {
  const { clientWidth, clientHeight } = map.getContainer();
  if (window.innerWidth < 820) return { top: 110, bottom: Math.round(clientHeight * 0.46), left: 40, right: 60 };
  return { top: 80, bottom: 40, left: selected && clientWidth > 780 ? 380 : 50, right: 60 };
};

/** Shows all of these places at once. Few or near ones are not zoomed into further than a district. @param over `plain`: nothing lies over the map */
export const fitTo = (
  map: MapLibreMap,
  places: Iterable<{ lat: number | null; lon: number | null }>,
  animate: boolean,
  over: 'tools' | 'plain' = 'tools',
): void => {
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
  if (!some) return;
  const bounds: LngLatBoundsLike = [west, south, east, north];
  map.fitBounds(bounds, { padding: over === 'plain' ? 50 : paddingOf(map, false), maxZoom: 14.5, animate, duration: 600 });
};

/** Brings a place into the middle of what is free; zooms in only where it would be lost among others. */
export const lookAt = (map: MapLibreMap, lon: number, lat: number, { zoom = 14 }: { zoom?: number } = {}): void => {
  const { top, bottom, left, right } = paddingOf(map, true);
  map.easeTo({
    center: [lon, lat],
    zoom: Math.max(map.getZoom(), zoom),
    offset: [(left - right) / 2, (top - bottom) / 2],
    duration: 500,
  });
};
