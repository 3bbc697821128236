import { getAll } from '../api/get-all';

type Named = { id: string; name: string };

/** What things are called, by their ids; an id stands for itself where nobody knows its name. */
export type NameOf = (id: string) => string;

export const nameIn =
  (known: readonly Named[]): NameOf =>
  id =>
    known.find(one => one.id === id)?.name ?? id;

/** Loads names beside something that is worth reading without them. */
export const loadNames = (path: '/rules' | '/webhooks'): Promise<readonly Named[]> => getAll<Named>(path).catch(() => []);
