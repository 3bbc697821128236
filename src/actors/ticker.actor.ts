import { faultOf } from '../model/errors.js';
import type { Instant } from '../model/units.js';
import { minutes, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import { recordOfFact } from '../streams/fleet-registry.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Puts the time into the journal, once a second for all partitions; it never goes back. One append at a time: a slow disk skips ticks. */
export const tickerActor = (journal: Journal, clock: Clock, newest: () => Instant): ActorDefinition =>
  defineActor({
    name: 'ticker',
    start: async ({ fail }) => {
      let last = newest();
      let appending: Promise<unknown> | undefined;
      const stop = clock.every(seconds(1), () => {
        if (appending) return;
        last = Math.max(last, clock.now());
        appending = journal
          .append([recordOfFact({ type: 'tick', at: last }, last)])
          // While the disk takes nothing there is no time either.
          .catch(error => (faultOf(error) === 'outage' ? undefined : fail(error)))
          .finally(() => {
            appending = undefined;
          });
      });
      return async () => {
        stop();
        await appending;
      };
    },
    restart: { minBackoff: seconds(1), maxBackoff: seconds(15), jitter: 0.2, maxRestarts: 100, within: minutes(10) },
    drainWithin: seconds(2),
  });
