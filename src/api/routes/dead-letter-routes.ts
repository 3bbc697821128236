import { z } from 'zod';
import type { Webhook } from '../../model/webhook.js';
import type { DeadLetter } from '../../ports/outlets.js';
import type { ApiDeps } from '../api-deps.js';
import { byId, isoTime, pageOf, paging } from '../http/fields.js';
import { cursorOfKey, keyOfCursor } from '../http/page.js';
import { notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { alert } from '../wire/alert.js';
import { outcome, outcomeWire } from '../wire/delivery-outcome.js';
import { iso } from '../wire/iso.js';
import { webhookOf } from './webhook-of.js';

/** Dead letters that one request sends again. */
const RESENT_AT_ONCE = 100;

const deadLetter = z
  .object({
    id: z.string().describe('Of the delivery: the header `Telltale-Delivery`'),
    change: z.string(),
    alert,
    attempts: z.number().int(),
    failed_at: isoTime,
    status: z.number().int().nullable(),
    reason: z.string(),
    detail: z.string(),
  })
  .meta({ id: 'DeadLetter' });

/** What webhooks could not deliver. */
export const deadLetterRoutes = ({ webhooks }: Pick<ApiDeps, 'webhooks'>): AnyRoute[] => {
  const foundLetter = async (hook: Webhook, letterId: string): Promise<DeadLetter> => {
    const letter = await webhooks.deadLetter(hook.id, letterId);
    if (letter === undefined) throw notFound('dead letter', letterId);
    return letter;
  };

  return [
    defineRoute({
      method: 'get',
      path: '/webhooks/{id}/dead-letters',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: 'What could not be delivered, oldest first',
      params: byId,
      query: paging,
      answer: pageOf(deadLetter),
      async run({ params, query, caller }) {
        const hook = webhookOf(webhooks, caller, params.id);
        const after = query.cursor === undefined ? undefined : keyOfCursor(query.cursor);
        const letters = await webhooks.deadLetters(hook.id, after, query.limit + 1);
        const items = letters.slice(0, query.limit);
        return { items: items.map(letterWire), next: letters.length > items.length ? cursorOfKey(items.at(-1)!.id) : null };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/dead-letters/{letter}/resend',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: 'Try one dead letter again, now, under the same delivery id; it is gone where that works',
      params: byId.extend({ letter: z.string().min(1).max(64) }),
      answer: outcome,
      async run({ params, caller }) {
        const hook = webhookOf(webhooks, caller, params.id);
        return outcomeWire(await webhooks.resend(hook, await foundLetter(hook, params.letter)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/{id}/resend',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: `Try dead letters again, oldest first, at most ${RESENT_AT_ONCE}; stops at the first that fails`,
      params: byId,
      answer: z.object({ delivered: z.number().int(), failed: z.number().int() }),
      async run({ params, caller }) {
        const hook = webhookOf(webhooks, caller, params.id);
        let delivered = 0;
        for (const letter of await webhooks.deadLetters(hook.id, undefined, RESENT_AT_ONCE)) {
          if (!(await webhooks.resend(hook, letter)).ok) return { delivered, failed: 1 };
          delivered++;
        }
        return { delivered, failed: 0 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/webhooks/{id}/dead-letters/{letter}',
      action: 'fleet.manage',
      tag: 'webhooks',
      summary: 'Throw a dead letter away',
      params: byId.extend({ letter: z.string().min(1).max(64) }),
      async run({ params, caller }) {
        const hook = webhookOf(webhooks, caller, params.id);
        await webhooks.dropDeadLetter(hook.id, await foundLetter(hook, params.letter));
      },
    }),
  ];
};

const letterWire = ({ entry, failed_at, ...letter }: DeadLetter): z.infer<typeof deadLetter> => ({
  ...letter,
  change: entry.change === 'voided' ? 'updated' : entry.change,
  alert: entry.alert as z.infer<typeof alert>,
  failed_at: iso(failed_at),
});
