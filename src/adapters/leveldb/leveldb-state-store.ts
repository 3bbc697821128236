import type { Level } from 'level';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import { StateWriteError } from './errors.js';
import { openLevel } from './open-level.js';
import { type DiskWatch, reasonOf, untilMended } from './until-mended.js';

const CACHE = 16 * 1024 * 1024;
/** The number of the newest write that is on disk. */
const MARK = '\u0000written';
/** What comes while a write is under way goes into the next one, up to about so much. */
const TOGETHER_CHARS = 1024 * 1024;
/** While the disk takes nothing, so many writes wait; further ones are refused. */
const MOST_WAITING = 10_000;
/** A disk that fails each time it was mended is told so in the end. */
const ATTEMPTS = 5;

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

interface Waiting {
  writes: readonly StateWrite[];
  sync: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

type Db = Level<Uint8Array, Uint8Array>;

/**
 * Snapshots, checkpoints, outbox and quarantine in one LevelDB, since what belongs together is written together.
 * A write that the disk fails to take is not answered before it is known what became of it: the database is opened afresh, which may have to wait for
 * room, and the write is looked for, and done again where it is not there.
 */
export class LevelStateStore implements StateStore {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private closing = false;
  private written = 0;
  /** Pending while the database is closed to be opened afresh. */
  private back: Promise<void> | undefined;
  private isBack = (): void => {};

  private constructor(
    private readonly directory: string,
    private db: Db,
    private readonly watch: DiskWatch,
  ) {}

  static async open(directory: string, watch: DiskWatch = () => {}): Promise<LevelStateStore> {
    const store = new LevelStateStore(directory, await openLevel(directory, { cacheBytes: CACHE }), watch);
    store.written = await store.numberOnDisk();
    return store;
  }

  async get(key: string): Promise<string | undefined> {
    await this.back;
    const value = await this.db.get(bytesOf(key));
    return value && textOf(value);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    await this.back;
    return (await this.db.getMany(keys.map(bytesOf))).map(value => value && textOf(value));
  }

  write(writes: readonly StateWrite[], { sync }: { sync: boolean }): Promise<void> {
    if (writes.length === 0) return Promise.resolve();
    if (this.closing) return Promise.reject(new StateWriteError('the state store is closed'));
    if (this.waiting.length >= MOST_WAITING)
      return Promise.reject(new StateWriteError(`${MOST_WAITING} writes wait for the disk`));
    return new Promise((resolve, reject) => {
      this.waiting.push({ writes, sync, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      try {
        await this.writeSurely(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        const failure = new StateWriteError(`the state store took nothing: ${reasonOf(error)}`, {}, { cause: error });
        for (const { reject } of group) reject(failure);
      }
    }
    this.writing = undefined;
  }

  private takeGroup(): Waiting[] {
    let chars = 0;
    let taken = 0;
    while (taken < this.waiting.length && (taken === 0 || chars < TOGETHER_CHARS)) {
      for (const write of this.waiting[taken++]!.writes)
        chars += 'put' in write ? write.put.length + write.value.length : write.del.length;
    }
    return this.waiting.splice(0, taken);
  }

  private async writeSurely(group: readonly Waiting[]): Promise<void> {
    const number = ++this.written;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.writeOnce(group, number);
      } catch (error) {
        await untilMended(
          { directory: this.directory, failed: error, watch: this.watch },
          () => this.closing,
          () => this.reopen(),
        );
        if ((await this.numberOnDisk()) === number) return;
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  private writeOnce(group: readonly Waiting[], number: number): Promise<void> {
    const chain = this.db.batch();
    let sync = false;
    for (const waiting of group) {
      sync ||= waiting.sync;
      for (const write of waiting.writes) {
        if ('put' in write) chain.put(bytesOf(write.put), typeof write.value === 'string' ? bytesOf(write.value) : write.value);
        else chain.del(bytesOf(write.del));
      }
    }
    chain.put(bytesOf(MARK), bytesOf(String(number)));
    return chain.write({ sync });
  }

  private async reopen(): Promise<void> {
    this.back ??= new Promise<void>(resolve => {
      this.isBack = resolve;
    });
    await this.db.close();
    this.db = await openLevel(this.directory, { cacheBytes: CACHE });
    this.back = undefined;
    this.isBack();
  }

  private async numberOnDisk(): Promise<number> {
    const value = await this.db.get(bytesOf(MARK));
    return value ? Number(textOf(value)) : 0;
  }

  async *range(
    from: string,
    to: string,
    { limit = -1, reverse = false }: { limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[string, string]> {
    await this.back;
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
    this.closing = true;
    await this.writing;
    this.isBack();
    await this.db.close();
  }
}
