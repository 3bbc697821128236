import { z } from 'zod';
import type { NotificationPolicy, Recipient } from '../../model/notification-policy.js';
import type { Page, PageRequest } from '../../ports/database.js';
import type { NotificationRecord } from '../../ports/notifier.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { byId, group, id, isoTime, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { cursorOfKey, keyOfCursor, pageOfList } from '../http/page.js';
import { conflict, forbidden, invalid, notFound, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { visiblePage } from '../http/visible-page.js';
import { governs } from '../scope.js';
import { severity } from '../wire/alert.js';
import { alertFilterFields } from '../wire/alert-filter.js';
import { outcome, outcomeWire } from '../wire/delivery-outcome.js';
import { iso, isoOrNull } from '../wire/iso.js';
import { clockTime, zone } from '../wire/schedule.js';

const POLICIES_AT_MOST = 100;
const RECIPIENTS_AT_MOST = 20;

const recipient = z
  .union([
    z.strictObject({ email: z.email().max(254) }),
    z.strictObject({ webhook: id.describe('By id; called with a body of the type `notification`') }),
    z.strictObject({ mqtt: group.describe('A group: telltale/v1/fleet/{group}/notifications') }),
  ])
  .meta({ id: 'Recipient' });

const recipients = z.array(recipient).min(1).max(RECIPIENTS_AT_MOST);

/** Strict: a misspelt quiet hour would be none. */
const policyBody = z.strictObject({
  id: id.optional(),
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  to: recipients,
  ...alertFilterFields,
  min_severity: severity.default('warning'),
  late: z.boolean().default(false).describe('Also alerts found in data that was older than 60 s on arrival'),
  urgent: severity
    .nullable()
    .default('critical')
    .describe('From this severity on neither quiet hours nor a digest hold an alert back; null = they hold all back'),
  quiet_hours: z
    .strictObject({ from: clockTime, to: clockTime, zone: zone.nullable().default(null).describe("Null = the fleet's") })
    .nullable()
    .default(null)
    .describe('What comes then is told when they end; `from` after `to` runs over midnight'),
  digest: z
    .union([
      z.strictObject({ every_min: z.number().int().min(1).max(1_440) }),
      z.strictObject({ daily_at: clockTime, zone: zone.nullable().default(null) }),
    ])
    .nullable()
    .default(null)
    .describe('All of some time in one message'),
  storm: z
    .strictObject({ more_than: z.number().int().min(1).max(200), within_min: z.number().int().min(1).max(1_440) })
    .default({ more_than: 20, within_min: 10 })
    .describe('More alerts than this within this time come in one message, and one more each time that has passed'),
  escalate: z
    .strictObject({ after_min: z.number().int().min(1).max(10_080), to: recipients })
    .nullable()
    .default(null)
    .describe('Who is told when nobody has acknowledged an alert after this time'),
});

const policy = policyBody
  .extend({ id: z.string(), created_at: isoTime, to: z.array(recipient).readonly() })
  .meta({ id: 'NotificationPolicy' });

const record = z
  .object({
    id: z.string(),
    policy: z.string(),
    kind: z.enum(['alerts', 'digest', 'storm', 'escalation', 'test']),
    to: recipient,
    made_at: isoTime,
    settled_at: isoTime.nullable(),
    status: z.enum(['waiting', 'sent', 'failed']),
    attempts: z.number().int(),
    reason: z.string().nullable().describe('Why it was not sent, or not yet, as a stable word'),
    detail: z.string().nullable().describe('The same for people'),
    subject: z.string(),
    alerts: z.array(z.string()).readonly().describe('Ids, at most 100'),
    count: z.number().int().describe('How many alerts it is about'),
  })
  .meta({ id: 'Notification' });

/** Addresses of people stay out of the audit trail. */
const fieldsOnly = (body: object) => ({ fields: Object.keys(body) });

export const notificationRoutes = ({
  notifications,
  webhooks,
  alerts,
  clock,
  random,
  config,
}: Pick<ApiDeps, 'notifications' | 'webhooks' | 'alerts' | 'clock' | 'random' | 'config'>): AnyRoute[] => {
  const found = (caller: Caller, policyId: string): NotificationPolicy => {
    const existing = notifications.policy(policyId);
    if (existing === undefined || !governs(caller, existing.groups)) throw notFound('notification policy', policyId);
    return existing;
  };

  const checkRecipients = (caller: Caller, to: readonly Recipient[], field: string): void => {
    to.forEach((one, n) => {
      if ('email' in one && !config.mailConfigured)
        throw unprocessable(`${field}[${n}].email`, 'no mail server is configured: set TELLTALE_SMTP_URL', {
          code: 'no_mail_server',
        });
      if ('mqtt' in one && !governs(caller, [one.mqtt]))
        throw unprocessable(`${field}[${n}].mqtt`, 'is none of your groups', { code: 'not_your_group' });
      if (!('webhook' in one)) return;
      const hook = webhooks.webhook(one.webhook);
      if (hook === undefined || !governs(caller, hook.groups))
        throw unprocessable(`${field}[${n}].webhook`, 'there is no such webhook', {
          code: 'no_such',
          what: 'webhook',
          id: one.webhook,
        });
    });
  };

  const put = async (caller: Caller, next: NotificationPolicy): Promise<void> => {
    if (!governs(caller, next.groups))
      throw forbidden('The policy would tell of other groups than yours: name yours in `groups`.', { code: 'beyond_groups' });
    checkRecipients(caller, next.to, 'to');
    checkRecipients(caller, next.escalate?.to ?? [], 'escalate.to');
    await notifications.put(next);
  };

  return [
    defineRoute({
      method: 'get',
      path: '/notification-policies',
      action: 'fleet.manage',
      tag: 'notifications',
      summary: 'Who is told of which alerts, in order of id',
      query: paging,
      answer: pageOf(policy),
      run({ query, caller }) {
        const wanted = notifications.policies().filter(one => governs(caller, one.groups));
        const page = pageOfList(wanted, { limit: query.limit, cursor: query.cursor }, one => one.id);
        return { ...page, items: page.items.map(policyWire) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/notification-policies',
      action: 'fleet.manage',
      tag: 'notifications',
      turn: () => ['policy/'],
      summary: 'A new policy: it tells of alerts from now on',
      body: policyBody,
      answer: policy,
      status: 201,
      audit: fieldsOnly,
      async run({ body, caller, res }) {
        const policyId = body.id ?? newId(random);
        if (notifications.policy(policyId) !== undefined)
          throw conflict(`There is a policy '${policyId}' already.`, { code: 'taken', what: 'policy', id: policyId }, 'id');
        if (notifications.policies().length >= POLICIES_AT_MOST)
          throw conflict(`There are ${POLICIES_AT_MOST} policies, and no more can be.`, {
            code: 'most_reached',
            what: 'policy',
            most: POLICIES_AT_MOST,
          });
        const made: NotificationPolicy = { ...body, id: policyId, created_at: clock.now(), since: alerts.head() };
        await put(caller, made);
        res.location(`/api/v1/notification-policies/${policyId}`);
        return policyWire(made);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/notification-policies/{id}',
      action: 'fleet.manage',
      tag: 'notifications',
      summary: 'One policy',
      params: byId,
      answer: policy,
      run: ({ params, caller }) => policyWire(found(caller, params.id)),
    }),
    defineRoute({
      method: 'put',
      path: '/notification-policies/{id}',
      action: 'fleet.manage',
      tag: 'notifications',
      turn: ({ params }) => [`policy/${params.id}`],
      summary: 'Replace a policy; what waits by it stays',
      params: byId,
      body: policyBody,
      answer: policy,
      audit: fieldsOnly,
      async run({ params, body, caller }) {
        const { created_at, since } = found(caller, params.id);
        if (body.id !== undefined && body.id !== params.id)
          throw invalid([{ field: 'id', message: 'is not the id of the path' }]);
        const next: NotificationPolicy = { ...body, id: params.id, created_at, since };
        await put(caller, next);
        return policyWire(next);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/notification-policies/{id}',
      action: 'fleet.manage',
      tag: 'notifications',
      turn: ({ params }) => [`policy/${params.id}`],
      summary: 'Delete a policy; what it has not sent yet is not sent',
      params: byId,
      run: ({ params, caller }) => notifications.remove(found(caller, params.id).id),
    }),
    defineRoute({
      method: 'post',
      path: '/notification-policies/{id}/test',
      action: 'fleet.manage',
      tag: 'notifications',
      summary: 'Send everybody whom it names a message that says that it is a test',
      params: byId,
      answer: z.object({ items: z.array(z.object({ to: recipient, outcome })) }),
      async run({ params, caller }) {
        const results = await notifications.test(found(caller, params.id));
        return { items: results.map(({ to, sent }) => ({ to, outcome: outcomeWire(sent) })) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/notifications',
      action: 'fleet.manage',
      tag: 'notifications',
      summary: 'What was sent, and what waits, newest first; the newest 1,000',
      query: paging.extend({ policy: id.optional() }),
      answer: pageOf(record),
      async run({ query, caller }) {
        if (query.policy !== undefined) found(caller, query.policy);
        const sees = (one: NotificationRecord): boolean => {
          const by = notifications.policy(one.policy);
          return by === undefined ? caller.groups.length === 0 : governs(caller, by.groups);
        };
        const ask = async ({ limit, cursor }: PageRequest): Promise<Page<NotificationRecord>> => {
          const before = cursor === undefined ? undefined : keyOfCursor(cursor);
          const items = await notifications.history(query.policy, before, limit);
          const last = items.at(-1);
          return { items, next: items.length === limit && last !== undefined ? cursorOfKey(last.id) : null };
        };
        const { items, next } = await visiblePage(ask, { limit: query.limit, cursor: query.cursor }, sees);
        return { items: items.map(recordWire), next };
      },
    }),
  ];
};

const policyWire = ({ since: _, created_at, ...shown }: NotificationPolicy): z.infer<typeof policy> =>
  ({
    ...shown,
    created_at: iso(created_at),
  }) as z.infer<typeof policy>;

const recordWire = ({ text: _, made_at, settled_at, reason = null, ...shown }: NotificationRecord): z.infer<typeof record> => ({
  ...shown,
  made_at: iso(made_at),
  settled_at: isoOrNull(settled_at),
  reason,
});
