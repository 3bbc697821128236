import type { Migration } from '../src/adapters/sql/migration.js';

/** What is told of a vehicle besides trips and alerts: the life of its trouble codes, what happened to its tank. */
export const vehicleRecords: Migration = {
  name: '0005-vehicle-records',
  statements: ({ word, integer, text, table }) => [
    ...table({
      name: 'vehicle_record',
      columns: {
        row_key: `${word(191)} not null`,
        vehicle: `${word(64)} not null`,
        topic: `${word(16)} not null`,
        at_ms: `${integer} not null`,
        document: `${text} not null`,
      },
      primaryKey: ['row_key'],
      indexes: {
        vehicle_record_by_vehicle: ['topic', 'vehicle', 'at_ms', 'row_key'],
        vehicle_record_by_time: ['topic', 'at_ms', 'row_key'],
      },
    }),
  ],
};
