import { type Kysely, sql } from 'kysely';
import type { AlertKind, Severity } from '../../model/alert.js';
import type { DrivingQuery, ScoreDatabase } from '../../ports/scores.js';
import { among } from './among.js';
import type { SqlDialect } from './sql-dialect.js';
import { sumDriving } from './sum-driving.js';
import type { Tables } from './tables.js';

type ScorePart = 'drivingSums' | 'countedEvents' | 'scorings' | 'addScoring';

/** Where an event does not say how long it lasted (yet). */
const SHORTEST_S = 20;

/** Seconds, weighted by the fourth power of the mean of 1 and the excess. */
const load = sql<number>`coalesce(lasted_s, ${sql.lit(SHORTEST_S)})
  * (1 + coalesce(excess, 1)) / 2 * (1 + coalesce(excess, 1)) / 2 * (1 + coalesce(excess, 1)) / 2 * (1 + coalesce(excess, 1)) / 2`;

const drivenColumns = ['driver', 'vehicle', 'day', 'distance_km', 'driving_s', 'idle_s', 'night_s', 'trips'] as const;
/** Rows of before this was told count as measured. */
const measured = [
  sql<number>`coalesce(measured_along_s, driving_s)`.as('along_s'),
  sql<number>`coalesce(measured_across_s, driving_s)`.as('across_s'),
];

/** What scores are made of: summed on this side of the thread, so that the other one, which viewers wait on, gets numbers in a row. */
export const scoreStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<ScoreDatabase, ScorePart> => {
  const days = ({ from, to, drivers, vehicles }: DrivingQuery) => {
    let query = db.selectFrom('driver_day').where('day', '>=', from).where('day', '<=', to).where('driver', '<>', '');
    if (drivers !== undefined) query = query.where(among(dialect, 'driver', drivers));
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    return query;
  };
  const events = ({ since, until, drivers, vehicles }: DrivingQuery) => {
    let query = db
      .selectFrom('counted_event')
      .where('occurred_at_ms', '>=', since)
      .where('occurred_at_ms', '<', until)
      .where('driver', '<>', '')
      .where('counted', '>', 0);
    if (drivers !== undefined) query = query.where(among(dialect, 'driver', drivers));
    if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
    return query;
  };

  return {
    async drivingSums(query, buckets) {
      const driven = days(query).select([...drivenColumns, ...measured]);
      const happened = events(query).select([
        ...(['driver', 'kind', 'severity', 'occurred_at_ms', 'counted'] as const),
        sql<number>`case when kind = 'speeding' then ${load} else 0 end`.as('load'),
      ]);
      const [ofDays, ofEvents] = [
        await dialect.columns(db, driven, [...drivenColumns, 'along_s', 'across_s']),
        await dialect.columns(db, happened, ['driver', 'kind', 'severity', 'occurred_at_ms', 'counted', 'load']),
      ];
      return sumDriving(ofDays, ofEvents, buckets);
    },

    async countedEvents({ kinds, limit, ...query }) {
      const rows = await events(query)
        .where(among(dialect, 'kind', kinds))
        .select(['id', 'driver', 'vehicle', 'trip', 'kind', 'severity', 'occurred_at_ms', 'counted', load.as('load')])
        .orderBy('occurred_at_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ occurred_at_ms, counted, trip, kind, severity, ...row }) => ({
        ...row,
        kind: kind as AlertKind,
        severity: severity as Severity,
        trip: trip === '' ? null : trip,
        at: occurred_at_ms,
        count: counted,
      }));
    },

    async scorings() {
      const rows = await db.selectFrom('scoring').selectAll().orderBy('version', 'desc').execute();
      return rows.map(row => ({
        version: row.version,
        valid_from: row.valid_from,
        document: JSON.parse(row.document),
        note: row.note,
        at: row.at_ms,
        by: row.by_whom,
      }));
    },

    async addScoring({ version, valid_from, document, note, at, by }) {
      const row = { version, valid_from, document: JSON.stringify(document), note, at_ms: at, by_whom: by };
      await db.insertInto('scoring').values(row).execute();
    },
  };
};
