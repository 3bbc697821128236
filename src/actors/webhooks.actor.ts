import { minutes, seconds } from '../model/units.js';
import type { WebhookService } from '../streams/outlets/webhook-service.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Delivers alerts to webhooks; the alert stream on disk is its queue. Addresses that fail are its daily business, not its failure. */
export const webhooksActor = (webhooks: WebhookService): ActorDefinition =>
  defineActor({
    name: 'webhooks',
    start: async ({ fail }) => {
      await webhooks.start(fail);
      return () => webhooks.stop();
    },
    restart: { minBackoff: seconds(1), maxBackoff: seconds(30), jitter: 0.2, maxRestarts: 10, within: minutes(10) },
    drainWithin: seconds(3),
  });
