import { type StateStore, type StateWrite, textOfValue } from '../../src/ports/state-store.js';

/** A state store in memory. What was written stays when everything around it is thrown away. */
export class MemoryStateStore implements StateStore {
  private readonly entries = new Map<string, string>();

  async get(key: string): Promise<string | undefined> {
    return this.entries.get(key);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.map(key => this.entries.get(key));
  }

  async write(writes: readonly StateWrite[]): Promise<void> {
    for (const write of writes) {
      if ('put' in write) this.entries.set(write.put, textOfValue(write.value));
      else this.entries.delete(write.del);
    }
  }

  async *range(
    from: string,
    to: string,
    { limit = Number.POSITIVE_INFINITY, reverse = false }: { limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[string, string]> {
    const keys = [...this.entries.keys()].filter(key => key >= from && key < to).sort();
    if (reverse) keys.reverse();
    for (const key of keys.slice(0, limit)) yield [key, this.entries.get(key)!];
  }

  async close(): Promise<void> {}
}
