import type { Feature, Point } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { Position, VehicleStatus } from '../api/wire-types';
import type { PositionBook } from '../live/position-book';
import { type Cluster, clusterFleet, latOf, lonOf, type MapWindow, mercatorX, mercatorY, type Placed } from './cluster-fleet';

/** How often the map is told what changed. */
const FLUSH_MS = 250;
/** Of a large fleet something changes all the time: once a second is as often as devices speak, and leaves time to draw. */
const LARGE_FLEET = 500;
const LARGE_FLUSH_MS = 1_000;
/** Without a graphics card one drawing may take most of that: between two there is as much time for whoever uses the page. Never longer than this. */
const SLOWEST_FLUSH_MS = 5_000;
/** While the map is being moved: often enough that no edge stays empty. */
const MOVE_MS = 120;
/** Around what is seen, in parts of it: moved a little, the map has its vehicles already. */
const MARGIN = 0.35;
/** What wants to be seen lies on top. */
const ORDER: Readonly<Record<VehicleStatus, number>> = { offline: 0, parked: 1, idling: 2, driving: 3 };

export interface FleetSourceOptions {
  map: MapLibreMap;
  source: GeoJSONSource;
  positions: PositionBook;
  nameOf(vehicle: string): string;
  /** Called after each change that reached the map, with what is shown: in sight or not, alone or in a cluster. */
  onShown(vehicles: ReadonlySet<string>): void;
}

export interface FleetSource {
  /** Shows those of the fleet only. */
  show(belongs: (position: Position) => boolean): void;
  /** Names changed: everything is told anew. */
  refresh(): void;
  /** The cluster of this key, while there is one. */
  cluster(key: string): Cluster | undefined;
  stop(): void;
}

interface Marker extends Placed {
  position: Position;
  feature: Feature<Point> | undefined;
}

/**
 * Keeps the map's source at what is known of the fleet. The map is told of what is in sight only, gathered into clusters, and only of
 * what changed: its work follows the screen and not the fleet.
 */
export const feedFleetSource = ({ map, source, positions, nameOf, onShown }: FleetSourceOptions): FleetSource => {
  const markers = new Map<string, Marker>();
  const shown = new Set<string>();
  const dirty = new Set<string>();
  /** What the map has, by key. */
  let drawn = new Map<string, Feature<Point>>();
  let clusters = new Map<string, Cluster>();
  let belongs: (position: Position) => boolean = () => true;
  let flushedAt = 0;
  let flushEvery = LARGE_FLUSH_MS;
  let drawnZoom = -1;
  let drawnWindow: MapWindow | undefined;

  const markAll = (): void => {
    for (const { vehicle } of positions.all()) dirty.add(vehicle);
  };

  const take = (): void => {
    for (const vehicle of dirty) {
      const position = positions.of(vehicle);
      if (position === undefined || position.lat === null || position.lon === null || !belongs(position)) {
        shown.delete(vehicle);
        markers.delete(vehicle);
        continue;
      }
      shown.add(vehicle);
      markers.set(vehicle, {
        vehicle,
        x: mercatorX(position.lon),
        y: mercatorY(position.lat),
        alerts: position.open_alerts,
        position,
        feature: undefined,
      });
    }
    dirty.clear();
  };

  const draw = (): void => {
    const window = windowOf(map);
    const { clusters: gathered, singles } = clusterFleet(markers.values(), window);
    const next = new Map<string, Feature<Point>>();
    clusters = new Map(gathered.map(cluster => [cluster.key, cluster]));
    for (const cluster of gathered) next.set(cluster.key, clusterFeature(cluster, drawn.get(cluster.key)));
    for (const marker of singles) {
      marker.feature ??= vehicleFeature(marker, nameOf(marker.vehicle));
      next.set(marker.vehicle, marker.feature);
    }
    const add: Feature<Point>[] = [];
    const remove: string[] = [];
    // To add what is there replaces it.
    for (const [key, feature] of next) if (drawn.get(key) !== feature) add.push(feature);
    for (const key of drawn.keys()) if (!next.has(key)) remove.push(key);
    drawn = next;
    drawnZoom = Math.floor(window.zoom);
    drawnWindow = window;
    if (add.length > 0 || remove.length > 0) void source.updateData({ add, remove });
  };

  const flush = (): void => {
    if (dirty.size === 0) return;
    const began = Date.now();
    flushedAt = began;
    take();
    draw();
    onShown(shown);
    if (shown.size < LARGE_FLEET) return;
    flushEvery = SLOWEST_FLUSH_MS;
    map.once('idle', () => {
      if (flushedAt === began) flushEvery = Math.min(SLOWEST_FLUSH_MS, Math.max(LARGE_FLUSH_MS, 2 * (Date.now() - began)));
    });
  };

  let moveDue: number | undefined;
  const onMove = (): void => {
    moveDue ??= window.setTimeout(() => {
      moveDue = undefined;
      if (Math.floor(map.getZoom()) !== drawnZoom || !covers(drawnWindow, windowOf(map, 0))) draw();
    }, MOVE_MS);
  };

  markAll();
  flush();
  const timer = window.setInterval(() => {
    if (shown.size < LARGE_FLEET || Date.now() - flushedAt >= flushEvery) flush();
  }, FLUSH_MS);
  const stopListening = positions.listen(vehicles => {
    for (const vehicle of vehicles) dirty.add(vehicle);
  });
  map.on('move', onMove);
  map.on('resize', onMove);
  return {
    show(next) {
      belongs = next;
      markAll();
      flush();
    },
    refresh: markAll,
    cluster: key => clusters.get(key),
    stop() {
      window.clearInterval(timer);
      window.clearTimeout(moveDue);
      stopListening();
      map.off('move', onMove);
      map.off('resize', onMove);
    },
  };
};

const windowOf = (map: MapLibreMap, margin = MARGIN): MapWindow => {
  const bounds = map.getBounds();
  const [west, east] = [mercatorX(bounds.getWest()), mercatorX(bounds.getEast())];
  const [north, south] = [mercatorY(bounds.getNorth()), mercatorY(bounds.getSouth())];
  const [dx, dy] = [(east - west) * margin, (south - north) * margin];
  return { west: west - dx, east: east + dx, north: north - dy, south: south + dy, zoom: map.getZoom() };
};

const covers = (outer: MapWindow | undefined, inner: MapWindow): boolean =>
  outer !== undefined &&
  outer.west <= inner.west &&
  outer.east >= inner.east &&
  outer.north <= inner.north &&
  outer.south >= inner.south;

const vehicleFeature = ({ vehicle, position }: Marker, name: string): Feature<Point> => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [position.lon!, position.lat!] },
  properties: {
    key: vehicle,
    vehicle,
    name,
    status: position.status,
    heading: position.heading ?? 0,
    alerts: position.open_alerts,
    order: ORDER[position.status],
  },
});

/** The one of before where nothing that can be seen changed. */
const clusterFeature = ({ key, x, y, count, alerts }: Cluster, before: Feature<Point> | undefined): Feature<Point> => {
  // A ten-thousandth of a degree is some metres: less is not worth a new drawing at the zooms that have clusters.
  const coordinates = [Number(lonOf(x).toFixed(4)), Number(latOf(y).toFixed(4))];
  const same =
    before?.properties?.count === count &&
    before.properties.alerts === alerts &&
    before.geometry.coordinates[0] === coordinates[0] &&
    before.geometry.coordinates[1] === coordinates[1];
  if (same) return before;
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates },
    properties: { key, count, alerts, label: shortened(count) },
  };
};

const shortened = (count: number): string =>
  count < 1_000 ? String(count) : `${(count / 1_000).toFixed(count < 10_000 ? 1 : 0)}k`;
