import type { Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { ruleName } from '../rules/rule-name';

type Named = { id: string; name: string };

/** What things are called, by their ids; an id stands for itself where nobody knows its name. */
export type NameOf = (id: string) => string;

export const nameIn =
  (known: readonly Named[]): NameOf =>
  id =>
    known.find(one => one.id === id)?.name ?? id;

/** Names beside something that is worth reading without them. */
export const loadWebhookNames = (): Promise<readonly Named[]> => getAll<Named>('/webhooks').catch(() => []);

/** The same of rules, which are called after their kinds. */
export const loadRuleNames = async (): Promise<readonly Named[]> => {
  const rules = await getAll<Schema<'Rule'>>('/rules').catch(() => []);
  return rules.map(rule => ({ id: rule.id, name: ruleName(rule) }));
};
