import type { Webhook } from '../../model/webhook.js';
import type { Webhooks } from '../../ports/outlets.js';
import type { Caller } from '../caller.js';
import { notFound } from '../http/problem.js';
import { governs } from '../scope.js';

/**
 * A webhook that the caller may see: who sees some groups only must not read what a webhook of others hears, nor where it goes.
 * @throws {ApiProblem} 404
 */
export const webhookOf = (webhooks: Webhooks, caller: Caller, id: string): Webhook => {
  const existing = webhooks.webhook(id);
  if (existing === undefined || !governs(caller, existing.groups)) throw notFound('webhook', id);
  return existing;
};
