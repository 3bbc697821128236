import type { Logger } from './logger.js';

interface ActorChange {
  name: string;
  state: string;
  restarts: number;
}

/** One helper per thing that is worth a line in the log: changes of state, never readings. */
export const events = (log: Logger) => ({
  actor: ({ name, state, restarts }: ActorChange, error?: unknown): void => {
    const context = { actor: name, state, restarts, ...(error === undefined ? {} : { err: error }) };
    if (error !== undefined) log.error(context, `${name} failed`);
    else log.debug(context, `${name} is ${state}`);
  },
  latenessLimited: (retentionDays: number): void => {
    log.warn(
      { retention_days: retentionDays },
      'TELLTALE_RETENTION_DAYS is less than late data is waited for: readings later than that are kept raw and counted, not folded',
    );
  },
  timeSetBack: (by: number): void => {
    log.warn(
      { by_s: Math.round(by / 1_000) },
      'the clock is behind the time it told before: it was ahead, or is behind now; time goes back to what it says, and silence counts anew from there',
    );
  },
  database: (up: boolean, error: string | null): void => {
    if (up) log.info('the database is there');
    else log.warn({ error }, 'the database is away; what it should get waits');
  },
  /** @param open undefined where there was none left to count them with */
  descriptors: (scarce: boolean, { open, limit }: { open: number | undefined; limit: number }): void => {
    if (!scarce) log.warn({ open, limit }, 'there are enough file descriptors again');
    else
      log.error(
        { open, limit },
        `file descriptors run out: ${open ?? limit} of ${limit} are open; connections beyond them are closed at once, those that are there go on; raise the limit (ulimit -n, LimitNOFILE) or have fewer connections`,
      );
  },
  /** @param trouble undefined where it takes writes again */
  disk: (directory: string, trouble?: { reason: string; free_bytes: number; needed_bytes: number }): void => {
    if (!trouble) {
      log.warn({ directory }, 'the disk takes writes again; what waited goes on');
      return;
    }
    const { reason, free_bytes, needed_bytes } = trouble;
    const room = free_bytes < needed_bytes ? `; make ${Math.ceil((needed_bytes - free_bytes) / 1_048_576)} MiB of room` : '';
    log.error(
      { directory, ...trouble },
      `the disk takes nothing (${reason}): messages are not acknowledged, so devices keep them, changes are refused, alerts and trips wait; it goes on by itself when the disk does${room}`,
    );
  },
  rowRejected: ({ table, key }: { table: string; key: string }, error: unknown): void => {
    log.error({ table, key, err: error }, 'the database will not have a row; it is left out');
  },
});
