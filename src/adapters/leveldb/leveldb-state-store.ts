import type { Level } from 'level';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import { openLevel } from './open-level.js';

const CACHE = 16 * 1024 * 1024;
const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

/** Snapshots, checkpoints, outbox and quarantine in one LevelDB, since what belongs together is written together. */
export class LevelStateStore implements StateStore {
  private constructor(private readonly db: Level<Uint8Array, Uint8Array>) {}

  static async open(directory: string): Promise<LevelStateStore> {
    return new LevelStateStore(await openLevel(directory, CACHE));
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.db.get(bytesOf(key));
    return value && textOf(value);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return (await this.db.getMany(keys.map(bytesOf))).map(value => value && textOf(value));
  }

  async write(writes: readonly StateWrite[], { sync }: { sync: boolean }): Promise<void> {
    if (writes.length === 0) return;
    const chain = this.db.batch();
    for (const write of writes) {
      if ('put' in write) chain.put(bytesOf(write.put), bytesOf(write.value));
      else chain.del(bytesOf(write.del));
    }
    await chain.write({ sync });
  }

  async *range(
    from: string,
    to: string,
    { limit = -1, reverse = false }: { limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[string, string]> {
    const iterator = this.db.iterator({ gte: bytesOf(from), lt: bytesOf(to), limit, reverse });
    try {
      for (;;) {
        const entries = await iterator.nextv(256);
        if (entries.length === 0) return;
        for (const [key, value] of entries) yield [textOf(key), textOf(value)];
      }
    } finally {
      await iterator.close();
    }
  }

  async close(): Promise<void> {
    await this.db.close();
  }
}
