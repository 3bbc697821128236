import type { NotificationPolicy } from '../../model/notification-policy.js';
import type { NotificationRecord } from '../../ports/notifier.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import { freshMemory, type PolicyMemory } from './policy-memory.js';

const POLICY = 'notify/policy/';
const MEMORY = 'notify/memory/';
const PLACE = 'notify/place';
const WAITING = 'notify/waiting/';
const HISTORY = 'notify/history/';
const pad = (n: number): string => String(n).padStart(16, '0');

/** A record with its place in the order of all. */
export interface Numbered {
  no: number;
  record: NotificationRecord;
}

/** Policies, what they remember, what is to be sent and what was, beside the alert stream: there while SQL is not. */
export class NotificationStore {
  readonly policies = new Map<string, NotificationPolicy>();
  readonly memories = new Map<string, PolicyMemory>();
  /** To be sent, oldest first. */
  readonly waiting = new Map<number, NotificationRecord>();
  /** The cursor up to which the stream was heard. */
  place = 0;
  #next = 1;
  #oldest = 1;

  private constructor(
    private readonly state: StateStore,
    /** Records kept for people to look at. */
    private readonly historyKept: number,
  ) {}

  static async load(state: StateStore, historyKept: number, head: number): Promise<NotificationStore> {
    const store = new NotificationStore(state, historyKept);
    for await (const [, text] of state.range(POLICY, `${POLICY}\uffff`)) {
      const policy = JSON.parse(text) as NotificationPolicy;
      store.policies.set(policy.id, policy);
    }
    for await (const [key, text] of state.range(MEMORY, `${MEMORY}\uffff`))
      store.memories.set(key.slice(MEMORY.length), { ...freshMemory(), ...(JSON.parse(text) as PolicyMemory) });
    for await (const [key, text] of state.range(WAITING, `${WAITING}\uffff`)) {
      const no = Number(key.slice(WAITING.length));
      store.waiting.set(no, JSON.parse(text) as NotificationRecord);
      store.#next = Math.max(store.#next, no + 1);
    }
    for await (const [key] of state.range(HISTORY, `${HISTORY}\uffff`, { limit: 1, reverse: true }))
      store.#next = Math.max(store.#next, Number(key.slice(HISTORY.length)) + 1);
    store.#oldest = store.#next;
    for await (const [key] of state.range(HISTORY, `${HISTORY}\uffff`, { limit: 1 }))
      store.#oldest = Number(key.slice(HISTORY.length));
    const place = await state.get(PLACE);
    store.place = place === undefined ? head : Number(place);
    // Else a start that follows before anything was heard would begin at the head of then, and pass over what came meanwhile.
    if (place === undefined) await state.write([{ put: PLACE, value: String(head) }], { sync: true });
    return store;
  }

  async put(policy: NotificationPolicy): Promise<void> {
    await this.state.write([{ put: POLICY + policy.id, value: JSON.stringify(policy) }], { sync: true });
    this.policies.set(policy.id, policy);
  }

  async remove(id: string): Promise<void> {
    const writes: StateWrite[] = [{ del: POLICY + id }, { del: MEMORY + id }];
    const unsent = [...this.waiting].filter(([, { policy }]) => policy === id).map(([no]) => no);
    for (const no of unsent) writes.push({ del: WAITING + pad(no) });
    await this.state.write(writes, { sync: true });
    this.policies.delete(id);
    this.memories.delete(id);
    for (const no of unsent) this.waiting.delete(no);
  }

  memory(id: string): PolicyMemory {
    let memory = this.memories.get(id);
    if (memory === undefined) {
      memory = freshMemory();
      this.memories.set(id, memory);
    }
    return memory;
  }

  /** In one: how far the stream was heard, what is remembered of it, and what is to be said. Nothing is said before it is here. */
  async advance(place: number, changed: ReadonlySet<string>, records: readonly NotificationRecord[]): Promise<void> {
    const writes: StateWrite[] = [{ put: PLACE, value: String(place) }];
    for (const id of changed)
      if (this.policies.has(id)) writes.push({ put: MEMORY + id, value: JSON.stringify(this.memories.get(id)) });
    const numbered = records.map(record => ({ no: this.#next++, record }));
    for (const { no, record } of numbered) writes.push({ put: WAITING + pad(no), value: JSON.stringify(record) });
    // Heard is heard, also where the write fails: the memories hold it, and go with the next write.
    this.place = place;
    await this.state.write(writes, { sync: true });
    for (const { no, record } of numbered) this.waiting.set(no, record);
  }

  /** It was sent, or is given up. */
  async settle({ no, record }: Numbered): Promise<void> {
    const writes: StateWrite[] = [{ del: WAITING + pad(no) }, { put: HISTORY + pad(no), value: JSON.stringify(record) }];
    // Numbers may have holes, where something that is older still waits: what is deleted twice is gone once.
    while (this.#oldest <= no - this.historyKept) writes.push({ del: HISTORY + pad(this.#oldest++) });
    await this.state.write(writes, { sync: false });
    this.waiting.delete(no);
  }

  /** What waits, then what was settled: newest first. */
  async history(policy: string | undefined, before: string | undefined, limit: number): Promise<NotificationRecord[]> {
    const found: NotificationRecord[] = [];
    let passed = before === undefined;
    const look = (record: NotificationRecord): boolean => {
      if (passed && (policy ?? record.policy) === record.policy) found.push(record);
      if (record.id === before) passed = true;
      return found.length < limit;
    };
    const unsettled = [...this.waiting].reverse();
    for await (const [key, text] of this.state.range(HISTORY, `${HISTORY}\uffff`, { reverse: true })) {
      const no = Number(key.slice(HISTORY.length));
      while (unsettled[0] !== undefined && unsettled[0][0] > no) if (!look(unsettled.shift()![1])) return found;
      if (!look(JSON.parse(text) as NotificationRecord)) return found;
    }
    for (const [, record] of unsettled) if (!look(record)) break;
    return found;
  }
}
