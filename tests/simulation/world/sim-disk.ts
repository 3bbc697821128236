import { JournalWriteError } from '../../../src/adapters/leveldb/errors.js';
import type { JournalRecord, NewRecord, Offset } from '../../../src/model/record.js';
import { type StateWrite, textOfValue } from '../../../src/ports/state-store.js';
import type { Chance } from './chance.js';
import type { VirtualTime } from './virtual-time.js';

/** How the disk behaves now. */
export interface DiskWeather {
  /** Nothing can be written. */
  full: boolean;
  /** Each write takes so long, ms. */
  slow: number;
  /** The chance that one write fails. */
  failing: number;
}

interface Pending {
  /** What becomes durable if it gets there. */
  commit(): void;
  settled: boolean;
}

/**
 * What outlives a process: the journal's records and the state's entries. A write becomes durable as a whole some time after it was asked
 * for; when the process ends before that, or is told that it failed, it may have or not. What was written without sync may be lost with everything that followed it.
 */
export class SimDisk {
  readonly records: JournalRecord[] = [];
  next: Offset = 1;
  readonly weather: DiskWeather = { full: false, slow: 0, failing: 0 };
  private state = new Map<string, string>();
  /** As they stand when the last unsynced writes are lost; the newest last. */
  private unsynced: Map<string, string | undefined>[] = [];
  private pending: Pending[] = [];
  /** Syncs and writes reach the disk in the order in which they were asked for. */
  private journalFreeAt = 0;
  private stateFreeAt = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly chance: Chance,
    /** Hears of each entry that is put durably. */
    private readonly watch: (key: string, before: string | undefined, now: string) => void = () => {},
  ) {}

  append(records: readonly NewRecord[]): Promise<Offset[]> {
    return this.write('journal', () => {
      const first = this.next;
      this.next += records.length;
      records.forEach((record, i) => {
        this.records.push({ ...record, offset: first + i });
      });
      return records.map((_, i) => first + i);
    });
  }

  writeState(writes: readonly StateWrite[], sync: boolean): Promise<void> {
    return this.write('state', () => {
      const before = new Map<string, string | undefined>();
      for (const write of writes) {
        const key = 'put' in write ? write.put : write.del;
        if (!before.has(key)) before.set(key, this.state.get(key));
        if ('put' in write) {
          const value = textOfValue(write.value);
          if (sync) this.watch(key, this.state.get(key), value);
          this.state.set(key, value);
        } else this.state.delete(key);
      }
      if (sync) this.unsynced = [];
      else this.unsynced.push(before);
    });
  }

  get entries(): ReadonlyMap<string, string> {
    return this.state;
  }

  /** The process is gone: each write under way got there or did not, and some of the newest unsynced ones were only in memory. */
  crash(): void {
    for (const write of this.pending) {
      if (write.settled) continue;
      write.settled = true;
      if (this.chance.of(0.5)) write.commit();
    }
    this.pending = [];
    const kept = this.chance.below(this.unsynced.length + 1);
    for (const before of this.unsynced.splice(kept).reverse()) {
      for (const [key, value] of before) {
        if (value === undefined) this.state.delete(key);
        else this.state.set(key, value);
      }
    }
    this.unsynced = [];
  }

  private async write<T>(where: 'journal' | 'state', commit: () => T): Promise<T> {
    const { weather, chance, time } = this;
    let result!: T;
    const pending: Pending = {
      commit: () => {
        result = commit();
      },
      settled: false,
    };
    this.pending.push(pending);
    const takes = weather.slow > 0 ? chance.between(1, weather.slow) : chance.between(0, 4);
    const free = where === 'journal' ? this.journalFreeAt : this.stateFreeAt;
    const done = Math.max(time.now, free) + takes;
    if (where === 'journal') this.journalFreeAt = done;
    else this.stateFreeAt = done;
    await time.sleep(done - time.now);
    // The process died meanwhile: nobody waits for it any more.
    if (pending.settled) return new Promise(() => {});
    pending.settled = true;
    this.pending = this.pending.filter(other => other !== pending);
    if (weather.full) throw new JournalWriteError('no space left on device');
    if (chance.of(weather.failing)) {
      // It failed, and may stand there all the same: the sync failed, or the answer was lost.
      if (chance.of(0.3)) pending.commit();
      else if (where === 'journal' && chance.of(0.5)) this.next += 1;
      throw new JournalWriteError('input/output error');
    }
    pending.commit();
    return result;
  }
}
