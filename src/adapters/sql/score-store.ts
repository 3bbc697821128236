import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AlertKind, Severity } from '../../model/alert.js';
import { type Bucket, DRIVEN_WIDTH, type DrivingQuery, EVENT_WIDTH, type ScoreDatabase } from '../../ports/scores.js';
import { among } from './among.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables } from './tables.js';

type ScorePart = 'drivingSums' | 'bucketSums' | 'countedEvents' | 'scorings' | 'addScoring';

/** Where an event does not say how long it lasted (yet). */
const SHORTEST_S = 20;

/** Seconds, weighted by the fourth power of the mean of 1 and the excess. */
const load = sql<number>`coalesce(lasted_s, ${sql.lit(SHORTEST_S)})
  * (1 + coalesce(excess, 1)) / 2 * (1 + coalesce(excess, 1)) / 2 * (1 + coalesce(excess, 1)) / 2 * (1 + coalesce(excess, 1)) / 2`;

/** Sums of what scores are made of. Everything is added up by SQL; what leaves it is small, or numbers in a row. */
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
    async drivingSums(query) {
      const driven = await days(query)
        .select(({ fn }) => [
          'driver',
          'vehicle',
          fn.sum<number>('distance_km').as('distance'),
          fn.sum<number>('driving_s').as('driving'),
          fn.sum<number>('idle_s').as('idle'),
          fn.sum<number>('night_s').as('night'),
          fn.sum<number>('trips').as('trips'),
        ])
        .groupBy(['driver', 'vehicle'])
        .execute();
      const counted = await events(query)
        .select(['driver', 'kind', 'severity'])
        .select([
          sql<number>`sum(counted)`.as('count'),
          sql<number>`sum(case when kind = 'speeding' then counted * ${load} else 0 end)`.as('load'),
          sql<number>`sum(case when kind = 'speeding' then counted * ${load} * ${load} else 0 end)`.as('loadSquares'),
        ])
        .groupBy(['driver', 'kind', 'severity'])
        .execute();
      return {
        driven: driven.map(row => ({ ...row, trips: Number(row.trips) })),
        events: counted.map(row => ({
          ...row,
          kind: row.kind as AlertKind,
          severity: row.severity as Severity,
          count: Number(row.count),
        })),
      };
    },

    async bucketSums(query, buckets) {
      const ofDay = bucketOf('day', buckets, ({ day }) => sql.lit(day));
      const ofInstant = bucketOf('occurred_at_ms', buckets, ({ since }) => sql.lit(since));
      const driven = await days(query)
        .select(({ fn }) => [
          'driver',
          ofDay.as('bucket'),
          fn.sum<number>('distance_km').as('distance'),
          fn.sum<number>('driving_s').as('driving'),
          fn.sum<number>('idle_s').as('idle'),
          fn.sum<number>('night_s').as('night'),
        ])
        .groupBy(['driver', 'bucket'])
        .execute();
      const counted = await events(query)
        .select(['driver', 'kind', 'severity', ofInstant.as('bucket')])
        .select([
          sql<number>`sum(counted)`.as('count'),
          sql<number>`sum(case when kind = 'speeding' then counted * ${load} else 0 end)`.as('load'),
          sql<number>`sum(case when kind = 'speeding' then counted * ${load} * ${load} else 0 end)`.as('loadSquares'),
        ])
        .groupBy(['driver', 'kind', 'severity', 'bucket'])
        .execute();
      const [drivers, kinds, severities] = [new Places(), new Places(), new Places()];
      const drivenNumbers = new Float64Array(driven.length * DRIVEN_WIDTH);
      driven.forEach(({ driver, bucket, distance, driving, idle, night }, i) => {
        drivenNumbers.set([drivers.of(driver), Number(bucket), distance, driving, idle, night], i * DRIVEN_WIDTH);
      });
      const eventNumbers = new Float64Array(counted.length * EVENT_WIDTH);
      counted.forEach(({ driver, bucket, kind, severity, count, load: of, loadSquares }, i) => {
        const places = [drivers.of(driver), Number(bucket), kinds.of(kind), severities.of(severity)];
        eventNumbers.set([...places, Number(count), of, loadSquares], i * EVENT_WIDTH);
      });
      return {
        drivers: drivers.texts,
        driven: drivenNumbers,
        events: eventNumbers,
        kinds: kinds.texts,
        severities: severities.texts,
      };
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

/** The number of the bucket that a column's value falls in: a tree of comparisons, since a year has 365 days. */
const bucketOf = (
  column: string,
  buckets: readonly Bucket[],
  begin: (bucket: Bucket) => RawBuilder<unknown>,
): RawBuilder<number> => {
  const among = (from: number, to: number): RawBuilder<number> => {
    if (to - from <= 1) return sql`${sql.lit(from)}`;
    const middle = (from + to) >>> 1;
    return sql`case when ${sql.ref(column)} < ${begin(buckets[middle]!)} then ${among(from, middle)} else ${among(middle, to)} end`;
  };
  return among(0, buckets.length);
};

/** Numbers texts in the order they are met. */
class Places {
  readonly texts: string[] = [];
  private readonly known = new Map<string, number>();

  of(text: string): number {
    let place = this.known.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.known.set(text, place);
    }
    return place;
  }
}
