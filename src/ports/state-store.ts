import type { Closeable } from './journal.js';

/** A value is text; who has it as UTF-8 already need not make a text of it. It is left as it is until the write is done. */
export type StateWrite = { put: string; value: string | Uint8Array } | { del: string };

/** A value as text. */
export const textOfValue = (value: string | Uint8Array): string =>
  typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();

/** Ordered keys to text; what is written together is there together. Holds snapshots, checkpoints, the outbox, quarantine. */
export interface StateStore extends Closeable {
  get(key: string): Promise<string | undefined>;
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** All or nothing; `sync` = on disk when it resolves. */
  write(writes: readonly StateWrite[], options: { sync: boolean }): Promise<void>;
  /** Entries with `from` ≤ key < `to`. */
  range(from: string, to: string, options?: { limit?: number; reverse?: boolean }): AsyncIterable<[key: string, value: string]>;
}
