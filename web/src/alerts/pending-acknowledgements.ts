/** An acknowledgement on its way: shown as done at once, taken back when the server says no. */
export type PendingState = 'sending' | 'queued' | 'failed' | 'done';

export interface Pending {
  note: string;
  state: PendingState;
  /** Why it failed, for people. */
  reason?: string;
}

/** Acknowledgements that may wait for the connection at once. */
export const QUEUE_LIMIT = 200;

const keyOf = (user: string): string => `telltale.acknowledgements.${user}`;

/** What waited when the page was left. Per user and tab: nobody acknowledges in another's name. */
export const loadQueue = (user: string): Map<string, Pending> => {
  const queue = new Map<string, Pending>();
  try {
    const entries = JSON.parse(sessionStorage.getItem(keyOf(user)) ?? '[]') as [string, string][];
    for (const [id, note] of entries.slice(0, QUEUE_LIMIT)) queue.set(id, { note, state: 'queued' });
  } catch {
    // What cannot be read is nothing that waits.
  }
  return queue;
};

export const saveQueue = (user: string, pending: ReadonlyMap<string, Pending>): void => {
  const entries = [...pending].filter(([, { state }]) => state === 'queued' || state === 'sending');
  if (entries.length === 0) sessionStorage.removeItem(keyOf(user));
  else sessionStorage.setItem(keyOf(user), JSON.stringify(entries.map(([id, { note }]) => [id, note])));
};
