import type { AlertId } from '../model/ids.js';
import type { AlertEntry } from '../ports/live.js';
import type { StateStore, StateWrite } from '../ports/state-store.js';
import { withoutWords } from './alert-document.js';
import { ERASING, key } from './alert-keys.js';

/** Entries of the stream that are looked through between two groups of new ones. */
const LOOKED_THROUGH = 500;

/** Written with the entry that tells of it: the words have to go, whatever happens to the process. */
export const markErasing = (id: AlertId): StateWrite => ({ put: key.erasing(id), value: '' });

/**
 * Takes people's words out of what was told of alerts before: the stream is looked through in steps, one at a time, since its owner writes beside it.
 * What is marked and not done is begun again by the next start.
 */
export class StreamEraser {
  /** Whose words, and up to which cursor that is done; undefined = from the start of the stream. */
  private erasing: { ids: Set<AlertId>; done: number | undefined } | undefined;

  constructor(private readonly state: StateStore) {}

  get busy(): boolean {
    return this.erasing !== undefined;
  }

  /** What a process before this one did not finish. */
  async unfinished(): Promise<AlertId[]> {
    const ids: AlertId[] = [];
    for await (const [at] of this.state.range(ERASING, `${ERASING}\uffff`)) ids.push(at.slice(ERASING.length));
    return ids;
  }

  also(ids: readonly AlertId[]): void {
    if (ids.length > 0) this.erasing = { ids: new Set([...(this.erasing?.ids ?? []), ...ids]), done: undefined };
  }

  /** @param first cursor of the oldest entry that is kept @param newest of the newest */
  async step(first: number, newest: number): Promise<void> {
    if (!this.erasing) return;
    const { ids } = this.erasing;
    const done = Math.max(this.erasing.done ?? 0, first - 1);
    const until = Math.min(newest, done + LOOKED_THROUGH);
    const writes: StateWrite[] = [];
    try {
      for await (const [at, text] of this.state.range(key.stream(done + 1), key.stream(until + 1))) {
        const entry = JSON.parse(text) as AlertEntry;
        if (ids.has(entry.alert.id))
          writes.push({ put: at, value: JSON.stringify({ ...entry, alert: withoutWords(entry.alert) }) });
      }
      const through = until >= newest;
      if (through) for (const id of ids) writes.push({ del: key.erasing(id) });
      if (writes.length > 0) await this.state.write(writes, { sync: through });
      this.erasing = through ? undefined : { ids, done: until };
    } catch {
      // The disk has failed; the next start, which finds what is marked, begins again.
      this.erasing = undefined;
    }
  }
}
