import type { Migration } from '../src/adapters/sql/migration.js';

/** Fuel by vehicle, driver and day. What is searched by, and the row itself as JSON: methods and patterns may be added to it. */
export const fuelDays: Migration = {
  name: '0009-fuel-days',
  statements: ({ table, word, text }) =>
    table({
      name: 'fuel_day',
      columns: {
        row_key: `${word(191)} not null`,
        driver: `${word(64)} not null`,
        vehicle: `${word(64)} not null`,
        day: `${word(10)} not null`,
        document: `${text} not null`,
      },
      primaryKey: ['row_key'],
      indexes: { fuel_day_by_day: ['day', 'vehicle', 'driver'], fuel_day_by_vehicle: ['vehicle', 'day', 'driver'] },
    }),
};
