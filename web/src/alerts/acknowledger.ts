import { RefusedError, sendJson, UnreachableError } from '../api/request';
import type { Alert } from '../api/wire-types';
import { createStore, type Store } from '../app/store';
import { texts } from '../texts/texts';
import type { AlertBook } from './alert-book';
import { loadQueue, type Pending, type PendingState, QUEUE_LIMIT, saveQueue } from './pending-acknowledgements';

export interface Acknowledger {
  pending: Store<ReadonlyMap<string, Pending>>;
  acknowledge(ids: readonly string[], note: string): void;
  /** Takes a failure off the screen. */
  dismiss(id: string): void;
  /** Sends what waited for the connection. */
  flush(): void;
}

/** What was just done stays in sight for a moment, also where only open alerts are shown: nothing vanishes under the pointer. */
const LINGER_MS = 4_000;
const CONFLICT = 409;

/** Acknowledges at once on the screen and then on the server; keeps what cannot be sent, takes back what is refused. */
export const createAcknowledger = (user: string, book: AlertBook): Acknowledger => {
  const pending = createStore<ReadonlyMap<string, Pending>>(loadQueue(user));

  const put = (id: string, entry: Pending | undefined): void => {
    const next = new Map(pending.get());
    if (entry === undefined) next.delete(id);
    else next.set(id, entry);
    pending.set(next);
    saveQueue(user, next);
  };

  const settle = (id: string, note: string): void => {
    put(id, { note, state: 'done' });
    window.setTimeout(() => {
      if (pending.get().get(id)?.state === 'done') put(id, undefined);
    }, LINGER_MS);
  };

  const send = async (id: string, note: string): Promise<void> => {
    put(id, { note, state: 'sending' });
    try {
      book.apply(await sendJson<Alert>('POST', `/alerts/${encodeURIComponent(id)}/acknowledge`, { note }));
      settle(id, note);
    } catch (error) {
      if (error instanceof UnreachableError) return put(id, { note, state: 'queued' });
      if (error instanceof RefusedError && error.status === CONFLICT) {
        // Somebody else was faster: show what they did.
        put(id, undefined);
        return void book.refresh(id);
      }
      put(id, { note, state: 'failed', reason: error instanceof RefusedError ? error.detail : String(error) });
    }
  };

  const inState = (...states: PendingState[]): [string, Pending][] =>
    [...pending.get()].filter(([, { state }]) => states.includes(state));

  return {
    pending,
    acknowledge(ids, note) {
      for (const id of ids) {
        if (inState('queued', 'sending').length >= QUEUE_LIMIT) put(id, { note, state: 'failed', reason: texts.alert.queueFull });
        else void send(id, note);
      }
    },
    dismiss: id => put(id, undefined),
    flush() {
      for (const [id, { note }] of inState('queued')) void send(id, note);
    },
  };
};
