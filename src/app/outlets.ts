import { HttpWebhookCaller } from '../adapters/outlets/http-webhook-caller.js';
import { SmtpMailer } from '../adapters/outlets/smtp-mailer.js';
import type { Settings } from '../config/settings.js';
import type { Counters } from '../model/counters.js';
import type { Clock, Random } from '../ports/clock.js';
import type { AlertStream } from '../ports/live.js';
import type { Registry } from '../ports/registry.js';
import type { StateStore } from '../ports/state-store.js';
import { AlertPublisher } from '../streams/outlets/alert-publisher.js';
import { NotificationStore } from '../streams/outlets/notification-store.js';
import { defaultNotifierLimits, Notifier } from '../streams/outlets/notifier.js';
import { sendNotification } from '../streams/outlets/send-notification.js';
import { defaultWebhookLimits } from '../streams/outlets/webhook-delivery.js';
import { WebhookService } from '../streams/outlets/webhook-service.js';
import { WebhookStore } from '../streams/outlets/webhook-store.js';
import { version } from './version.js';

interface Given {
  state: StateStore;
  alerts: AlertStream;
  registry: Registry;
  clock: Clock;
  random: Random;
  counters: Counters;
  settings: Settings;
  /** Over MQTT, QoS 1. @returns whether the broker has it */
  publish(topic: string, payload: Uint8Array): Promise<boolean>;
}

const DEAD_LETTERS_KEPT = 1_000;
const NOTIFICATIONS_KEPT = 1_000;

/** The ways out for alerts, besides the websocket: webhooks, notifications, MQTT. */
export const openOutlets = async ({ state, alerts, registry, clock, random, counters, settings, publish }: Given) => {
  const groupOf = (vehicle: string) => registry.vehicle(vehicle)?.group ?? null;
  const caller = new HttpWebhookCaller({
    clock,
    allowPrivate: settings.webhook_allow_private,
    userAgent: `Telltale/${version}`,
  });
  const webhooks = new WebhookService({
    ...{ alerts, caller, groupOf, clock, random, counters },
    store: await WebhookStore.load(state, counters, DEAD_LETTERS_KEPT),
    limits: defaultWebhookLimits,
  });
  const mailer = settings.smtp_url ? new SmtpMailer({ url: settings.smtp_url, from: settings.mail_from }) : undefined;
  const notifier = new Notifier({
    ...{ alerts, groupOf, clock, random, counters },
    store: await NotificationStore.load(state, NOTIFICATIONS_KEPT, alerts.head()),
    send: sendNotification({ mailer, webhooks, caller, publish, now: () => clock.now() }),
    wording: () => ({
      nameOf: vehicle => registry.vehicle(vehicle)?.name ?? vehicle,
      zone: registry.settings().zone,
      publicUrl: settings.public_url,
    }),
    limits: defaultNotifierLimits,
  });
  const publisher = new AlertPublisher({ alerts, state, groupOf, publish, clock, counters });
  return {
    ...{ caller, webhooks, notifier, publisher },
    close: () => {
      caller.close();
      mailer?.close();
    },
  };
};
