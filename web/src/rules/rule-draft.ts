import type { Schema } from '../api/client';
import { RefusedError } from '../api/request';
import { texts } from '../texts/texts';
import { reasonOf } from '../ui/loading';
import { showToast } from '../ui/toasts';

export type RuleKind = Schema<'RuleKind'>;
export type RuleParam = RuleKind['params'][number];
export type Schedule = Schema<'Schedule'>;
export type Weekday = Schedule['windows'][number]['days'][number];
export type VehicleClass = 'car' | 'van' | 'truck' | 'bus';
export const CLASSES: readonly VehicleClass[] = ['car', 'van', 'truck', 'bus'];

export interface AppliesTo {
  groups?: string[];
  vehicles?: string[];
  classes?: VehicleClass[];
}

/** A rule while somebody works on it: what is sent, where a number may be missing. */
export interface RuleDraft {
  kind: RuleKind['kind'];
  severity: Schema<'Rule'>['severity'];
  params: Record<string, unknown>;
  applies_to: AppliesTo;
  schedule: Schedule | null;
  cooldown_s: number | undefined;
  enabled: boolean;
}

/** What is wrong, by the field that it is said of. */
export type Problems = ReadonlyMap<string, string>;
export const NO_PROBLEMS: Problems = new Map();

export const newDraft = (kind: RuleKind): RuleDraft => ({
  kind: kind.kind,
  severity: null,
  params: Object.fromEntries(kind.params.map(param => [param.name, param.default])),
  applies_to: {},
  schedule: null,
  cooldown_s: kind.cooldown_s,
  enabled: true,
});

export const draftOf = ({ id: _, ...rule }: Schema<'Rule'>): RuleDraft => ({
  ...rule,
  kind: rule.kind as RuleKind['kind'],
  applies_to: rule.applies_to as AppliesTo,
});

/** As the API takes it: empty lists are left out, because they would mean nothing anyway. */
export const ruleBody = ({ applies_to, ...draft }: RuleDraft) => ({
  ...draft,
  applies_to: Object.fromEntries(Object.entries(applies_to).filter(([, list]) => (list?.length ?? 0) > 0)) as AppliesTo,
});

/** What can be seen to be wrong without asking the server: numbers that are none. */
export const problemsOf = (draft: RuleDraft, kind: RuleKind): Problems => {
  const problems = new Map<string, string>();
  for (const { name, type, per_class } of kind.params) {
    const value = draft.params[name];
    if (type !== 'number') continue;
    if (!per_class && typeof value !== 'number') problems.set(`params.${name}`, texts.rules.noNumber);
    if (!per_class || typeof value === 'number') continue;
    for (const one of CLASSES) {
      if (typeof (value as Record<string, unknown> | undefined)?.[one] !== 'number')
        problems.set(`params.${name}.${one}`, texts.rules.noNumber);
    }
  }
  if (draft.cooldown_s === undefined) problems.set('cooldown_s', texts.rules.noNumber);
  return problems;
};

/**
 * What the server refused, at its fields; what concerns no field that is shown is told as a message.
 * @param known whether the form has a place for it
 */
export const problemsFrom = (error: unknown, known: (field: string) => boolean): Problems => {
  const fields = error instanceof RefusedError ? error.fields : [];
  const problems = new Map(fields.map(({ field, message }) => [field, message]));
  if (![...problems.keys()].some(known)) showToast({ tone: 'problem', text: texts.rules.notSaved(reasonOf(error)) });
  return problems;
};

/** The first thing that is wrong with a field or a part of it. */
export const problemAt = (problems: Problems, field: string): string | undefined => {
  for (const [at, message] of problems) {
    if (at === field || at.startsWith(`${field}.`) || at.startsWith(`${field}[`)) return message;
  }
  return undefined;
};

/** Brings the first field that is wrong into sight and under the cursor, once it is drawn. */
export const focusFirstProblem = (): void => {
  window.setTimeout(() => document.querySelector<HTMLElement>('.page [aria-invalid="true"]')?.focus(), 50);
};
