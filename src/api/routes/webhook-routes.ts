import { z } from 'zod';
import type { AlertChange } from '../../model/alert.js';
import { hours } from '../../model/units.js';
import type { Webhook } from '../../model/webhook.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { byId, id, isoTime, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { pageOfList } from '../http/page.js';
import { conflict, forbidden, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs } from '../scope.js';
import { alertKind, severity } from '../wire/alert.js';
import { alertFilterFields } from '../wire/alert-filter.js';
import { outcome, outcomeWire } from '../wire/delivery-outcome.js';
import { iso, isoOrNull } from '../wire/iso.js';
import { webhookOf } from './webhook-of.js';

/** Webhooks of one server: each reads the stream on its own. */
const WEBHOOKS_AT_MOST = 100;
const SECRET_BYTES = 32;
/** How long the secret before a rotation still signs. */
const OLD_SECRET_VALID = hours(24);

const CHANGES = [
  'raised',
  'updated',
  'retracted',
  'acknowledged',
  'resolved',
  'voided',
] as const satisfies readonly AlertChange[];

const fields = z.object({
  name: z.string().trim().min(1).max(100),
  url: z.string().max(2_048),
  ...alertFilterFields,
  changes: z.array(z.enum(CHANGES)).max(CHANGES.length).default([]).describe('What happened to the alert; empty = everything'),
  enabled: z.boolean().default(true).describe('While it is not, alerts wait for it as far back as the stream is kept'),
});

const newWebhook = fields.extend({
  id: id.optional(),
  name: fields.shape.name.optional(),
  secret: z.string().min(16).max(256).optional().describe('What calls are signed with; left out, one is made'),
});

const changedWebhook = z
  .object({
    name: fields.shape.name,
    url: fields.shape.url,
    kinds: fields.shape.kinds.unwrap(),
    min_severity: severity,
    groups: fields.shape.groups.unwrap(),
    rules: fields.shape.rules.unwrap(),
    changes: fields.shape.changes.unwrap(),
    enabled: z.boolean(),
  })
  .partial();

const webhook = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    kinds: z.array(alertKind).readonly(),
    min_severity: severity,
    groups: z.array(z.string()).readonly(),
    rules: z.array(z.string()).readonly(),
    changes: z.array(z.enum(CHANGES)).readonly(),
    enabled: z.boolean(),
    created_at: isoTime,
    waiting: z.number().int().describe('Alerts that are to be delivered now, at most 256; what is behind them waits on disk'),
    failures: z.number().int().describe('Failed calls since the last that did not'),
    last_delivered_at: isoTime.nullable(),
    last_error: z.string().nullable(),
    last_error_reason: z.string().nullable().describe('A stable word for it, as `reason` of a dead letter'),
    last_error_status: z.number().int().nullable().describe('What the address answered; null where nothing did'),
    last_error_at: isoTime.nullable(),
  })
  .meta({ id: 'Webhook' });

const webhookSecret = webhook.extend({ secret: z.string().describe('Shown this once') }).meta({ id: 'WebhookWithSecret' });

/** Neither an address nor a secret belongs into the audit trail: addresses carry keys in their paths. */
const fieldsOnly = (body: object) => ({ fields: Object.keys(body) });

export const webhookRoutes = ({
  webhooks,
  webhookCaller,
  clock,
  random,
}: Pick<ApiDeps, 'webhooks' | 'webhookCaller' | 'clock' | 'random'>): AnyRoute[] => {
  const newSecret = (): string => `whsec_${Buffer.from(random.secret(SECRET_BYTES)).toString('base64url')}`;

  const put = async (caller: Caller, next: Webhook): Promise<void> => {
    if (!governs(caller, next.groups))
      throw forbidden('The webhook would hear of other groups than yours: name yours in `groups`.', { code: 'beyond_groups' });
    const refusal = await webhookCaller.refusalOf(next.url);
    if (refusal !== undefined) throw unprocessable('url', refusal.text, { code: refusal.code });
    await webhooks.put(next);
  };

  const wire = ({ secret: _, old_secret: __, old_valid_until: ___, ...shown }: Webhook): z.infer<typeof webhook> => {
    const { cursor: _cursor, last_delivered_at, last_error_at, ...state } = webhooks.state(shown.id);
    return {
      ...shown,
      ...state,
      created_at: iso(shown.created_at),
      last_delivered_at: isoOrNull(last_delivered_at),
      last_error_at: isoOrNull(last_error_at),
    };
  };

  return [
    defineRoute({
      method: 'get',
      path: '/webhooks',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: 'Webhooks, in order of id',
      query: paging,
      answer: pageOf(webhook),
      run({ query, caller }) {
        const wanted = webhooks.list().filter(hook => governs(caller, hook.groups));
        const page = pageOfList(wanted, { limit: query.limit, cursor: query.cursor }, hook => hook.id);
        return { ...page, items: page.items.map(wire) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks',
      action: 'fleet.manage',
      tag: 'webhooks',
      turn: () => ['webhook/'],
      summary: 'A new webhook: it is called with each alert from now on. Its secret is in this answer and nowhere else',
      body: newWebhook,
      answer: webhookSecret,
      status: 201,
      audit: fieldsOnly,
      async run({ body, caller, res }) {
        const webhookId = body.id ?? newId(random);
        if (webhooks.webhook(webhookId) !== undefined)
          throw conflict(`There is a webhook '${webhookId}' already.`, { code: 'taken', what: 'webhook', id: webhookId }, 'id');
        if (webhooks.list().length >= WEBHOOKS_AT_MOST)
          throw conflict(`There are ${WEBHOOKS_AT_MOST} webhooks, and no more can be.`, {
            code: 'most_reached',
            what: 'webhook',
            most: WEBHOOKS_AT_MOST,
          });
        const secret = body.secret ?? newSecret();
        const made: Webhook = {
          ...body,
          id: webhookId,
          name: body.name ?? webhookId,
          secret,
          old_secret: null,
          old_valid_until: null,
          created_at: clock.now(),
        };
        await put(caller, made);
        res.location(`/api/v1/webhooks/${webhookId}`);
        return { ...wire(made), secret };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/webhooks/{id}',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: 'One webhook, and how it is doing',
      params: byId,
      answer: webhook,
      run: ({ params, caller }) => wire(webhookOf(webhooks, caller, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/webhooks/{id}',
      action: 'fleet.manage',
      tag: 'webhooks',
      turn: ({ params }) => [`webhook/${params.id}`],
      summary: 'Change what is given; what waits is delivered by the new settings',
      params: byId,
      body: changedWebhook,
      answer: webhook,
      audit: fieldsOnly,
      async run({ params, body, caller }) {
        const next = { ...webhookOf(webhooks, caller, params.id), ...body };
        await put(caller, next);
        return wire(next);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/webhooks/{id}',
      action: 'fleet.manage',
      tag: 'webhooks',
      turn: ({ params }) => [`webhook/${params.id}`],
      summary: 'Delete a webhook, with its dead letters',
      params: byId,
      run: ({ params, caller }) => webhooks.remove(webhookOf(webhooks, caller, params.id).id),
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/rotate',
      action: 'fleet.manage',
      tag: 'webhooks',
      turn: ({ params }) => [`webhook/${params.id}`],
      summary: 'A new secret; for 24 h calls are signed with the old one too',
      params: byId,
      answer: webhookSecret,
      async run({ params, caller }) {
        const before = webhookOf(webhooks, caller, params.id);
        const secret = newSecret();
        const next = { ...before, secret, old_secret: before.secret, old_valid_until: clock.now() + OLD_SECRET_VALID };
        await webhooks.put(next);
        return { ...wire(next), secret };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/test',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: 'Call it with a body of the type `test`, once, and say what came of it',
      params: byId,
      answer: outcome,
      run: async ({ params, caller }) => outcomeWire(await webhooks.test(webhookOf(webhooks, caller, params.id))),
    }),
  ];
};
