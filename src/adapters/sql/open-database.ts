import type { Database } from '../../ports/database.js';
import { DatabaseAddressError } from './errors.js';
import { type DatabaseCounters, noCounts } from './guarded.js';
import type { MysqlLimits } from './open-mysql.js';
import { type PackedDatabase, unpacking } from './packed-database.js';
import { type DatabasePlace, openSqlDatabase } from './sql-database.js';
import { ThreadedDatabase, type ThreadLimits } from './threaded-database.js';

export interface DatabaseOptions {
  /** `mysql://user:password@host:3306/database`: a MySQL 8 or MariaDB 10.11. Before `file`. */
  url?: string;
  /** The embedded database, created where it is missing. */
  file?: string;
  /** False: on the calling thread, for tests that run uncompiled. */
  inThread?: boolean;
  /** The compiled thread, where it does not stand beside this file. */
  thread?: URL;
  limits?: { mysql?: MysqlLimits; thread?: ThreadLimits };
}

/**
 * Opens the database on a thread of its own. A server may be away: calls throw until it is there, and again whenever it is gone.
 * @returns the port, and counts of what its bounds did
 * @throws {DatabaseAddressError} neither URL nor file, or one that cannot be used
 */
export const openDatabase = async (
  options: DatabaseOptions,
): Promise<Database & { readonly counters: Readonly<DatabaseCounters> }> => {
  const place = placeOf(options);
  const { packed, counters } = await open(place, options);
  return { ...unpacking(packed), counters };
};

const open = async (
  place: DatabasePlace,
  { inThread = true, thread = new URL('./database-thread.js', import.meta.url), limits }: DatabaseOptions,
): Promise<{ packed: PackedDatabase; counters: DatabaseCounters }> => {
  if (!inThread) {
    const counters = noCounts();
    return { packed: openSqlDatabase(place, counters), counters };
  }
  const threaded = await ThreadedDatabase.start(place, thread, limits?.thread);
  return { packed: threaded.asDatabase(), counters: threaded.counters };
};

const placeOf = ({ url, file, limits }: DatabaseOptions): DatabasePlace => {
  if (url) return { url, limits: limits?.mysql };
  if (file) return { file };
  throw new DatabaseAddressError('neither the URL of a database nor a file for one is given');
};
