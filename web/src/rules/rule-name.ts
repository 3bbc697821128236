import type { Schema } from '../api/client';
import { texts } from '../texts/texts';

type Named = Pick<Schema<'Rule'>, 'id' | 'kind'>;

/** A rule as its kind is called. */
export const kindName = ({ kind }: Pick<Named, 'kind'>): string => texts.kind[kind as keyof typeof texts.kind] ?? kind;

/** Rules that came with the server are called after their kind: that says nothing more. */
export const hasNameOfItsOwn = ({ id, kind }: Named): boolean => id !== kind && id !== `default-${kind.replaceAll('_', '-')}`;

/** A rule among others: with its id where there may be several of its kind. */
export const ruleName = (rule: Named): string => (hasNameOfItsOwn(rule) ? `${kindName(rule)} (${rule.id})` : kindName(rule));
