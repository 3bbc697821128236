import { z } from 'zod';
import type { RuleSettings } from '../../model/rule-settings.js';
import { VEHICLE_CLASSES } from '../../model/vehicle.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { fieldErrors } from '../http/field-errors.js';
import { byId, group, id, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { pageOfList } from '../http/page.js';
import { ApiProblem, conflict, forbidden, invalid, notFound, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs, readableGroups, seesRule, seesVehicle } from '../scope.js';
import { severity } from '../wire/alert.js';
import { rule } from '../wire/rule.js';
import { ruleKind, ruleKindOf } from '../wire/rule-kind.js';
import { scheduleBody, scheduleOf } from '../wire/schedule.js';

const appliesTo = z.strictObject({
  groups: z.array(group).max(1_000).optional(),
  vehicles: z.array(id).max(10_000).optional(),
  classes: z.array(z.enum(VEHICLE_CLASSES)).max(VEHICLE_CLASSES.length).optional(),
});

/** Strict: a misspelt setting of a rule would be a rule that does something else than its author believes. */
export const ruleBody = z.strictObject({
  id: id.optional(),
  kind: z.string(),
  severity: severity.nullable().default(null).describe('Null leaves it to the rule'),
  params: z.record(z.string(), z.unknown()).default({}).describe('Those of the kind: docs/rules.md'),
  applies_to: appliesTo.default({}).describe('Empty lists and absent keys do not restrict'),
  schedule: scheduleBody.nullable().default(null).describe('Of after_hours_use: the working hours; else when the rule applies'),
  cooldown_s: z.number().min(0).max(604_800).optional().describe("Left out: the kind's own"),
  enabled: z.boolean().default(true),
});

type RuleWire = z.infer<typeof rule>;

export const ruleRoutes = ({ registry, rules, random }: Pick<ApiDeps, 'registry' | 'rules' | 'random'>): AnyRoute[] => {
  const wire = (caller: Caller, settings: RuleSettings): RuleWire => {
    const { groups, vehicles, ...others } = settings.applies_to;
    const applies_to = {
      ...others,
      ...(groups && { groups: readableGroups(caller, groups) }),
      ...(vehicles && { vehicles: vehicles.filter(one => seesVehicle(caller, registry, one)) }),
    };
    return { ...settings, applies_to, schedule: settings.schedule as RuleWire['schedule'] };
  };

  const found = (caller: Caller, ruleId: string): RuleSettings => {
    const existing = registry.rule(ruleId);
    if (existing === undefined || !seesRule(caller, registry, existing)) throw notFound('rule', ruleId);
    return existing;
  };

  const mayChange = (caller: Caller, settings: RuleSettings): void => {
    if (!governs(caller, groupsOf(settings)))
      throw forbidden('The rule reaches beyond your groups: name them in applies_to.groups.', { code: 'beyond_groups' });
  };

  const settingsOf = (ruleId: string, body: z.infer<typeof ruleBody>): RuleSettings =>
    checkedRule({ rules, registry }, ruleId, body);

  const put = async (caller: Caller, settings: RuleSettings): Promise<RuleWire> => {
    mayChange(caller, settings);
    await registry.change({ type: 'rule_put', rule: settings });
    return wire(caller, settings);
  };

  return [
    defineRoute({
      method: 'get',
      path: '/rules',
      action: 'live.read',
      tag: 'rules',
      summary: 'Rules, in order of id',
      query: paging.extend({ kind: z.string().optional() }),
      answer: pageOf(rule),
      run({ query, caller }) {
        const wanted = registry
          .rules()
          .filter(settings => seesRule(caller, registry, settings) && (query.kind ?? settings.kind) === settings.kind)
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        const page = pageOfList(wanted, { limit: query.limit, cursor: query.cursor }, settings => settings.id);
        return { ...page, items: page.items.map(settings => wire(caller, settings)) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/rules',
      action: 'fleet.manage',
      tag: 'rules',
      turn: ({ body }) => (body.id === undefined ? [] : [`rule/${body.id}`]),
      summary: 'A new rule; in force within 2 s',
      body: ruleBody,
      answer: rule,
      status: 201,
      async run({ body, caller, res }) {
        const ruleId = body.id ?? newId(random);
        if (registry.rule(ruleId) !== undefined)
          throw conflict(`There is a rule '${ruleId}' already.`, { code: 'taken', what: 'rule', id: ruleId }, 'id');
        res.location(`/api/v1/rules/${ruleId}`);
        return put(caller, settingsOf(ruleId, body));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/rules/kinds',
      action: 'live.read',
      tag: 'rules',
      summary: 'The kinds of rules: when each is told, and what can be set on it, with unit and default',
      answer: z.object({ items: z.array(ruleKind) }),
      run: () => ({ items: rules.kinds.map(kind => ruleKindOf(kind, rules)) }),
    }),
    defineRoute({
      method: 'get',
      path: '/rules/{id}',
      action: 'live.read',
      tag: 'rules',
      summary: 'One rule',
      params: byId,
      answer: rule,
      run: ({ params, caller }) => wire(caller, found(caller, params.id)),
    }),
    defineRoute({
      method: 'put',
      path: '/rules/{id}',
      action: 'fleet.manage',
      tag: 'rules',
      turn: ({ params }) => [`rule/${params.id}`],
      summary: 'Replace a rule; in force within 2 s',
      params: byId,
      body: ruleBody,
      answer: rule,
      run({ params, body, caller }) {
        mayChange(caller, found(caller, params.id));
        if (body.id !== undefined && body.id !== params.id)
          throw invalid([{ field: 'id', message: 'is not the id of the path' }]);
        return put(caller, settingsOf(params.id, body));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/rules/{id}',
      action: 'fleet.manage',
      tag: 'rules',
      turn: ({ params }) => [`rule/${params.id}`],
      summary: 'Delete a rule; its alerts stay',
      params: byId,
      async run({ params, caller }) {
        mayChange(caller, found(caller, params.id));
        await registry.change({ type: 'rule_deleted', id: params.id });
      },
    }),
  ];
};

/** @throws {ApiProblem} 400 an unknown kind, 422 params that its schema refuses */
export const checkedRule = (
  { rules, registry }: Pick<ApiDeps, 'rules' | 'registry'>,
  ruleId: string,
  body: z.infer<typeof ruleBody>,
): RuleSettings => {
  const kind = rules.kinds.find(known => known === body.kind);
  if (kind === undefined) {
    throw invalid([{ field: 'kind', message: `'${body.kind}' is no known kind; known: ${rules.kinds.join(', ')}` }]);
  }
  return {
    ...body,
    id: ruleId,
    kind,
    schedule: scheduleOf(body.schedule, registry.settings().zone),
    params: checkedParams(body.params, rules.schemaOf(kind)),
    cooldown_s: body.cooldown_s ?? rules.cooldownOf(kind),
  };
};

const groupsOf = (settings: RuleSettings): readonly string[] => settings.applies_to.groups ?? [];

/** Params as the rule's own schema reads them, defaults filled in; a name that it does not know is told, not dropped. */
const checkedParams = (given: Record<string, unknown>, schema: z.ZodType | undefined): Record<string, unknown> => {
  if (schema === undefined) return given;
  if (schema instanceof z.ZodObject) {
    const known = Object.keys(schema.shape);
    const stranger = Object.keys(given).find(name => !known.includes(name));
    if (stranger !== undefined)
      throw unprocessable(`params.${stranger}`, `is no parameter of this kind; it has: ${known.join(', ') || 'none'}`, {
        code: 'not_known',
      });
  }
  const result = schema.safeParse(given, { reportInput: true });
  if (result.success) return result.data as Record<string, unknown>;
  const errors = fieldErrors(result.error, 'params');
  throw new ApiProblem(422, 'unprocessable', errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors);
};
