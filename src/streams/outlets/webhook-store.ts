import type { Counters } from '../../model/counters.js';
import { derivedId } from '../../model/ids.js';
import type { Webhook } from '../../model/webhook.js';
import type { DeadLetter } from '../../ports/outlets.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';

const HOOK = 'webhooks/hook/';
const PLACE = 'webhooks/place/';
const DEAD = 'webhooks/dead/';
const pad = (n: number): string => String(n).padStart(16, '0');

/** Where a webhook is in the alert stream: all up to `cursor` is settled, and of what follows those in `done`. */
export interface WebhookPlace {
  cursor: number;
  done: readonly number[];
}

/** The same at each attempt, and after a restart: receivers drop what they had. */
export const deliveryId = (webhook: string, cursor: number): string => derivedId('webhook', webhook, cursor);

/** Webhooks, their places and their dead letters, beside the alert stream: there while SQL is not. */
export class WebhookStore {
  readonly #webhooks = new Map<string, Webhook>();
  readonly #letters = new Map<string, number>();

  private constructor(
    private readonly state: StateStore,
    private readonly counters: Counters,
    /** Dead letters kept of one webhook; the oldest go first. */
    private readonly lettersKept: number,
  ) {}

  static async load(state: StateStore, counters: Counters, lettersKept: number): Promise<WebhookStore> {
    const store = new WebhookStore(state, counters, lettersKept);
    for await (const [, text] of state.range(HOOK, `${HOOK}\uffff`)) {
      const webhook = JSON.parse(text) as Webhook;
      store.#webhooks.set(webhook.id, webhook);
    }
    for await (const [key] of state.range(DEAD, `${DEAD}\uffff`)) store.#countLetter(key.slice(DEAD.length).split('/')[0]!, 1);
    return store;
  }

  list(): Webhook[] {
    return [...this.#webhooks.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  webhook(id: string): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  async put(webhook: Webhook, place: WebhookPlace | undefined): Promise<void> {
    const writes: StateWrite[] = [{ put: HOOK + webhook.id, value: JSON.stringify(webhook) }];
    if (place !== undefined) writes.push({ put: PLACE + webhook.id, value: JSON.stringify(place) });
    await this.state.write(writes, { sync: true });
    this.#webhooks.set(webhook.id, webhook);
  }

  async remove(id: string): Promise<void> {
    const writes: StateWrite[] = [{ del: HOOK + id }, { del: PLACE + id }];
    for await (const [key] of this.state.range(`${DEAD}${id}/`, `${DEAD}${id}/\uffff`)) writes.push({ del: key });
    await this.state.write(writes, { sync: true });
    this.#webhooks.delete(id);
    this.#letters.delete(id);
  }

  async place(id: string): Promise<WebhookPlace | undefined> {
    const text = await this.state.get(PLACE + id);
    return text === undefined ? undefined : (JSON.parse(text) as WebhookPlace);
  }

  /** Not synced: what a power cut takes of it is delivered twice, under the same id. */
  async putPlace(id: string, place: WebhookPlace): Promise<void> {
    if (this.#webhooks.has(id)) await this.state.write([{ put: PLACE + id, value: JSON.stringify(place) }], { sync: false });
  }

  async bury(id: string, letter: DeadLetter): Promise<void> {
    if (!this.#webhooks.has(id)) return;
    const key = letterKey(id, letter);
    const isNew = (await this.state.get(key)) === undefined;
    const writes: StateWrite[] = [{ put: key, value: JSON.stringify(letter) }];
    if (isNew && (this.#letters.get(id) ?? 0) >= this.lettersKept) {
      for await (const [oldest] of this.state.range(`${DEAD}${id}/`, `${DEAD}${id}/\uffff`, { limit: 1 })) {
        writes.push({ del: oldest });
        this.#countLetter(id, -1);
        this.counters.add('webhook_dead_letters_dropped_total');
      }
    }
    await this.state.write(writes, { sync: true });
    if (isNew) this.#countLetter(id, 1);
  }

  async letters(id: string, after: string | undefined, limit: number): Promise<DeadLetter[]> {
    const last = after === undefined ? undefined : await this.letter(id, after);
    const from = last === undefined ? `${DEAD}${id}/` : `${letterKey(id, last)}\u0000`;
    const letters: DeadLetter[] = [];
    for await (const [, text] of this.state.range(from, `${DEAD}${id}/\uffff`, { limit })) letters.push(JSON.parse(text));
    return letters;
  }

  async letter(id: string, letter: string): Promise<DeadLetter | undefined> {
    // Bounded by `lettersKept`; asked for by people only.
    for await (const [, text] of this.state.range(`${DEAD}${id}/`, `${DEAD}${id}/\uffff`)) {
      const one = JSON.parse(text) as DeadLetter;
      if (one.id === letter) return one;
    }
    return undefined;
  }

  async dropLetter(id: string, letter: DeadLetter): Promise<void> {
    const key = letterKey(id, letter);
    if ((await this.state.get(key)) === undefined) return;
    await this.state.write([{ del: key }], { sync: true });
    this.#countLetter(id, -1);
  }

  #countLetter(id: string, by: number): void {
    this.#letters.set(id, (this.#letters.get(id) ?? 0) + by);
  }
}

const letterKey = (id: string, { entry }: DeadLetter): string => `${DEAD}${id}/${pad(entry.cursor)}`;
