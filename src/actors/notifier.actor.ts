import { minutes, seconds } from '../model/units.js';
import type { Notifier } from '../streams/outlets/notifier.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Tells people of alerts by their policies. A mail server that is away is waited for; that is no failure. */
export const notifierActor = (notifier: Notifier): ActorDefinition =>
  defineActor({
    name: 'notifier',
    start: async ({ fail }) => {
      await notifier.start(fail);
      return () => notifier.stop();
    },
    restart: { minBackoff: seconds(1), maxBackoff: seconds(30), jitter: 0.2, maxRestarts: 10, within: minutes(10) },
    drainWithin: seconds(3),
  });
