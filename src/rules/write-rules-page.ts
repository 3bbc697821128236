import { z } from 'zod';
import { defaultSources } from './default-sources.js';
import type { AnyRule, Finding } from './define-rule.js';

interface Property {
  description?: string;
  type?: string;
  anyOf?: readonly Property[];
}

/** docs/rules.md: what each rule says, its parameters with their defaults, and its examples, which are its tests too. */
export const writeRulesPage = (rules: readonly AnyRule[]): string =>
  `${[
    '# Rules',
    'Written by `npm run docs` from the rules themselves (`src/rules/*.rule.ts`); the examples are run as tests. Times in examples count from their first moment.',
    'The first start installs each rule once, enabled, with these defaults. A finding within the cool-down of the one before on the same fence or code is kept and counted under it.',
    ...rules.map(section),
  ].join('\n\n')}\n`;

const section = (rule: AnyRule): string =>
  [
    `## ${rule.kind}`,
    `Told when ${rule.when}.`,
    `Severity: ${rule.severity}. Cool-down: ${rule.cooldown_s === 0 ? 'none' : `${rule.cooldown_s} s`}.`,
    parameters(rule),
    `Where the defaults come from: ${defaultSources[rule.kind]}.`,
    rule.examples
      .map(
        ({ name, given, finds }) =>
          `- ${name}: ${finds.length === 0 ? 'nothing' : finds.map(find => found(find, given[0]!.at)).join('; then ')}`,
      )
      .join('\n'),
  ]
    .filter(part => part !== '')
    .join('\n\n');

const parameters = ({ params }: AnyRule): string => {
  const { properties = {} } = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Property>;
  };
  const defaults = params.parse({});
  const rows = Object.entries(properties).map(
    ([name, property]) => `| \`${name}\` | ${typeOf(property)} | ${shown(defaults[name])} | ${property.description ?? ''} |`,
  );
  return rows.length === 0 ? '' : ['| parameter | type | default | |', '|---|---|---|---|', ...rows].join('\n');
};

const typeOf = ({ type, anyOf }: Property): string =>
  anyOf ? anyOf.map(typeOf).join(' or ') : type === 'object' ? 'one per class' : (type ?? 'any');

const shown = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key} ${String(each)}`)
    .join(', ');
};

/** Only what the example claims of a finding. */
const found = ({ from, to, value, unit, severity, dtc, geofence, message }: Partial<Finding>, start: number): string => {
  const span = [
    from === undefined ? '' : `from ${(from - start) / 1_000} s`,
    to === undefined ? '' : `to ${(to - start) / 1_000} s`,
  ];
  const what = [severity, dtc, geofence, value === undefined ? '' : `${value} ${unit ?? ''}`.trim(), message && `“${message}”`];
  return [...span, ...what].filter(Boolean).join(' ') || 'a finding';
};
