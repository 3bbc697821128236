import { hours, type Instant, type Millis, minutes, seconds } from '../model/units.js';
import type { Cancel, Clock } from '../ports/clock.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Snapshots are half a minute apart. */
const SOON: Millis = seconds(10);

/**
 * Takes away what is older than is kept: whole segments of the raw journal.
 * @param forget answers whether something had to stay that is old enough: it is looked for again soon
 */
export const retentionActor = (clock: Clock, keep: Millis, forget: (before: Instant) => Promise<boolean>): ActorDefinition =>
  defineActor({
    name: 'retention',
    start: async ({ fail }) => {
      let again: Cancel | undefined;
      const run = (): void => {
        again?.();
        again = undefined;
        forget(clock.now() - keep).then(held => {
          if (held && !stopped) again = clock.after(SOON, run);
        }, fail);
      };
      let stopped = false;
      const stop = clock.every(hours(1), run);
      run();
      return async () => {
        stopped = true;
        stop();
        again?.();
      };
    },
    restart: { minBackoff: minutes(1), maxBackoff: minutes(10), jitter: 0.2, maxRestarts: 10, within: hours(3) },
    drainWithin: seconds(2),
  });
