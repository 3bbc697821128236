import { minutes, seconds } from '../model/units.js';
import type { AlertPublisher } from '../streams/outlets/alert-publisher.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Alerts out over MQTT. */
export const alertPublisherActor = (publisher: AlertPublisher): ActorDefinition =>
  defineActor({
    name: 'alert-publisher',
    start: async ({ fail }) => {
      await publisher.start(fail);
      return () => publisher.stop();
    },
    restart: { minBackoff: seconds(1), maxBackoff: seconds(30), jitter: 0.2, maxRestarts: 10, within: minutes(10) },
    drainWithin: seconds(2),
  });
