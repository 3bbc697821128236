import { faultOf } from '../../model/errors.js';
import type { AuditEntry, Database } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';

const WAITING_LIMIT = 10_000;
const RETRY_AFTER = 5_000;
const DETAIL_LIMIT = 8_192;
const SECRETS = new Set(['password', 'new_password', 'token', 'secret']);

export interface AuditTrail {
  /** Keeps who did what. Resolves when it is in SQL, or queued while SQL is away. */
  record(caller: Caller, action: string, subject: string, detail: unknown): Promise<void>;
  close(): void;
}

/**
 * Who changed or exported what. An acknowledgement must not fail because SQL is away, so entries wait in memory until it is back:
 * bounded, and counted where that bites.
 */
export const createAuditTrail = (deps: Pick<ApiDeps, 'database' | 'clock' | 'random' | 'count' | 'log'>): AuditTrail => {
  const waiting: AuditEntry[] = [];
  let cancelRetry: (() => void) | undefined;

  /** An entry that SQL refuses would be refused again: it must not hold up those behind it. */
  const lose = ({ action, subject }: AuditEntry, error: unknown): void => {
    deps.count('api_audit_lost');
    deps.log.error({ err: error, action, subject }, 'an audit entry could not be written');
  };

  const flush = async (database: Database): Promise<void> => {
    while (waiting.length > 0) {
      try {
        await database.addAudit(waiting[0]!);
      } catch (error) {
        if (faultOf(error) === 'outage') throw error;
        lose(waiting[0]!, error);
      }
      waiting.shift();
    }
  };

  const retryLater = (): void => {
    cancelRetry ??= deps.clock.after(RETRY_AFTER, () => {
      cancelRetry = undefined;
      flush(deps.database).catch(retryLater);
    });
  };

  const queue = (entry: AuditEntry): void => {
    if (waiting.length === WAITING_LIMIT) {
      waiting.shift();
      deps.count('api_audit_lost');
    }
    waiting.push(entry);
    deps.count('api_audit_queued');
    retryLater();
  };

  return {
    async record(caller, action, subject, detail) {
      const entry: AuditEntry = {
        id: Buffer.from(deps.random.secret(16)).toString('base64url'),
        at: deps.clock.now(),
        by: caller.name,
        action,
        subject,
        detail: keptOf(detail),
      };
      // While others wait, SQL was away a moment ago: do not make every request find that out again.
      if (waiting.length > 0) {
        queue(entry);
        return;
      }
      try {
        await deps.database.addAudit(entry);
      } catch (error) {
        if (faultOf(error) === 'outage') queue(entry);
        else lose(entry, error);
      }
    },
    close() {
      cancelRetry?.();
    },
  };
};

/** The detail without secrets, and not more of it than an entry should hold. */
const keptOf = (detail: unknown): unknown => {
  if (typeof detail !== 'object' || detail === null) return detail ?? null;
  const kept = Object.fromEntries(Object.entries(detail).filter(([key]) => !SECRETS.has(key)));
  return JSON.stringify(kept).length <= DETAIL_LIMIT ? kept : { fields: Object.keys(kept), truncated: true };
};
