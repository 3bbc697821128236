import type { Migration } from '../src/adapters/sql/migration.js';

/** The box around each chunk of a track, to find the trips that went through a place. Chunks that are older than this table have none. */
export const trackAreas: Migration = {
  name: '0020-track-areas',
  statements: ({ table, word, real }) =>
    table({
      name: 'track_area',
      columns: {
        row_key: `${word(191)} not null`,
        trip: `${word(64)} not null`,
        west: `${real} not null`,
        south: `${real} not null`,
        east: `${real} not null`,
        north: `${real} not null`,
      },
      primaryKey: ['row_key'],
      indexes: { track_area_by_trip: ['trip', 'west', 'south', 'east', 'north'] },
    }),
};
