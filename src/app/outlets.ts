import { HttpWebhookCaller } from '../adapters/outlets/http-webhook-caller.js';
import type { Settings } from '../config/settings.js';
import type { Counters } from '../model/counters.js';
import type { Clock, Random } from '../ports/clock.js';
import type { AlertStream } from '../ports/live.js';
import type { Registry } from '../ports/registry.js';
import type { StateStore } from '../ports/state-store.js';
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
}

const DEAD_LETTERS_KEPT = 1_000;

/** The ways out for alerts, besides the websocket. */
export const openOutlets = async ({ state, alerts, registry, clock, random, counters, settings }: Given) => {
  const caller = new HttpWebhookCaller({
    clock,
    allowPrivate: settings.webhook_allow_private,
    userAgent: `Telltale/${version}`,
  });
  const webhooks = new WebhookService({
    alerts,
    caller,
    store: await WebhookStore.load(state, counters, DEAD_LETTERS_KEPT),
    groupOf: vehicle => registry.vehicle(vehicle)?.group ?? null,
    clock,
    random,
    counters,
    limits: defaultWebhookLimits,
  });
  return { caller, webhooks };
};
