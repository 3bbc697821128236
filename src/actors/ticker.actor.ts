import { faultOf } from '../model/errors.js';
import type { Instant, Millis } from '../model/units.js';
import { minutes, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import { recordOfFact } from '../streams/fleet-registry.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** A clock that is behind the time told before by no more than this is waited for: time stands still. */
const WAITED_FOR: Millis = minutes(1);

/**
 * Puts the time into the journal, once a second for all partitions. It does not go back, but where the clock is further behind than can be waited for: then it was
 * ahead before, and the tick says that time is set back. One append at a time: a slow disk skips ticks.
 * @param newest the newest tick that was folded: after a start it grows until the ticks of the process before are folded, too
 * @param setBack told by how much
 */
export const tickerActor = (
  journal: Journal,
  clock: Clock,
  newest: () => Instant,
  setBack: (by: Millis) => void = () => {},
): ActorDefinition =>
  defineActor({
    name: 'ticker',
    start: async ({ fail }) => {
      let last = 0;
      /** The fold has not come to the tick that set time back: what it knows is the time before. */
      let unfolded = false;
      let appending: Promise<unknown> | undefined;
      const stop = clock.every(seconds(1), () => {
        if (appending) return;
        const [now, folded] = [clock.now(), newest()];
        if (folded <= last) unfolded = false;
        const told = unfolded ? last : Math.max(last, folded);
        const set = told - now > WAITED_FOR;
        if (set) setBack(told - now);
        last = set ? now : Math.max(told, now);
        unfolded ||= set;
        appending = journal
          .append([recordOfFact({ type: 'tick', at: last, ...(set && { set }) }, last)])
          .catch(error => {
            // While the disk takes nothing there is no time either; what was to be set back is, with the next one.
            if (set) unfolded = false;
            return faultOf(error) === 'outage' ? undefined : fail(error);
          })
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
