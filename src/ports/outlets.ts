import type { Instant, Millis } from '../model/units.js';
import type { Webhook } from '../model/webhook.js';
import type { AlertEntry } from './live.js';

/** What came of a call or a mail. */
export type Sent =
  | { ok: true; status: number | null }
  /** `reason` is a stable word, `detail` for people; `retryAfter` is what the other side asked for. */
  | { ok: false; status: number | null; reason: string; detail: string; retryAfter?: Millis };

/** Why an address is not called: for people, and by a code. */
export interface AddressRefusal {
  text: string;
  code: 'no_url' | 'url_with_password' | 'url_leads_inside';
}

/** Calls the addresses of webhooks; signs, and goes nowhere it must not. */
export interface WebhookCaller {
  /** Posts JSON once; never throws. @param delivery the same at each attempt @param secrets newest first */
  post(url: string, secrets: readonly string[], delivery: string, body: string, signal?: AbortSignal): Promise<Sent>;
  /** @returns why this address will never be called, or undefined where it may be */
  refusalOf(url: string): Promise<AddressRefusal | undefined>;
}

/** An alert that could not be delivered: kept until it is sent again or the bound takes it. */
export interface DeadLetter {
  /** The delivery's id. */
  id: string;
  entry: AlertEntry;
  attempts: number;
  failed_at: Instant;
  status: number | null;
  reason: string;
  detail: string;
}

export interface WebhookState {
  /** Up to where all is delivered or dead. */
  cursor: number;
  /** Alerts that were read for it and are not delivered yet; at most its window. */
  waiting: number;
  /** Calls that failed since the last one that did not. */
  failures: number;
  last_delivered_at: Instant | null;
  last_error: string | null;
  /** As of a `Sent` that failed. */
  last_error_reason: string | null;
  last_error_status: number | null;
  last_error_at: Instant | null;
}

/** Of a webhook that was never called. */
export const neverCalled = (cursor: number): WebhookState => ({
  cursor,
  waiting: 0,
  failures: 0,
  last_delivered_at: null,
  last_error: null,
  last_error_reason: null,
  last_error_status: null,
  last_error_at: null,
});

/** The webhooks there are, and what is going on with them. */
export interface Webhooks {
  /** In order of id. */
  list(): readonly Webhook[];
  webhook(id: string): Webhook | undefined;
  /** Keeps it; a new one hears of what happens from now on. */
  put(webhook: Webhook): Promise<void>;
  /** With its dead letters. */
  remove(id: string): Promise<void>;
  state(id: string): WebhookState;
  /** Oldest first, after the one with the id `after`. */
  deadLetters(id: string, after: string | undefined, limit: number): Promise<DeadLetter[]>;
  deadLetter(id: string, letter: string): Promise<DeadLetter | undefined>;
  dropDeadLetter(id: string, letter: DeadLetter): Promise<void>;
  /** Tries a dead letter once more, now; it is gone where that works. */
  resend(webhook: Webhook, letter: DeadLetter): Promise<Sent>;
  /** Calls the address with something that is no alert. */
  test(webhook: Webhook): Promise<Sent>;
}
