import { minutes, seconds } from '../model/units.js';
import type { Closeable } from '../ports/journal.js';
import { type ActorDefinition, type ActorSelf, defineActor } from './define-actor.js';

/** Keeps something open that listens to the outside: the broker, the web server. */
export const openActor = (name: string, open: (self: ActorSelf) => Promise<Closeable>): ActorDefinition =>
  defineActor({
    name,
    start: async self => {
      const opened = await open(self);
      return () => opened.close();
    },
    restart: { minBackoff: 500, maxBackoff: seconds(15), jitter: 0.2, maxRestarts: 10, within: minutes(5) },
    drainWithin: seconds(4),
  });
