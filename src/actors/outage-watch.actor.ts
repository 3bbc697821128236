import { minutes, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { OutageWatch } from '../streams/outage-watch.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Has it looked at once a second whether many devices fall silent together; one look at a time. */
export const outageWatchActor = (watch: OutageWatch, clock: Clock): ActorDefinition =>
  defineActor({
    name: 'outage-watch',
    start: async ({ fail }) => {
      let looking: Promise<void> | undefined;
      const stop = clock.every(seconds(1), () => {
        looking ??= watch
          .look(clock.now())
          .catch(fail)
          .finally(() => {
            looking = undefined;
          });
      });
      return async () => {
        stop();
        await looking;
      };
    },
    restart: { minBackoff: seconds(1), maxBackoff: seconds(15), jitter: 0.2, maxRestarts: 100, within: minutes(10) },
    drainWithin: seconds(2),
  });
