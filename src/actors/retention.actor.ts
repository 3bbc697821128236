import { hours, type Millis, minutes, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Takes away what is older than is kept: whole segments of the raw journal. */
export const retentionActor = (clock: Clock, keep: Millis, forget: (before: number) => Promise<unknown>): ActorDefinition =>
  defineActor({
    name: 'retention',
    start: async ({ fail }) => {
      const run = () => void forget(clock.now() - keep).catch(fail);
      const stop = clock.every(hours(1), run);
      run();
      return async () => stop();
    },
    restart: { minBackoff: minutes(1), maxBackoff: minutes(10), jitter: 0.2, maxRestarts: 10, within: hours(3) },
    drainWithin: seconds(2),
  });
