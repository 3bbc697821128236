import type { Closeable } from './journal.js';

export type StateWrite = { put: string; value: string } | { del: string };

/** Ordered keys to text; what is written together is there together. Holds snapshots, checkpoints, the outbox, quarantine. */
export interface StateStore extends Closeable {
  get(key: string): Promise<string | undefined>;
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** All or nothing; `sync` = on disk when it resolves. */
  write(writes: readonly StateWrite[], options: { sync: boolean }): Promise<void>;
  /** Entries with `from` ≤ key < `to`. */
  range(from: string, to: string, options?: { limit?: number; reverse?: boolean }): AsyncIterable<[key: string, value: string]>;
}
