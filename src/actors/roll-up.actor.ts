import { minutes, seconds } from '../model/units.js';
import type { RollUp } from '../streams/roll-up.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Writes outcomes into SQL. It waits out an absence of SQL by itself; what it holds outlives its restarts. */
export const rollUpActor = (rollUp: RollUp): ActorDefinition =>
  defineActor({
    name: 'roll-up',
    start: async ({ fail }) => {
      await rollUp.start(fail);
      return () => rollUp.stop();
    },
    restart: { minBackoff: seconds(1), maxBackoff: seconds(30), jitter: 0.2, maxRestarts: 20, within: minutes(10) },
    drainWithin: seconds(4),
  });
