import type { Instant, Millis } from '../../model/units.js';
import { minutes, seconds } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';

const FREE_FAILURES = 5;
const FIRST_WAIT = seconds(2);
const LONGEST_WAIT = minutes(15);
const FORGET_AFTER = minutes(30);
const REMEMBERED = 10_000;

export interface LoginThrottle {
  /** How long this key has to wait before it may try again; 0 = may now. */
  waitOf(key: string): Millis;
  failed(key: string): void;
  succeeded(key: string): void;
}

/**
 * Slows guessing: after some failures each further one doubles the wait. Keyed by user name and by address, so that neither many
 * addresses against one name nor one address against many names gets far. Bounded: the key that failed longest ago is forgotten first.
 */
export const createLoginThrottle = (clock: Clock): LoginThrottle => {
  const failures = new Map<string, { count: number; last: Instant }>();

  const remembered = (key: string) => {
    const entry = failures.get(key);
    if (entry !== undefined && clock.now() - entry.last < FORGET_AFTER) return entry;
    failures.delete(key);
    return undefined;
  };

  return {
    waitOf(key) {
      const entry = remembered(key);
      if (entry === undefined || entry.count < FREE_FAILURES) return 0;
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (entry.count - FREE_FAILURES));
      return Math.max(0, entry.last + wait - clock.now());
    },
    failed(key) {
      const count = (remembered(key)?.count ?? 0) + 1;
      // Taken out and put back: a Map keeps order of insertion, so its first key is the one to forget.
      failures.delete(key);
      failures.set(key, { count, last: clock.now() });
      if (failures.size > REMEMBERED) failures.delete(failures.keys().next().value!);
    },
    succeeded(key) {
      failures.delete(key);
    },
  };
};
