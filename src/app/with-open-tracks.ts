import type { VehicleId } from '../model/ids.js';
import type { TrackChunk } from '../model/trip.js';
import type { Database, RollUpRow } from '../ports/database.js';
import { trackKey } from '../streams/fold/row-keys.js';

/**
 * The database, with tracks that reach up to now: SQL has chunks that are finished; those on their way to it and the one that still grows
 * are looked up in memory.
 */
export const withOpenTracks = (
  database: Database,
  rollUp: { waiting(table: 'track', key: string): RollUpRow | undefined },
  openChunk: (vehicle: VehicleId) => TrackChunk | undefined,
): Database => ({
  ...database,
  async track(trip) {
    const [chunks, outcome] = await Promise.all([database.track(trip), database.trip(trip)]);
    const byNo = new Map(chunks.map(chunk => [chunk.no, chunk]));
    for (let no = 0; ; no++) {
      const row = rollUp.waiting('track', trackKey({ trip, no }));
      if (row && 'row' in row) byNo.set(no, row.row as TrackChunk);
      else if (!byNo.has(no)) break;
    }
    const open = outcome && openChunk(outcome.vehicle);
    if (open?.trip === trip && open.columns.ts.length > 0) byNo.set(open.no, open);
    return [...byNo.values()].sort((a, b) => a.no - b.no);
  },
});
