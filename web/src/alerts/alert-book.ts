import { getJson, UnreachableError } from '../api/request';
import type { Alert, Page } from '../api/wire-types';
import { createStore, type Store } from '../app/store';

export interface AlertBookState {
  /** Newest first. */
  alerts: readonly Alert[];
  loading: 'first' | 'older' | 'failed' | 'ready';
  /** Cursor of what is older than all that is here; null = nothing is. */
  older: string | null;
}

export interface AlertBook {
  state: Store<AlertBookState>;
  /** From the websocket, or as the answer to a change: newer than what is here. */
  apply(alert: Alert): void;
  /** Loads the newest by REST. @param anew forgets what was here: some may have been missed */
  load(anew?: boolean): Promise<void>;
  loadOlder(): Promise<void>;
  /** Asks for one again, after a change that the server refused. */
  refresh(id: string): Promise<void>;
  alert(id: string): Alert | undefined;
  /** Called with alerts that were raised while we look. */
  onRaised(listener: (alert: Alert) => void): () => void;
}

const PAGE = 200;
/** Alerts kept here; the oldest go. */
const KEPT = 2_000;
const FLUSH_MS = 60;
/** REST tells what SQL has, and SQL follows the stream by a moment: a second look finds what was under way at the first. */
const SECOND_LOOK_MS = 4_000;

/** The alerts of the feed: the last ones by REST, then whatever the stream tells. */
export const createAlertBook = (): AlertBook => {
  const byId = new Map<string, Alert>();
  /** Told by the stream: REST may be behind it. */
  const told = new Set<string>();
  const listeners = new Set<(alert: Alert) => void>();
  const state = createStore<AlertBookState>({ alerts: [], loading: 'first', older: null });
  let flushing: number | undefined;
  let lookingAgain: number | undefined;

  const publish = (changes: Partial<AlertBookState> = {}): void => {
    const alerts = [...byId.values()].sort(newestFirst);
    for (const dropped of alerts.splice(KEPT)) {
      byId.delete(dropped.id);
      told.delete(dropped.id);
    }
    state.set({ ...state.get(), ...changes, alerts });
  };

  const merge = (items: readonly Alert[]): void => {
    for (const alert of items) if (!told.has(alert.id)) byId.set(alert.id, alert);
  };

  const book: AlertBook = {
    state,
    alert: id => byId.get(id),
    apply(alert) {
      const isNew = !byId.has(alert.id);
      byId.set(alert.id, alert);
      told.add(alert.id);
      if (isNew && alert.status === 'open') for (const listener of listeners) listener(alert);
      // A stream that catches up brings hundreds at once: one sort and one render for all of them.
      if (flushing !== undefined) return;
      flushing = window.setTimeout(() => {
        flushing = undefined;
        publish();
      }, FLUSH_MS);
    },
    async load(anew = false) {
      window.clearTimeout(lookingAgain);
      try {
        const page = await getJson<Page<Alert>>('/alerts', { limit: PAGE });
        if (anew) {
          byId.clear();
          told.clear();
        }
        merge(page.items);
        const { loading, older } = state.get();
        const first = anew || loading !== 'ready';
        publish({ loading: 'ready', older: first ? page.next : older });
        if (first) lookingAgain = window.setTimeout(() => void book.load(), SECOND_LOOK_MS);
      } catch {
        if (state.get().loading !== 'ready') publish({ loading: 'failed' });
      }
    },
    async loadOlder() {
      const { older, loading } = state.get();
      if (older === null || loading === 'older') return;
      publish({ loading: 'older' });
      try {
        const page = await getJson<Page<Alert>>('/alerts', { limit: PAGE, cursor: older });
        merge(page.items);
        publish({ loading: 'ready', older: byId.size >= KEPT ? null : page.next });
      } catch {
        publish({ loading: 'ready' });
      }
    },
    async refresh(id) {
      try {
        book.apply(await getJson<Alert>(`/alerts/${encodeURIComponent(id)}`));
      } catch (error) {
        if (!(error instanceof UnreachableError)) byId.delete(id);
        publish();
      }
    },
    onRaised(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return book;
};

const newestFirst = (a: Alert, b: Alert): number =>
  a.occurred_at < b.occurred_at ? 1 : a.occurred_at > b.occurred_at ? -1 : a.id < b.id ? -1 : 1;
