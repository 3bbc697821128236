import { pino } from 'pino';

export type Logger = ReturnType<typeof createLogger>;

/** Structured JSON logs on stderr, for changes of state; readings are counters. Secrets never reach a log: only ids and numbers do. */
export const createLogger = (level: string) =>
  pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: false }));
