import { takesAlert } from '../../model/alert-filter.js';
import type { Counters } from '../../model/counters.js';
import type { VehicleId } from '../../model/ids.js';
import type { Instant, Millis } from '../../model/units.js';
import type { Webhook } from '../../model/webhook.js';
import type { Cancel, Clock, Random } from '../../ports/clock.js';
import type { AlertEntry, AlertStream } from '../../ports/live.js';
import type { Sent, WebhookCaller, WebhookState } from '../../ports/outlets.js';
import { deliveryId, type WebhookPlace, type WebhookStore } from './webhook-store.js';

export interface WebhookLimits {
  /** Entries in memory of one webhook. What is behind them stays in the stream on disk. */
  window: number;
  /** Calls of one webhook at once, each of another vehicle. */
  atOnce: number;
  /** Attempts at one entry before it is a dead letter. */
  attempts: number;
  firstWait: Millis;
  longestWait: Millis;
  /** So many failures in a row, and one call at a time asks whether the address is there again. */
  failuresToSlow: number;
}

export const defaultWebhookLimits: WebhookLimits = {
  window: 256,
  atOnce: 8,
  attempts: 10,
  firstWait: 2_000,
  longestWait: 900_000,
  failuresToSlow: 4,
};

/** What a call that is under way has when the server stops. */
const GRACE: Millis = 1_500;

export interface DeliveryParts {
  alerts: AlertStream;
  caller: WebhookCaller;
  store: WebhookStore;
  groupOf(vehicle: VehicleId): string | null;
  clock: Clock;
  random: Pick<Random, 'fraction'>;
  counters: Counters;
  limits: WebhookLimits;
}

/** What waits of one vehicle: in order, the first one under way or waiting for its next attempt. */
interface Lane {
  entries: AlertEntry[];
  attempts: number;
  readyAt: Instant;
  busy: boolean;
}

/**
 * Reads the alert stream for one webhook and delivers what it wants: each vehicle's alerts in order, different vehicles side by side,
 * every entry at least once. An entry that fails holds up its own vehicle; an address that is away holds up its webhook, and costs
 * one call at a time.
 */
export class WebhookDelivery {
  readonly #lanes = new Map<VehicleId, Lane>();
  /** Cursors that are not settled, ascending. */
  readonly #pending = new Set<number>();
  #done = new Set<number>();
  #readTo: number;
  #cursor: number;
  #calls = 0;
  #pausedUntil: Instant = 0;
  #failures = 0;
  #lastDelivered: Instant | null = null;
  #lastError: { text: string; reason: string; status: number | null; at: Instant } | null = null;
  #reading = false;
  #saving: Promise<void> | undefined;
  #dirty = false;
  #stopped = false;
  #cancelWake: Cancel | undefined;
  #idle: (() => void) | undefined;
  readonly #hurry = new AbortController();
  readonly #stopListening: () => void;

  constructor(
    private readonly webhook: Webhook,
    place: WebhookPlace,
    private readonly parts: DeliveryParts,
    private readonly fail: (error: unknown) => void,
  ) {
    this.#cursor = place.cursor;
    this.#readTo = place.cursor;
    this.#done = new Set(place.done);
    this.#stopListening = parts.alerts.onEntry(() => this.#go());
    this.#go();
  }

  state(): WebhookState {
    return {
      cursor: this.#cursor,
      waiting: this.#pending.size,
      failures: this.#failures,
      last_delivered_at: this.#lastDelivered,
      last_error: this.#lastError?.text ?? null,
      last_error_reason: this.#lastError?.reason ?? null,
      last_error_status: this.#lastError?.status ?? null,
      last_error_at: this.#lastError?.at ?? null,
    };
  }

  /** Starts nothing new and waits for what is under way; what was not settled comes again at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#cancelWake?.();
    if (this.#calls > 0) {
      const cancel = this.parts.clock.after(GRACE, () => this.#hurry.abort());
      await new Promise<void>(resolve => {
        this.#idle = resolve;
      });
      cancel();
    }
    await this.#saving;
    await this.parts.store.putPlace(this.webhook.id, this.#place());
  }

  #go(): void {
    if (this.#stopped) return;
    this.#read().then(() => this.#pump(), this.fail);
  }

  /** Fills the window from the stream. */
  async #read(): Promise<void> {
    const { alerts, limits, counters } = this.parts;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (!this.#stopped && this.#pending.size < limits.window && this.#readTo < alerts.head()) {
        if (this.#readTo < alerts.oldest()) {
          counters.add('webhook_entries_expired_total', alerts.oldest() - this.#readTo);
          this.#readTo = alerts.oldest();
        }
        const entries = await alerts.after(this.#readTo, Math.max(1, limits.window - this.#pending.size));
        if (entries.length === 0) break;
        for (const entry of entries) this.#enter(entry);
        this.#advance();
      }
    } finally {
      this.#reading = false;
    }
  }

  #enter(entry: AlertEntry): void {
    this.#readTo = entry.cursor;
    const { alert, change } = entry;
    if (this.#done.has(entry.cursor) || !takesAlert(this.webhook, change, alert, this.parts.groupOf(alert.vehicle))) return;
    this.#pending.add(entry.cursor);
    const lane = this.#lanes.get(alert.vehicle);
    if (lane) lane.entries.push(entry);
    else this.#lanes.set(alert.vehicle, { entries: [entry], attempts: 0, readyAt: 0, busy: false });
  }

  /** Begins as many calls as may be. */
  #pump(): void {
    const { clock, limits } = this.parts;
    const now = clock.now();
    for (const [vehicle, lane] of this.#lanes) {
      if (this.#stopped || now < this.#pausedUntil) break;
      if (this.#calls >= (this.#failures >= limits.failuresToSlow ? 1 : limits.atOnce)) break;
      if (!lane.busy && lane.readyAt <= now) void this.#attempt(vehicle, lane).catch(this.fail);
    }
    this.#wake();
  }

  /** Comes back when the first wait is over. */
  #wake(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    const { clock } = this.parts;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) if (!lane.busy) next = Math.min(next, Math.max(lane.readyAt, this.#pausedUntil));
    if (this.#stopped || next === Number.POSITIVE_INFINITY || (next <= now && this.#calls > 0)) return;
    this.#cancelWake = clock.after(Math.max(1, next - now), () => this.#go());
  }

  async #attempt(vehicle: VehicleId, lane: Lane): Promise<void> {
    const { caller, counters, clock } = this.parts;
    const entry = lane.entries[0]!;
    lane.busy = true;
    this.#calls++;
    const sent = await caller.post(
      this.webhook.url,
      secretsOf(this.webhook, clock.now()),
      deliveryId(this.webhook.id, entry.cursor),
      webhookBody(this.webhook.id, entry),
      this.#hurry.signal,
    );
    if (sent.ok) {
      counters.add('webhook_delivered_total');
      this.#failures = 0;
      this.#pausedUntil = 0;
      this.#lastDelivered = clock.now();
    } else if (!this.#hurry.signal.aborted) await this.#failed(lane, entry, sent);
    // Not where a call was cut off by our own stopping: it comes again at the next start.
    if (sent.ok || (lane.attempts === 0 && !this.#hurry.signal.aborted)) this.#settle(lane, entry);
    lane.busy = false;
    this.#calls--;
    // To the end of the queue: the others are not to wait for one that keeps failing.
    this.#lanes.delete(vehicle);
    if (lane.entries.length > 0) this.#lanes.set(vehicle, lane);
    if (this.#stopped && this.#calls === 0) this.#idle?.();
    this.#go();
  }

  /** Leaves `attempts` at 0 where the entry became a dead letter. */
  async #failed(lane: Lane, entry: AlertEntry, sent: Sent & { ok: false }): Promise<void> {
    const { counters, clock, limits, store } = this.parts;
    counters.add('webhook_failed_total');
    const now = clock.now();
    this.#lastError = { text: sent.detail, reason: sent.reason, status: sent.status, at: now };
    this.#failures++;
    lane.attempts++;
    if (this.#failures >= limits.failuresToSlow)
      this.#pausedUntil = now + this.#wait(this.#failures - limits.failuresToSlow, sent);
    if (lane.attempts < limits.attempts) {
      lane.readyAt = now + this.#wait(lane.attempts - 1, sent);
      return;
    }
    const { status, reason, detail } = sent;
    const id = deliveryId(this.webhook.id, entry.cursor);
    await store.bury(this.webhook.id, { id, entry, attempts: lane.attempts, failed_at: now, status, reason, detail });
    counters.add('webhook_dead_letters_total');
    lane.attempts = 0;
  }

  #settle(lane: Lane, { cursor }: AlertEntry): void {
    lane.entries.shift();
    lane.attempts = 0;
    lane.readyAt = 0;
    this.#pending.delete(cursor);
    this.#done.add(cursor);
    this.#advance();
  }

  /** All before the first that waits is settled. */
  #advance(): void {
    const first = this.#pending.values().next().value;
    const cursor = first === undefined ? this.#readTo : first - 1;
    if (cursor > this.#cursor) {
      this.#cursor = cursor;
      for (const settled of this.#done) if (settled <= cursor) this.#done.delete(settled);
    }
    this.#save();
  }

  /** One write at a time; what changes meanwhile goes with the next. */
  #save(): void {
    if (this.#saving) {
      this.#dirty = true;
      return;
    }
    this.#dirty = false;
    this.#saving = this.parts.store
      .putPlace(this.webhook.id, this.#place())
      .catch(this.fail)
      .finally(() => {
        this.#saving = undefined;
        if (this.#dirty && !this.#stopped) this.#save();
      });
  }

  #place(): WebhookPlace {
    return { cursor: this.#cursor, done: [...this.#done] };
  }

  /** Doubled at each failure, with up to half of it taken off by chance; longer where the other side asks for it. */
  #wait(failures: number, sent: Sent & { ok: false }): Millis {
    const { limits, random } = this.parts;
    const full = Math.min(limits.longestWait, limits.firstWait * 2 ** Math.min(failures, 30));
    return Math.max(full * (1 - random.fraction() / 2), Math.min(sent.retryAfter ?? 0, limits.longestWait));
  }
}

export const secretsOf = ({ secret, old_secret, old_valid_until }: Webhook, now: Instant): string[] =>
  old_secret !== null && (old_valid_until ?? 0) > now ? [secret, old_secret] : [secret];

/** The same bytes at each attempt: what is signed is what was said the first time. */
export const webhookBody = (webhook: string, { cursor, change, alert }: AlertEntry): string =>
  JSON.stringify({
    id: deliveryId(webhook, cursor),
    type: 'alert',
    webhook,
    // As on the websocket: the alert's own status says `void`.
    change: change === 'voided' ? 'updated' : change,
    alert,
  });
