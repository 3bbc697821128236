import type { TrackChunk } from '../../model/trip.js';
import type { Database } from '../../ports/database.js';
import { type PackedTrack, unpackTrack } from './track-codec.js';

/**
 * A track that is read as it goes from thread to thread: as one block of memory that changes hands, instead of thousands of numbers that
 * are copied one by one (0.35 ms a chunk). One that is written goes as it was drawn, which is text.
 */
export type PackedChunk = Omit<TrackChunk, 'columns'> & { columns: PackedTrack };

/** The database on its own side of the thread's border. */
export interface PackedDatabase extends Omit<Database, 'track'> {
  track(trip: string): Promise<PackedChunk[]>;
}

/** The port, over a database that speaks in packed tracks. */
export const unpacking = (packed: PackedDatabase): Database => ({
  ...packed,
  track: async trip => (await packed.track(trip)).map(chunk => ({ ...chunk, columns: unpackTrack(chunk.columns) })),
});
