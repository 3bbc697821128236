import type { StateStore, StateWrite } from '../../../src/ports/state-store.js';
import type { Process } from './process.js';
import type { SimDisk } from './sim-disk.js';

/** One process's state store over the world's disk. */
export class SimState implements StateStore {
  constructor(
    private readonly disk: SimDisk,
    private readonly process: Process,
  ) {}

  async get(key: string): Promise<string | undefined> {
    return this.disk.entries.get(key);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.map(key => this.disk.entries.get(key));
  }

  write(writes: readonly StateWrite[], { sync }: { sync: boolean }): Promise<void> {
    if (!this.process.alive) return new Promise(() => {});
    return this.process.while(this.disk.writeState(writes, sync));
  }

  async *range(
    from: string,
    to: string,
    { limit = Number.POSITIVE_INFINITY, reverse = false }: { limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[string, string]> {
    const keys = [...this.disk.entries.keys()].filter(key => key >= from && key < to).sort();
    if (reverse) keys.reverse();
    for (const key of keys.slice(0, limit)) {
      const value = this.disk.entries.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  async close(): Promise<void> {}
}
