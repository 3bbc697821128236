import { z } from 'zod';
import { environmentName, settingsSchema } from '../src/config/settings.js';

interface Property {
  type?: string;
  enum?: readonly string[];
  /** Of flags only: a boolean, or a word for one. */
  anyOf?: readonly unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  default?: unknown;
  description?: string;
}

/** Defaults that the schema computes from the machine: the page must be the same wherever it is written. */
const computed: Readonly<Record<string, string>> = { shards: '0 on 1 or 2 cores, else one less than cores' };

/** docs/config.md: every setting with its names, its default and what is allowed, from the schema that checks them. */
export const writeConfigPage = (): string => {
  const { properties } = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, Property>;
  };
  return `${[
    '# Configuration',
    'Written by `npm run docs` from `src/config/settings.ts`. Settings are environment variables; each is also a key of a YAML file that `TELLTALE_CONFIG` names. The environment goes first; an empty variable is an unset one. A value that is not allowed stops the start with one line and exit code 1.',
    [
      '| variable | key | default | allowed | meaning |',
      '|---|---|---|---|---|',
      ...Object.entries(properties).map(([name, property]) => row(name, property)),
    ].join('\n'),
    '`TELLTALE_TLS_CERT` and `TELLTALE_TLS_KEY` go together. SIGHUP reads them again.',
  ].join('\n\n')}\n`;
};

const row = (name: string, property: Property): string =>
  `| ${[`\`${environmentName(name)}\``, `\`${name}\``, defaultOf(name, property), allowed(property), property.description ?? '']
    // A bar would end the cell, inside code too.
    .map(cell => cell.replaceAll('|', '\\|'))
    .join(' | ')} |`;

const defaultOf = (name: string, { default: value }: Property): string =>
  computed[name] ?? (value === undefined ? 'unset' : `\`${String(value)}\``);

const allowed = ({ enum: choices, anyOf, type, minimum, maximum, minLength, pattern }: Property): string => {
  if (anyOf) return '`true`, `false`';
  if (choices) return choices.map(choice => `\`${choice}\``).join(', ');
  if (type === 'integer' || type === 'number') return `${type === 'integer' ? 'whole ' : ''}number, ${minimum} to ${maximum}`;
  if (pattern) return `text like \`${pattern.replaceAll('\\/', '/')}\``;
  return minLength !== undefined && minLength > 1 ? `text, at least ${minLength} characters` : 'text';
};
