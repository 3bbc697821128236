import { type DrawnChunk, trackChunkOf } from '../model/drawn-track/drawn-chunk.js';
import { type GeoBox, passesThrough } from '../model/geo-box.js';
import type { TripId, VehicleId } from '../model/ids.js';
import type { LivePosition } from '../model/live-state.js';
import type { TrackChunk, TrackColumns, TripOutcome } from '../model/trip.js';
import type { Database, RollUpRow, TripQuery } from '../ports/database.js';
import { trackKey } from '../streams/fold/row-keys.js';

/**
 * The database, with tracks that reach up to now: SQL has chunks that are finished; those on their way to it and the one that still grows
 * are looked up in memory.
 */
export const withOpenTracks = (
  database: Database,
  rollUp: { waiting(table: 'track', key: string): RollUpRow | undefined },
  openChunk: (vehicle: VehicleId) => Promise<TrackChunk | undefined>,
  /** The newest of each vehicle: whose open chunk is worth unpacking. */
  positions: () => Iterable<Pick<LivePosition, 'vehicle' | 'trip' | 'lat' | 'lon'>>,
): Database => ({
  ...database,
  /** Of trips that go on, what is not in SQL yet is looked through for a place too; they come with the first page. */
  async trips(query) {
    const page = await database.trips(query);
    const { within, cursor } = query;
    if (within === undefined || cursor !== undefined) return page;
    const known = new Set(page.items.map(({ id }) => id));
    const wanted: TripId[] = [];
    for (const { vehicle, trip, lat, lon } of positions()) {
      if (trip === null || known.has(trip) || (query.vehicle ?? vehicle) !== vehicle || !isNear(within, lat, lon)) continue;
      const chunk = await openChunk(vehicle);
      if (chunk === undefined || !passesThrough(pointsOf(chunk.columns), within)) continue;
      wanted.push(chunk.trip);
      if (wanted.length === OPEN_AT_MOST) break;
    }
    const open = (await Promise.all(wanted.map(id => database.trip(id)))).filter(trip => trip !== undefined && fits(trip, query));
    const items = [...page.items, ...(open as TripOutcome[])];
    return { ...page, items: items.sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1)) };
  },

  async track(trip) {
    const [chunks, outcome] = await Promise.all([database.track(trip), database.trip(trip)]);
    const byNo = new Map(chunks.map(chunk => [chunk.no, chunk]));
    for (let no = 0; ; no++) {
      const row = rollUp.waiting('track', trackKey({ trip, no }));
      if (row && 'row' in row) byNo.set(no, trackChunkOf(row.row as DrawnChunk | TrackChunk));
      else if (!byNo.has(no)) break;
    }
    const open = outcome && (await openChunk(outcome.vehicle));
    if (open?.trip === trip && open.columns.ts.length > 0) byNo.set(open.no, open);
    return [...byNo.values()].sort((a, b) => a.no - b.no);
  },
});

/** Trips that go on in one place at once; more are a jam, and a page. */
const OPEN_AT_MOST = 200;

/** Degrees of latitude; further than in the minutes of a chunk can be driven. */
const REACH = 0.5;

/** Whether whoever is here now may have been in the box some minutes ago. */
const isNear = ({ west, south, east, north }: GeoBox, lat: number | undefined, lon: number | undefined): boolean => {
  if (lat === undefined || lon === undefined || lat < south - REACH || lat > north + REACH) return false;
  const reach = REACH / Math.max(0.05, Math.cos((lat * Math.PI) / 180));
  return west > east || (lon >= west - reach && lon <= east + reach);
};

function* pointsOf({ ts, lat, lon }: TrackColumns): Iterable<{ ts: number; lat: number; lon: number }> {
  for (let n = 0; n < ts.length; n++) {
    const [y, x] = [lat[n], lon[n]];
    if (y != null && x != null) yield { ts: ts[n]!, lat: y, lon: x };
  }
}

const fits = ({ vehicle, driver, startedAt }: TripOutcome, query: TripQuery): boolean =>
  (query.driver ?? driver) === driver &&
  startedAt >= (query.from ?? startedAt) &&
  startedAt <= (query.to ?? startedAt) &&
  (query.vehicles === undefined || query.vehicles.includes(vehicle));
