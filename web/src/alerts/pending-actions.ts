import type { AlertStatus } from '../api/wire-types';

/** What people do with alerts here; the last word of the path. */
export type AlertAction = 'acknowledge' | 'resolve';

export const STATUS_AFTER: Readonly<Record<AlertAction, AlertStatus>> = { acknowledge: 'acknowledged', resolve: 'resolved' };

/**
 * An action on its way: shown as done at once, taken back when the server says no. `waiting`: it can be undone and was not sent;
 * `queued`: there is no connection.
 */
export type PendingState = 'waiting' | 'sending' | 'queued' | 'failed' | 'done';

export interface Pending {
  action: AlertAction;
  note: string;
  state: PendingState;
  /** Why it failed, for people. */
  reason?: string;
}

/** Actions that may wait for the connection at once. */
export const QUEUE_LIMIT = 200;

const keyOf = (user: string): string => `telltale.alert-actions.${user}`;

/** What waited when the page was left. Per user: nobody acts in another's name. */
export const loadQueue = (user: string): Map<string, Pending> => {
  const queue = new Map<string, Pending>();
  try {
    const entries = JSON.parse(localStorage.getItem(keyOf(user)) ?? '[]') as [string, AlertAction, string][];
    for (const [id, action, note] of entries.slice(0, QUEUE_LIMIT)) {
      if (action in STATUS_AFTER) queue.set(id, { action, note, state: 'queued' });
    }
  } catch {
    // What cannot be read is nothing that waits.
  }
  return queue;
};

export const saveQueue = (user: string, pending: ReadonlyMap<string, Pending>): void => {
  const entries = [...pending].filter(([, { state }]) => state === 'queued' || state === 'sending' || state === 'waiting');
  try {
    if (entries.length === 0) localStorage.removeItem(keyOf(user));
    else localStorage.setItem(keyOf(user), JSON.stringify(entries.map(([id, { action, note }]) => [id, action, note])));
  } catch {
    // Without room it waits as long as the page is open.
  }
};
