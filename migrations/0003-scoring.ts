import type { Migration } from '../src/adapters/sql/migration.js';

/**
 * What scores are made of, and what people say about them. `counted_event` is an alert as it counts: narrow, so that a month of a large
 * fleet is added up from an index; written with the alert, in the same transaction.
 */
export const scoringTables: Migration = {
  name: '0003-scoring',
  statements: ({ table, word, text, integer, real, addColumn, jsonNumber, jsonInstant }) => {
    const id = word(64);
    return [
      ...table({
        name: 'counted_event',
        columns: {
          id: `${id} not null`,
          vehicle: `${id} not null`,
          driver: `${id} not null`,
          trip: `${id} not null`,
          kind: `${word(64)} not null`,
          severity: `${word(16)} not null`,
          occurred_at_ms: `${integer} not null`,
          counted: `${integer} not null`,
          voided: `${integer} not null`,
          contested: `${integer} not null`,
          lasted_s: real,
          excess: real,
        },
        primaryKey: ['id'],
        indexes: {
          counted_event_by_time: [
            ...['occurred_at_ms', 'driver', 'kind', 'severity', 'counted', 'lasted_s', 'excess', 'vehicle'],
          ],
          counted_event_by_driver: ['driver', 'occurred_at_ms'],
          counted_event_voided: ['voided', 'trip'],
          counted_event_contested: ['contested', 'occurred_at_ms'],
        },
      }),
      `insert into counted_event (id, vehicle, driver, trip, kind, severity, occurred_at_ms, counted, voided, contested, lasted_s, excess)
       select id, vehicle, coalesce(driver, ''), coalesce(trip, ''), kind, severity, occurred_at_ms,
         case when status in ('void', 'retracted') then 0 else 1 + ${jsonNumber('document', 'suppressed')} end,
         case when status = 'void' then 1 + ${jsonNumber('document', 'suppressed')} else 0 end,
         0,
         (${jsonInstant('document', 'ended_at')} - occurred_at_ms) / 1000.0,
         ${jsonNumber('document', 'value')} / nullif(${jsonNumber('document', 'threshold')}, 0)
       from alert where not exists (select 1 from counted_event known where known.id = alert.id)`,
      ...addColumn('driver_day', 'night_s', `${real} not null default 0`),
      ...table({
        name: 'scoring',
        columns: {
          version: `${integer} not null`,
          valid_from: `${word(10)} not null`,
          document: `${text} not null`,
          note: `${text} not null`,
          at_ms: `${integer} not null`,
          by_whom: `${word(191)} not null`,
        },
        primaryKey: ['version'],
      }),
      ...table({
        name: 'coaching_note',
        columns: {
          id: `${id} not null`,
          driver: `${id} not null`,
          at_ms: `${integer} not null`,
          changed_at_ms: integer,
          by_id: `${id} not null`,
          by_whom: `${word(191)} not null`,
          topic: word(64),
          note: `${text} not null`,
          follow_up: word(10),
          done: `${integer} not null`,
        },
        primaryKey: ['id'],
        indexes: { coaching_note_by_driver: ['driver', 'at_ms', 'id'] },
      }),
    ];
  },
};
