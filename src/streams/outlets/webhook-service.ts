import { derivedId } from '../../model/ids.js';
import type { Webhook } from '../../model/webhook.js';
import { type DeadLetter, neverCalled, type Sent, type WebhookState, type Webhooks } from '../../ports/outlets.js';
import { type DeliveryParts, secretsOf, WebhookDelivery, webhookBody } from './webhook-delivery.js';

/** Every webhook with its delivery: one that is changed goes on from where it was. */
export class WebhookService implements Webhooks {
  readonly #deliveries = new Map<string, WebhookDelivery>();
  #fail: ((error: unknown) => void) | undefined;
  /** Changes one after the other: none finds another's delivery half stopped. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: DeliveryParts) {}

  async start(fail: (error: unknown) => void): Promise<void> {
    this.#fail = fail;
    for (const webhook of this.parts.store.list()) await this.#begin(webhook);
  }

  async stop(): Promise<void> {
    this.#fail = undefined;
    await this.#busy;
    await Promise.all([...this.#deliveries.values()].map(delivery => delivery.stop()));
    this.#deliveries.clear();
  }

  list(): readonly Webhook[] {
    return this.parts.store.list();
  }

  webhook(id: string): Webhook | undefined {
    return this.parts.store.webhook(id);
  }

  put(webhook: Webhook): Promise<void> {
    return this.#inTurn(async () => {
      const { store, alerts } = this.parts;
      const isNew = store.webhook(webhook.id) === undefined;
      await this.#end(webhook.id);
      await store.put(webhook, isNew ? { cursor: alerts.head(), done: [] } : undefined);
      await this.#begin(webhook);
    });
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end(id);
      await this.parts.store.remove(id);
    });
  }

  state(id: string): WebhookState {
    return this.#deliveries.get(id)?.state() ?? neverCalled(this.parts.alerts.head());
  }

  deadLetters(id: string, after: string | undefined, limit: number): Promise<DeadLetter[]> {
    return this.parts.store.letters(id, after, limit);
  }

  deadLetter(id: string, letter: string): Promise<DeadLetter | undefined> {
    return this.parts.store.letter(id, letter);
  }

  dropDeadLetter(id: string, letter: DeadLetter): Promise<void> {
    return this.parts.store.dropLetter(id, letter);
  }

  async resend(webhook: Webhook, letter: DeadLetter): Promise<Sent> {
    const { caller, clock, store } = this.parts;
    const sent = await caller.post(
      webhook.url,
      secretsOf(webhook, clock.now()),
      letter.id,
      webhookBody(webhook.id, letter.entry),
    );
    if (sent.ok) await store.dropLetter(webhook.id, letter);
    else {
      const { status, reason, detail } = sent;
      await store.bury(webhook.id, { ...letter, attempts: letter.attempts + 1, failed_at: clock.now(), status, reason, detail });
    }
    return sent;
  }

  test(webhook: Webhook): Promise<Sent> {
    const { caller, clock } = this.parts;
    const at = clock.now();
    const id = derivedId('webhook test', webhook.id, at);
    const body = JSON.stringify({ id, type: 'test', webhook: webhook.id, at: new Date(at).toISOString() });
    return caller.post(webhook.url, secretsOf(webhook, at), id, body);
  }

  async #begin(webhook: Webhook): Promise<void> {
    if (this.#fail === undefined || !webhook.enabled) return;
    const place = (await this.parts.store.place(webhook.id)) ?? { cursor: this.parts.alerts.head(), done: [] };
    const fail = this.#fail;
    this.#deliveries.set(webhook.id, new WebhookDelivery(webhook, place, this.parts, fail));
  }

  async #end(id: string): Promise<void> {
    await this.#deliveries.get(id)?.stop();
    this.#deliveries.delete(id);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }
}
