import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import { type GeoBox, isInBox, passesThrough } from '../../model/geo-box.js';
import type { TripOutcome } from '../../model/trip.js';
import type { Page, TripQuery } from '../../ports/database.js';
import { among } from './among.js';
import { cursorOf, olderThan, pagingOf } from './page.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Tables, TripTable } from './tables.js';
import { decodeTrack, trackPoints } from './track-codec.js';
import { tripFromRow } from './trip-row.js';

/** Trips whose boxes touch, looked at in one go. */
const AT_ONCE = 50;
/** Chunks that are unpacked for one page (some 0.2 ms each): a box in the middle of everything must not hold the thread. */
const CHUNKS_AT_MOST = 2_000;

export const positionOf = (row: TripTable): readonly [number, string] => [row.started_at_ms, row.id];

/** Rows of trips, newest first, one more than the page holds. */
export const tripRows = (
  db: Kysely<Tables>,
  dialect: SqlDialect,
  { vehicle, driver, from, to, vehicles, ...page }: Omit<TripQuery, 'within'>,
  further?: Expression<SqlBool>,
): Promise<TripTable[]> => {
  const paging = pagingOf(page);
  let query = db.selectFrom('trip').selectAll();
  if (vehicle !== undefined) query = query.where('vehicle', '=', vehicle);
  if (driver !== undefined) query = query.where('driver', '=', driver);
  if (from !== undefined) query = query.where('started_at_ms', '>=', from);
  if (to !== undefined) query = query.where('started_at_ms', '<=', to);
  if (vehicles !== undefined) query = query.where(among(dialect, 'vehicle', vehicles));
  if (further !== undefined) query = query.where(further);
  if (paging.after) query = query.where(olderThan('started_at_ms', paging.after));
  return query.orderBy('started_at_ms', 'desc').orderBy('id', 'desc').limit(paging.take).execute();
};

/** Trips that went through a box: first those with a chunk whose box touches it, then of these the ones whose way does. */
export const tripsWithin = async (
  db: Kysely<Tables>,
  dialect: SqlDialect,
  query: Omit<TripQuery, 'within'>,
  box: GeoBox,
): Promise<Page<TripOutcome>> => {
  const found: TripTable[] = [];
  let chunks = 0;
  let { cursor } = query;
  for (;;) {
    const rows = await tripRows(db, dialect, { ...query, cursor, limit: AT_ONCE }, nearby(box));
    const more = rows.length > AT_ONCE;
    for (const row of rows.slice(0, AT_ONCE)) {
      const tracks = await db
        .selectFrom('track')
        .innerJoin('track_area', 'track_area.row_key', 'track.row_key')
        .select('track.columns')
        .where('track_area.trip', '=', row.id)
        .where(touches(box))
        .execute();
      chunks += tracks.length;
      const through = tracks.some(({ columns }) => passesThrough(trackPoints(decodeTrack(new Uint8Array(columns))), box));
      if (through || endsIn(row, box)) found.push(row);
      cursor = cursorOf(positionOf(row));
      if (found.length === query.limit || chunks >= CHUNKS_AT_MOST) return { items: found.map(tripFromRow), next: cursor };
    }
    if (!more) return { items: found.map(tripFromRow), next: null };
  }
};

/** Also of trips that are older than the boxes: where they began and ended. */
const nearby = (box: GeoBox): Expression<SqlBool> => {
  const { south, north } = box;
  const start = sql`start_lat between ${south} and ${north} and ${within('start_lon', box)}`;
  const end = sql`end_lat between ${south} and ${north} and ${within('end_lon', box)}`;
  const area = sql`exists (select 1 from track_area where track_area.trip = trip.id and ${touches(box)})`;
  return sql<SqlBool>`(${area} or (${start}) or (${end}))`;
};

const touches = ({ west, south, east, north }: GeoBox): Expression<SqlBool> => {
  const across =
    west <= east
      ? sql`track_area.west <= ${east} and track_area.east >= ${west}`
      : sql`(track_area.east >= ${west} or track_area.west <= ${east})`;
  return sql<SqlBool>`track_area.south <= ${north} and track_area.north >= ${south} and ${across}`;
};

const within = (column: 'start_lon' | 'end_lon', { west, east }: GeoBox): Expression<SqlBool> =>
  west <= east
    ? sql<SqlBool>`${sql.ref(column)} between ${west} and ${east}`
    : sql<SqlBool>`(${sql.ref(column)} >= ${west} or ${sql.ref(column)} <= ${east})`;

const endsIn = (row: TripTable, box: GeoBox): boolean =>
  (row.start_lat !== null && row.start_lon !== null && isInBox(box, row.start_lat, row.start_lon)) ||
  (row.end_lat !== null && row.end_lon !== null && isInBox(box, row.end_lat, row.end_lon));
