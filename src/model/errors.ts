/** Whose fault an error is decides what happens next; nothing else does. */
export type Fault =
  /** The input is wrong: keep the raw bytes, count, go on. */
  | 'input'
  /** Something outside is away: retry with back-off. */
  | 'outage'
  /** The program is wrong: stop this actor and escalate. */
  | 'bug';

/** What every error of ours carries: a stable code, whose fault it is, and ids, offsets and limits that become log fields. */
export abstract class TelltaleError extends Error {
  abstract readonly code: Uppercase<string>;
  abstract readonly fault: Fault;

  constructor(
    message: string,
    readonly context: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The fault of any thrown value; what is not ours is a bug until somebody names it. */
export const faultOf = (error: unknown): Fault => (error instanceof TelltaleError ? error.fault : 'bug');
