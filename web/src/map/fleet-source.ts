import type { Feature, Point } from 'geojson';
import type { GeoJSONSource, GeoJSONSourceDiff } from 'maplibre-gl';
import type { Position, VehicleStatus } from '../api/wire-types';
import type { PositionBook } from '../live/position-book';

/** How often the map is told what changed. Faster shows nothing more at one message a second, and costs tiles. */
const FLUSH_MS = 250;
/** Of a large fleet every change means new clusters and tiles of thousands: once a second is enough, and leaves time to draw. */
const LARGE_FLEET = 500;
const LARGE_FLUSH_MS = 1_000;
const CLUSTER_FROM = 150;
/** What wants to be seen lies on top. */
const ORDER: Readonly<Record<VehicleStatus, number>> = { offline: 0, parked: 1, idling: 2, driving: 3 };

export interface FleetSourceOptions {
  source: GeoJSONSource;
  positions: PositionBook;
  nameOf(vehicle: string): string;
  /** Called after each change that reached the map, with what is shown. */
  onShown(vehicles: ReadonlySet<string>): void;
}

export interface FleetSource {
  /** Shows vehicles of these statuses only; empty = all. */
  show(statuses: ReadonlySet<VehicleStatus>): void;
  /** Names changed: everything is told anew. */
  refresh(): void;
  stop(): void;
}

/** Keeps the map's source at what is known of the fleet, by telling it the difference some times a second. */
export const feedFleetSource = ({ source, positions, nameOf, onShown }: FleetSourceOptions): FleetSource => {
  const shown = new Set<string>();
  const dirty = new Set<string>();
  let statuses: ReadonlySet<VehicleStatus> = new Set();
  let clustered = false;
  let flushedAt = 0;

  const markAll = (): void => {
    for (const { vehicle } of positions.all()) dirty.add(vehicle);
  };
  const belongs = (position: Position): boolean =>
    position.lat !== null && position.lon !== null && (statuses.size === 0 || statuses.has(position.status));

  const flush = (): void => {
    if (dirty.size === 0) return;
    flushedAt = Date.now();
    const diff: Required<Pick<GeoJSONSourceDiff, 'add' | 'remove'>> = { add: [], remove: [] };
    for (const vehicle of dirty) {
      const position = positions.of(vehicle);
      if (position !== undefined && belongs(position)) {
        // To add what is there replaces it.
        diff.add.push(featureOf(position, nameOf(vehicle)));
        shown.add(vehicle);
      } else if (shown.delete(vehicle)) diff.remove.push(vehicle);
    }
    dirty.clear();
    void source.updateData(diff);
    if (clustered !== shown.size >= CLUSTER_FROM) {
      clustered = !clustered;
      void source.setClusterOptions({ cluster: clustered });
    }
    onShown(shown);
  };

  markAll();
  flush();
  const timer = window.setInterval(() => {
    if (shown.size < LARGE_FLEET || Date.now() - flushedAt >= LARGE_FLUSH_MS) flush();
  }, FLUSH_MS);
  const stopListening = positions.listen(vehicles => {
    for (const vehicle of vehicles) dirty.add(vehicle);
  });
  return {
    show(next) {
      statuses = next;
      markAll();
      flush();
    },
    refresh: markAll,
    stop() {
      window.clearInterval(timer);
      stopListening();
    },
  };
};

const featureOf = ({ vehicle, lat, lon, heading, status, open_alerts }: Position, name: string): Feature<Point> => ({
  type: 'Feature',
  id: vehicle,
  geometry: { type: 'Point', coordinates: [lon!, lat!] },
  properties: { vehicle, name, status, heading: heading ?? 0, alerts: open_alerts, order: ORDER[status] },
});
