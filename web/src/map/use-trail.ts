import type { Feature } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import { useEffect } from 'react';
import { getJson } from '../api/request';
import type { Trail } from '../api/wire-types';
import { useFleet } from '../live/fleet';
import { TRAIL } from './fleet-layers';

const MINUTES = 60;
/** Over a longer silence no line is drawn: nobody knows what was there. */
const GAP_MS = 90_000;
const RELOAD_MS = 45_000;
const POINTS_AT_MOST = 5_000;

interface Point {
  at: number;
  lon: number;
  lat: number;
}

/** The last hour of the selected vehicle as a line: what is stored, and then what arrives while one looks. */
export const useTrail = (map: MapLibreMap | undefined, vehicle: string | undefined): void => {
  const { positions } = useFleet();
  useEffect(() => {
    if (map === undefined || vehicle === undefined) return;
    const source = map.getSource(TRAIL) as GeoJSONSource;
    const abort = new AbortController();
    let points: Point[] = [];

    const draw = (): void => {
      const since = Date.now() - MINUTES * 60_000;
      points = points.filter(({ at }) => at >= since).slice(-POINTS_AT_MOST);
      void source.setData(lineOf(points));
      map.getContainer().dataset.trail = String(points.length);
    };
    const append = (): void => {
      const position = positions.of(vehicle);
      if (position?.lat == null || position.lon === null) return;
      const at = Date.parse(position.ts);
      if (at <= (points.at(-1)?.at ?? 0)) return;
      points.push({ at, lon: position.lon, lat: position.lat });
      draw();
    };

    const load = async (): Promise<void> => {
      const trail = await getJson<Trail>(`/vehicles/${encodeURIComponent(vehicle)}/trail`, { minutes: MINUTES }, abort.signal);
      const stored = trail.ts.flatMap((ts, n): Point[] => {
        const [lat, lon] = [trail.lat[n], trail.lon[n]];
        return lat == null || lon == null ? [] : [{ at: Date.parse(ts), lon, lat }];
      });
      const last = stored.at(-1)?.at ?? 0;
      // What arrived while the answer was under way goes on after it.
      points = [...stored, ...points.filter(({ at }) => at > last)];
      draw();
    };
    // Without an answer the trail begins now.
    const ask = (): void => void load().catch(() => undefined);
    ask();
    // What the server had not stored yet when it was asked first fills the gap between then and now.
    const timer = window.setInterval(ask, RELOAD_MS);
    append();
    const stopListening = positions.listen(changed => changed.includes(vehicle) && append());
    return () => {
      abort.abort();
      window.clearInterval(timer);
      stopListening();
      delete map.getContainer().dataset.trail;
      void source.setData({ type: 'FeatureCollection', features: [] });
    };
  }, [map, vehicle, positions]);
};

const lineOf = (points: readonly Point[]): Feature => {
  const lines: [number, number][][] = [];
  let before: Point | undefined;
  for (const point of points) {
    if (before === undefined || point.at - before.at > GAP_MS) lines.push([]);
    lines.at(-1)!.push([point.lon, point.lat]);
    before = point;
  }
  return {
    type: 'Feature',
    geometry: { type: 'MultiLineString', coordinates: lines.filter(line => line.length > 1) },
    properties: {},
  };
};
