import type { Migration } from '../src/adapters/sql/migration.js';

/** How much of the driving the data could measure forces in, along the way and across it; null in rows of before. */
export const sensing: Migration = {
  name: '0002-sensing',
  statements: ({ addColumn, real }) =>
    ['trip', 'driver_day'].flatMap(table => [
      ...addColumn(table, 'measured_along_s', real),
      ...addColumn(table, 'measured_across_s', real),
    ]),
};
