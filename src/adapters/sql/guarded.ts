import { setTimeout as wait } from 'node:timers/promises';
import { TelltaleError } from '../../model/errors.js';
import { DatabaseAccessError, DatabaseQueryError, DatabaseUnavailableError, NameTakenError } from './errors.js';
import type { SqlConnection } from './sql-dialect.js';

/** Deadlocks and locks of others: at most 8 tries over some 5 s, then it is an outage. */
const attempts = 8;
const firstPause = 20;
const longestPause = 1_000;

/** What happened at the borders of the database. */
export interface DatabaseCounters {
  /** Statements or transactions tried again because another one held a lock. */
  retries: number;
  /** Calls that were refused since too many were outstanding. */
  refused: number;
  /** Times that the thread was started afresh. */
  restarts: number;
}

export const noCounts = (): DatabaseCounters => ({ retries: 0, refused: 0, restarts: 0 });

/**
 * Runs one call of the database: again where a lock was in the way, which every call must stand (rows are absolute, changes are
 * transactions), and with errors of ours in place of the driver's.
 * @throws {DatabaseUnavailableError | DatabaseAccessError | DatabaseQueryError | NameTakenError}
 */
export const guarded = async <T>(connection: SqlConnection, counters: DatabaseCounters, call: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof TelltaleError) throw error;
      if (attempt === attempts || connection.dialect.troubleOf(error) !== 'busy') throw namedError(connection, error);
      counters.retries++;
      // Jitter, so that two that met do not meet again.
      await wait(Math.min(longestPause, firstPause * 2 ** attempt) * (0.5 + Math.random() / 2));
    }
  }
};

const namedError = ({ dialect, place }: SqlConnection, error: unknown): TelltaleError => {
  const { errno, code, message } = error as { errno?: number; code?: string; message?: string };
  // The driver's error is not passed on as cause: it holds the statement with its values. Several addresses, no message.
  const reason = (message || code || String(error)).split('\n')[0];
  const context = { place, errno, code };
  switch (dialect.troubleOf(error)) {
    case 'busy':
      return new DatabaseUnavailableError(`the database ${place} is busy: ${reason}`, context);
    case 'away':
      return new DatabaseUnavailableError(`the database ${place} is away: ${reason}`, context);
    case 'unmigrated':
      return new DatabaseUnavailableError(`the database ${place} has not all its tables yet: ${reason}`, context);
    case 'access':
      return new DatabaseAccessError(`the database ${place} does not let us in: ${reason}`, context);
    case 'taken':
      return new NameTakenError('there is another one of this name', { place });
    case 'query':
      return new DatabaseQueryError(`the database ${place} refused a statement: ${reason}`, context);
  }
};
