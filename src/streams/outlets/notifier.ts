import type { Counters } from '../../model/counters.js';
import { derivedId } from '../../model/ids.js';
import type { NotificationPolicy, Recipient } from '../../model/notification-policy.js';
import type { Millis } from '../../model/units.js';
import type { Cancel, Clock, Random } from '../../ports/clock.js';
import type { AlertStream } from '../../ports/live.js';
import type { Notification, NotificationRecord, NotificationSender, Notifications } from '../../ports/notifier.js';
import type { Sent } from '../../ports/outlets.js';
import { composeMessage, type Wording } from './compose-message.js';
import type { NotificationStore } from './notification-store.js';
import { hear, messagesDue, nextDue, type PolicyMessage } from './policy-memory.js';

export interface NotifierLimits {
  /** Attempts at one message. */
  attempts: number;
  firstWait: Millis;
  longestWait: Millis;
  /** Messages on their way at once. */
  atOnce: number;
  /** Messages that wait to be sent; further ones push out the oldest. */
  waiting: number;
}

export const defaultNotifierLimits: NotifierLimits = {
  attempts: 10,
  firstWait: 5_000,
  longestWait: 900_000,
  atOnce: 4,
  waiting: 1_000,
};

export interface NotifierParts {
  alerts: AlertStream;
  store: NotificationStore;
  send: NotificationSender;
  groupOf(vehicle: string): string | null;
  wording(): Wording;
  clock: Clock;
  random: Pick<Random, 'fraction'>;
  counters: Counters;
  limits: NotifierLimits;
}

const ENTRIES_AT_ONCE = 200;
/** A wait for tomorrow's digest is looked at again in between: clocks are set. */
const LONGEST_SLEEP = 60_000;

/**
 * Tells people of alerts by their policies. Hears the stream from where it was; what it decides and how far it heard are one write, so a crash
 * neither loses nor repeats a decision. What is to be sent is sent after that, at least once.
 */
export class Notifier implements Notifications {
  #cancelWake: Cancel | undefined;
  #stopListening: (() => void) | undefined;
  #fail: ((error: unknown) => void) | undefined;
  #busy: Promise<unknown> = Promise.resolve();
  #queued = false;
  /** What was decided and is not on disk yet: a write that failed is made good by the next. */
  #unsaved = { changed: new Set<string>(), records: [] as NotificationRecord[] };
  readonly #readyAt = new Map<number, number>();
  readonly #underWay = new Map<number, Promise<void>>();

  constructor(private readonly parts: NotifierParts) {}

  async start(fail: (error: unknown) => void): Promise<void> {
    this.#fail = fail;
    this.#stopListening = this.parts.alerts.onEntry(() => this.#go());
    this.#go();
  }

  async stop(): Promise<void> {
    this.#fail = undefined;
    this.#stopListening?.();
    this.#cancelWake?.();
    await this.#busy;
    await Promise.all(this.#underWay.values());
  }

  policies(): readonly NotificationPolicy[] {
    return [...this.parts.store.policies.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  policy(id: string): NotificationPolicy | undefined {
    return this.parts.store.policies.get(id);
  }

  put(policy: NotificationPolicy): Promise<void> {
    return this.#inTurn(() => this.parts.store.put(policy));
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(() => this.parts.store.remove(id));
  }

  history(policy: string | undefined, before: string | undefined, limit: number): Promise<NotificationRecord[]> {
    return this.parts.store.history(policy, before, limit);
  }

  test(policy: NotificationPolicy): Promise<{ to: Recipient; sent: Sent }[]> {
    const made_at = this.parts.clock.now();
    const subject = `[Telltale] Test of the policy "${policy.name.replaceAll(/\p{Cc}+/gu, ' ')}"`;
    const text = 'This is a test. Nothing has happened.';
    const everybody = [...policy.to, ...(policy.escalate?.to ?? [])];
    return Promise.all(
      everybody.map(async (to, n) => {
        const id = derivedId('notification test', policy.id, made_at, n);
        return {
          to,
          sent: await this.parts.send({ id, policy: policy.id, kind: 'test', to, made_at, subject, text, alerts: [], count: 0 }),
        };
      }),
    );
  }

  /** Once more after what is under way, however often it is called meanwhile. */
  #go(): void {
    if (this.#queued || this.#fail === undefined) return;
    this.#queued = true;
    this.#inTurn(async () => {
      this.#queued = false;
      await this.#listen();
      this.#send();
      this.#wake();
    }).catch(error => this.#fail?.(error));
  }

  /** Hears what is new, and finds what is due. */
  async #listen(): Promise<void> {
    const { alerts, store, groupOf, clock, wording, counters } = this.parts;
    for (;;) {
      if (store.place > alerts.head()) store.place = alerts.head();
      if (store.place < alerts.oldest()) {
        counters.add('notification_entries_expired_total', alerts.oldest() - store.place);
        store.place = alerts.oldest();
      }
      const entries = this.#fail === undefined ? [] : await alerts.after(store.place, ENTRIES_AT_ONCE);
      const { changed, records } = this.#unsaved;
      const now = clock.now();
      const words = wording();
      for (const entry of entries) {
        const group = groupOf(entry.alert.vehicle);
        for (const policy of store.policies.values()) {
          if (hear(store.memory(policy.id), policy, entry, group, words.zone, now)) changed.add(policy.id);
        }
      }
      for (const policy of store.policies.values()) {
        for (const message of messagesDue(store.memory(policy.id), policy, now)) {
          changed.add(policy.id);
          records.push(...this.#recordsOf(policy, message, words, `${store.place} ${records.length}`));
        }
      }
      const place = entries.at(-1)?.cursor ?? store.place;
      if (place !== store.place || changed.size > 0) {
        await store.advance(place, changed, records);
        this.#unsaved = { changed: new Set(), records: [] };
      }
      await this.#keepBound();
      if (entries.length === 0) return;
    }
  }

  #recordsOf(policy: NotificationPolicy, message: PolicyMessage, words: Wording, place: string): NotificationRecord[] {
    const made_at = this.parts.clock.now();
    const { subject, text } = composeMessage(message, policy, words);
    return message.to.map((to, n) => ({
      id: derivedId('notification', policy.id, place, made_at, message.kind, n),
      policy: policy.id,
      kind: message.kind,
      to,
      made_at,
      subject,
      text,
      alerts: message.alerts.map(({ id }) => id).slice(0, 100),
      count: message.alerts.length + message.more,
      status: 'waiting',
      attempts: 0,
      settled_at: null,
      reason: null,
      detail: null,
    }));
  }

  async #keepBound(): Promise<void> {
    const { store, limits, counters, clock } = this.parts;
    for (const [no, record] of store.waiting) {
      if (store.waiting.size <= limits.waiting) return;
      if (this.#underWay.has(no)) continue;
      counters.add('notifications_dropped_total');
      this.#readyAt.delete(no);
      await store.settle({
        no,
        record: { ...record, status: 'failed', settled_at: clock.now(), reason: 'too_many_waited', detail: 'too many waited' },
      });
    }
  }

  /** Begins as many sendings as may be. */
  #send(): void {
    const { store, clock, limits } = this.parts;
    for (const [no, record] of store.waiting) {
      if (this.#underWay.size >= limits.atOnce || this.#fail === undefined) return;
      if (this.#underWay.has(no) || (this.#readyAt.get(no) ?? 0) > clock.now()) continue;
      const done = this.#attempt(no, record)
        .catch(error => this.#fail?.(error))
        .finally(() => {
          this.#underWay.delete(no);
          this.#go();
        });
      this.#underWay.set(no, done);
    }
  }

  async #attempt(no: number, record: NotificationRecord): Promise<void> {
    const { store, send, clock, counters, limits, random } = this.parts;
    const sent = await send(notificationOf(record));
    const attempts = record.attempts + 1;
    // Its policy may have been deleted meanwhile.
    if (!store.waiting.has(no)) return;
    if (!sent.ok && attempts < limits.attempts) {
      counters.add('notifications_retried_total');
      store.waiting.set(no, { ...record, attempts, reason: sent.reason, detail: sent.detail });
      const wait = Math.min(limits.longestWait, limits.firstWait * 2 ** (attempts - 1));
      this.#readyAt.set(no, clock.now() + wait * (1 - random.fraction() / 2));
      return;
    }
    this.#readyAt.delete(no);
    counters.add(sent.ok ? 'notifications_sent_total' : 'notifications_failed_total');
    await store.settle({
      no,
      record: {
        ...record,
        attempts,
        status: sent.ok ? 'sent' : 'failed',
        settled_at: clock.now(),
        reason: sent.ok ? null : sent.reason,
        detail: sent.ok ? null : sent.detail,
      },
    });
  }

  #wake(): void {
    const { store, clock } = this.parts;
    this.#cancelWake?.();
    if (this.#fail === undefined) return;
    let next = Number.POSITIVE_INFINITY;
    for (const memory of store.memories.values()) next = Math.min(next, nextDue(memory));
    for (const [no, at] of this.#readyAt) if (!this.#underWay.has(no)) next = Math.min(next, at);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelWake = clock.after(Math.min(LONGEST_SLEEP, Math.max(1, next - clock.now())), () => this.#go());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }
}

const notificationOf = ({ id, policy, kind, to, made_at, subject, text, alerts, count }: NotificationRecord): Notification => ({
  ...{ id, policy, kind, to, made_at, subject, text, alerts, count },
});
