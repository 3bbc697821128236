import { TelltaleError } from '../model/errors.js';
import { type Millis, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { Database } from '../ports/database.js';

/** A server of tables that does not answer within it is away, which is no reason not to start. */
const ANSWERS_WITHIN: Millis = seconds(3);

/**
 * Brings the tables up to date before anything is folded, where they are at hand. A start with tables of a newer version, or of something else, ends
 * here: whoever went back a version has to hear of it, and not find weeks later that nothing was written. Tables that turn out to be so later, when SQL
 * was away at the start or another process changed them, are waited for as for any outage, since devices are acknowledged without SQL.
 * @param opened the database first, and what else is open: closed before it throws, since each of them keeps the process
 * @throws {DatabaseSchemaError} they are not ours to write
 */
export const refuseNewerTables = async (
  [database, ...others]: [Pick<Database, 'migrate' | 'close'>, ...{ close(): Promise<unknown> }[]],
  clock: Clock,
): Promise<void> => {
  const migrated = database.migrate();
  const giveUp = new Promise<void>(resolve => {
    const cancel = clock.after(ANSWERS_WITHIN, resolve);
    migrated.catch(() => {}).finally(cancel);
  });
  try {
    await Promise.race([migrated, giveUp]);
  } catch (error) {
    if (!(error instanceof TelltaleError && error.code === 'DATABASE_SCHEMA')) return;
    for (const open of [database, ...others]) await open.close();
    throw error;
  }
};
