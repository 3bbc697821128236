import { z } from 'zod';
import type { AlertKind } from '../../model/alert.js';
import { VEHICLE_CLASSES } from '../../model/vehicle.js';
import type { ApiDeps } from '../api-deps.js';
import { alertKind, severity } from './alert.js';

const ruleParam = z
  .object({
    name: z.string(),
    type: z.enum(['number', 'boolean']),
    per_class: z.boolean().describe('One value for each class of vehicle, or one number for all'),
    unit: z.string().nullable(),
    minimum: z.number().nullable(),
    default: z.union([z.number(), z.boolean(), z.record(z.string(), z.number())]),
    about: z.string().nullable().describe('What it means, and where the default comes from'),
  })
  .meta({ id: 'RuleParam' });
type RuleParam = z.infer<typeof ruleParam>;

/** A kind of rule, as a form needs it. */
export const ruleKind = z
  .object({
    kind: alertKind,
    when: z.string().describe('Told when …; parameters in backticks'),
    severity: severity.describe('Where the rule sets none'),
    cooldown_s: z.number(),
    schedule_as: z.string().nullable().describe('The `schedule` of such a rule is this parameter, not when it applies'),
    params: z.array(ruleParam),
  })
  .meta({ id: 'RuleKind' });

/** The last part of a parameter's name says its unit; what is compared with an acceleration has another name. */
const UNITS: Readonly<Record<string, string>> = {
  s: 's',
  kmh: 'km/h',
  km: 'km',
  m: 'm',
  v: 'V',
  rpm: 'rpm',
  c: 'degC',
  percent: 'percent',
  hours: 'h',
  days: 'd',
  threshold: 'm/s2',
};

interface Property {
  type?: string;
  anyOf?: readonly Property[];
  minimum?: number;
  description?: string;
  deprecated?: boolean;
}

export const ruleKindOf = (kind: AlertKind, rules: ApiDeps['rules']): z.infer<typeof ruleKind> => {
  const { when, severity, scheduleAs = null } = rules.describe(kind);
  return {
    kind,
    when,
    severity,
    cooldown_s: rules.cooldownOf(kind),
    schedule_as: scheduleAs,
    params: paramsOf(rules.schemaOf(kind)),
  };
};

/** What can be set as a number or a switch, by the schema itself; other names of the same and objects (working hours) are left out. */
const paramsOf = (schema: z.ZodType | undefined): RuleParam[] => {
  if (schema === undefined) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Property>;
  };
  const defaults = schema.parse({}) as Record<string, unknown>;
  return Object.entries(properties).flatMap(([name, { type, anyOf, minimum, description, deprecated }]): RuleParam[] => {
    const value = defaults[name];
    if (deprecated || value === undefined) return [];
    const about = description ?? null;
    const shared = { name, unit: UNITS[name.slice(name.lastIndexOf('_') + 1)] ?? null, minimum: minimum ?? null, about };
    if (type === 'boolean') return [{ ...shared, type, per_class: false, default: value as boolean }];
    if (type === 'number' || type === 'integer')
      return [{ ...shared, type: 'number', per_class: false, default: value as number }];
    const perClass = anyOf?.some(one => one.type === 'number') && isPerClass(value);
    return perClass ? [{ ...shared, type: 'number', per_class: true, default: value }] : [];
  });
};

const isPerClass = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' &&
  value !== null &&
  VEHICLE_CLASSES.every(one => typeof (value as Record<string, unknown>)[one] === 'number');
