import type { Migration } from '../src/adapters/sql/migration.js';

/** What each day says of a vehicle's health. What is searched by, and the row itself as JSON: more may be measured later. */
export const vehicleHealthDays: Migration = {
  name: '0010-vehicle-health-days',
  statements: ({ table, word, text }) =>
    table({
      name: 'vehicle_health_day',
      columns: {
        row_key: `${word(191)} not null`,
        vehicle: `${word(64)} not null`,
        day: `${word(10)} not null`,
        document: `${text} not null`,
      },
      primaryKey: ['row_key'],
      indexes: { vehicle_health_day_by_vehicle: ['vehicle', 'day'], vehicle_health_day_by_day: ['day', 'vehicle'] },
    }),
};
