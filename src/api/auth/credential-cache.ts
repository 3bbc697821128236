import { faultOf } from '../../model/errors.js';
import { hours, type Instant, seconds } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';

const FRESH_FOR = seconds(30);
/** While SQL is away, what was good a moment ago stays good for this long. */
const STALE_FOR = hours(1);
const REMEMBERED = 10_000;

/**
 * What SQL said of a credential, kept for 30 s, so that not every request asks and a revoked one is out soon. Only good ones are
 * kept: a flood of guesses must not push them out.
 */
export interface CredentialCache<T> {
  /** @throws {DatabaseUnavailableError} SQL is away and nothing is remembered */
  resolve(hash: string): Promise<T | undefined>;
  /** @returns what was forgotten; what is being asked about meanwhile is not remembered either */
  forget(matches: (value: T) => boolean): T[];
}

export const createCredentialCache = <T>(clock: Clock, load: (hash: string) => Promise<T | undefined>): CredentialCache<T> => {
  const known = new Map<string, { value: T; at: Instant }>();

  /** Counts what was forgotten: an answer that was asked for before may be the old one. */
  let forgotten = 0;

  const remember = (hash: string, value: T | undefined): T | undefined => {
    known.delete(hash);
    if (value === undefined) return undefined;
    known.set(hash, { value, at: clock.now() });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    return value;
  };

  return {
    async resolve(hash) {
      const entry = known.get(hash);
      if (entry !== undefined && clock.now() - entry.at < FRESH_FOR) return entry.value;
      try {
        const before = forgotten;
        const value = await load(hash);
        return before === forgotten ? remember(hash, value) : value;
      } catch (error) {
        if (faultOf(error) === 'outage' && entry !== undefined && clock.now() - entry.at < STALE_FOR) return entry.value;
        throw error;
      }
    },
    forget(matches) {
      forgotten++;
      const values: T[] = [];
      for (const [hash, { value }] of known) {
        if (!matches(value)) continue;
        known.delete(hash);
        values.push(value);
      }
      return values;
    },
  };
};
