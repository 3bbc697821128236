import { RefusedError, sendJson, UnreachableError } from '../api/request';
import type { Alert } from '../api/wire-types';
import { createStore, type Store } from '../app/store';
import { texts } from '../texts/texts';
import { showToast } from '../ui/toasts';
import type { AlertBook } from './alert-book';
import { type AlertAction, loadQueue, type Pending, type PendingState, QUEUE_LIMIT, saveQueue } from './pending-actions';

export interface AlertActions {
  pending: Store<ReadonlyMap<string, Pending>>;
  /** Done at once on the screen, sent a moment later: until then it can be undone. */
  act(ids: readonly string[], action: AlertAction, note: string): void;
  /** Takes a failure off the screen. */
  dismiss(id: string): void;
  /** Sends what waited for the connection. */
  flush(): void;
  /** The page is about to go: what could still be undone is sent. */
  leave(): void;
}

/** How long something can be undone. */
const UNDO_MS = 8_000;
/** What was just done stays in sight for a moment, also where only open alerts are shown: nothing vanishes under the pointer. */
const LINGER_MS = 2_500;
const CONFLICT = 409;

const pathOf = (id: string, action: AlertAction): string => `/alerts/${encodeURIComponent(id)}/${action}`;

/** Acts at once on the screen and then on the server; keeps what cannot be sent, takes back what is refused. */
export const createAlertActions = (user: string, book: AlertBook): AlertActions => {
  const pending = createStore<ReadonlyMap<string, Pending>>(loadQueue(user));

  const put = (changes: readonly (readonly [id: string, entry: Pending | undefined])[]): void => {
    const next = new Map(pending.get());
    for (const [id, entry] of changes) {
      if (entry === undefined) next.delete(id);
      else next.set(id, entry);
    }
    pending.set(next);
    saveQueue(user, next);
  };
  const inState = (...states: PendingState[]): [string, Pending][] =>
    [...pending.get()].filter(([, { state }]) => states.includes(state));

  const send = async (id: string, entry: Pending): Promise<void> => {
    put([[id, { ...entry, state: 'sending' }]]);
    try {
      book.apply(await sendJson<Alert>('POST', pathOf(id, entry.action), { note: entry.note }));
      const done: Pending = { ...entry, state: 'done' };
      put([[id, done]]);
      window.setTimeout(() => pending.get().get(id) === done && put([[id, undefined]]), LINGER_MS);
    } catch (error) {
      if (error instanceof UnreachableError) return put([[id, { ...entry, state: 'queued' }]]);
      if (error instanceof RefusedError && error.status === CONFLICT) {
        // Somebody else was faster: show what they did.
        put([[id, undefined]]);
        return void book.refresh(id);
      }
      put([[id, { ...entry, state: 'failed', reason: error instanceof RefusedError ? error.detail : String(error) }]]);
    }
  };

  return {
    pending,
    act(ids, action, note) {
      const room = QUEUE_LIMIT - inState('queued', 'sending', 'waiting').length;
      const taken = ids.slice(0, Math.max(0, room));
      const entry: Pending = { action, note, state: 'waiting' };
      put([
        ...taken.map(id => [id, entry] as const),
        ...ids
          .slice(taken.length)
          .map(id => [id, { ...entry, state: 'failed', reason: texts.alert.queueFull } as Pending] as const),
      ]);
      if (taken.length === 0) return;
      const stillWaiting = (): string[] => taken.filter(id => pending.get().get(id) === entry);
      const timer = window.setTimeout(() => {
        for (const id of stillWaiting()) void send(id, entry);
      }, UNDO_MS);
      showToast({
        text: texts.alert.done[action](taken.length),
        for_ms: UNDO_MS,
        undo() {
          window.clearTimeout(timer);
          put(stillWaiting().map(id => [id, undefined] as const));
        },
      });
    },
    dismiss: id => put([[id, undefined]]),
    flush() {
      for (const [id, entry] of inState('queued')) void send(id, entry);
    },
    leave() {
      // Without a network it stays in the queue, which the next page sends.
      if (!navigator.onLine) return;
      const waiting = inState('waiting');
      for (const [id, { action, note }] of waiting) {
        void fetch(`/api/v1${pathOf(id, action)}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-requested-with': 'telltale' },
          body: JSON.stringify({ note }),
          keepalive: true,
        }).catch(() => undefined);
      }
      put(waiting.map(([id]) => [id, undefined] as const));
    },
  };
};
