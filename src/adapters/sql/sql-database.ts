import { sql } from 'kysely';
import { accessStore } from './access-store.js';
import { alertStore } from './alert-store.js';
import { auditStore } from './audit-store.js';
import { coachingStore } from './coaching-store.js';
import { driverStore } from './driver-store.js';
import { type DatabaseCounters, guarded } from './guarded.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations.js';
import { type MysqlLimits, openMysql } from './open-mysql.js';
import { openSqlite } from './open-sqlite.js';
import type { PackedDatabase } from './packed-database.js';
import { recordStore } from './record-store.js';
import { rollUpStore } from './roll-up-store.js';
import { scoreStore } from './score-store.js';
import type { SqlConnection } from './sql-dialect.js';
import { tripStore } from './trip-store.js';
import { vehicleDayStore } from './vehicle-day-store.js';

/** Where the database is: a server by URL, or else the embedded file. */
export type DatabasePlace = { url: string; limits?: MysqlLimits } | { url?: undefined; file: string };

/**
 * The database on the thread that calls it.
 * @throws {DatabaseAddressError} the URL or the file cannot be used; a server is not asked yet
 */
export const openSqlDatabase = (place: DatabasePlace, counters: DatabaseCounters): PackedDatabase => {
  const connection = place.url === undefined ? openSqlite(place.file) : openMysql(place.url, place.limits);
  const { db, dialect } = connection;
  const calls: Omit<PackedDatabase, 'close'> = {
    migrate: () => migrate(connection, migrations),
    ping: async () => void (await sql`select 1`.execute(db)),
    ...rollUpStore(db, dialect),
    ...tripStore(db, dialect),
    ...vehicleDayStore(db, dialect),
    ...alertStore(db, dialect),
    ...recordStore(db, dialect),
    ...driverStore(db, dialect),
    ...accessStore(db, dialect),
    ...auditStore(db, dialect),
    ...scoreStore(db, dialect),
    ...coachingStore(db, dialect),
  };
  return { ...guardedCalls(connection, counters, calls), close: connection.close };
};

type Calls = Omit<PackedDatabase, 'close'>;

const guardedCalls = (connection: SqlConnection, counters: DatabaseCounters, calls: Calls): Calls =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]: [string, (...args: never[]) => Promise<unknown>]) => [
      name,
      (...args: never[]) => guarded(connection, counters, () => call(...args)),
    ]),
  ) as unknown as Calls;
