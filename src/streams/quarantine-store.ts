import type { Counters } from '../model/counters.js';
import type { Quarantine, QuarantineEntry } from '../ports/live.js';
import type { StateStore, StateWrite } from '../ports/state-store.js';

const ENTRY = 'quarantine/entry/';
const ORDER = 'quarantine/order/';

type Stored = Omit<QuarantineEntry, 'bytes'> & { bytes: string; order: string };

export interface QuarantineLimits {
  entries: number;
  bytes: number;
}

/** The quarantine on disk: bounded in number and bytes, the oldest go first, counted. */
export class QuarantineStore implements Quarantine {
  /** Order key and size of each, oldest first. */
  private readonly known = new Map<string, { order: string; bytes: number }>();
  /** Order keys of entries whose write failed, until they are written; as many as there are messages without an answer. */
  private readonly failed = new Map<string, string>();
  private total = 0;
  private count = 0;

  constructor(
    private readonly state: StateStore,
    private readonly limits: QuarantineLimits,
    private readonly counters: Counters,
  ) {}

  async start(): Promise<void> {
    for await (const [order, text] of this.state.range(ORDER, `${ORDER}\uffff`)) {
      const { id, bytes } = JSON.parse(text) as { id: string; bytes: number };
      this.known.set(id, { order, bytes });
      this.total += bytes;
      this.count = Number(order.slice(ORDER.length)) + 1;
    }
  }

  async add(entry: QuarantineEntry): Promise<boolean> {
    return (await this.addAll([entry])).length > 0;
  }

  async addAll(entries: readonly QuarantineEntry[]): Promise<QuarantineEntry[]> {
    const fresh: QuarantineEntry[] = [];
    const orders = new Map<string, string>();
    const writes: StateWrite[] = [];
    for (const entry of entries) {
      if (this.known.has(entry.id)) continue;
      const order = `${ORDER}${String(this.count++).padStart(12, '0')}`;
      const bytes = entry.bytes.length;
      this.known.set(entry.id, { order, bytes });
      this.total += bytes;
      fresh.push(entry);
      orders.set(entry.id, order);
      // Of an earlier attempt that failed and may stand there all the same.
      const failed = this.failed.get(entry.id);
      if (failed !== undefined) writes.push({ del: failed });
    }
    if (fresh.length === 0) return fresh;
    const dropped = this.makeRoom(orders, writes);
    // Those that did not fit among their own are dropped before they are written.
    for (const entry of fresh) {
      const order = orders.get(entry.id);
      if (order === undefined) continue;
      const stored: Stored = { ...entry, bytes: Buffer.from(entry.bytes).toString('base64'), order };
      writes.push({ put: ENTRY + entry.id, value: JSON.stringify(stored) });
      writes.push({ put: order, value: JSON.stringify({ id: entry.id, bytes: entry.bytes.length }) });
    }
    try {
      await this.state.write(writes, { sync: true });
    } catch (error) {
      // Whoever brings them again must not be told that they are known; what was to make room for them goes next time, or at the next start.
      for (const { id, bytes } of fresh) {
        if (this.known.delete(id)) this.total -= bytes.length;
        const order = orders.get(id);
        if (order !== undefined) this.failed.set(id, order);
      }
      throw error;
    }
    for (const { id } of fresh) this.failed.delete(id);
    this.counters.add('quarantine_dropped_total', dropped);
    return fresh;
  }

  /** The oldest go, of those in `orders` too. @returns how many */
  private makeRoom(orders: Map<string, string>, writes: StateWrite[]): number {
    let dropped = 0;
    for (const [id, oldest] of this.known) {
      if (this.known.size <= this.limits.entries && this.total <= this.limits.bytes) break;
      const deletes = this.drop(id, oldest);
      if (!orders.delete(id)) writes.push(...deletes);
      dropped++;
    }
    return dropped;
  }

  private drop(id: string, { order, bytes }: { order: string; bytes: number }): StateWrite[] {
    this.known.delete(id);
    this.total -= bytes;
    return [{ del: ENTRY + id }, { del: order }];
  }

  async list(before: string | undefined, limit: number): Promise<QuarantineEntry[]> {
    const end = before === undefined ? `${ORDER}\uffff` : this.known.get(before)?.order;
    // The one seen last is gone: begun again from the newest, a reader of pages would never end.
    if (end === undefined) return [];
    const entries: QuarantineEntry[] = [];
    for await (const [, text] of this.state.range(ORDER, end, { limit, reverse: true })) {
      const found = await this.entry((JSON.parse(text) as { id: string }).id);
      if (found) entries.push(found);
    }
    return entries;
  }

  async entry(id: string): Promise<QuarantineEntry | undefined> {
    const text = await this.state.get(ENTRY + id);
    if (text === undefined) return undefined;
    const { order: _order, bytes, ...rest } = JSON.parse(text) as Stored;
    return { ...rest, bytes: Buffer.from(bytes, 'base64') };
  }

  async remove(id: string): Promise<void> {
    const known = this.known.get(id);
    if (known) await this.state.write(this.drop(id, known), { sync: true });
  }

  size(): { entries: number; bytes: number } {
    return { entries: this.known.size, bytes: this.total };
  }
}
