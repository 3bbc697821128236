import { z } from 'zod';
import type { Sent } from '../../ports/outlets.js';

/** What came of one attempt to tell somebody. */
export const outcome = z
  .object({
    delivered: z.boolean(),
    status: z.number().int().nullable().describe('What the address answered; null where nothing did'),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'DeliveryOutcome' });

export const outcomeWire = (sent: Sent): z.infer<typeof outcome> =>
  sent.ok
    ? { delivered: true, status: sent.status, reason: null, detail: null }
    : { delivered: false, status: sent.status, reason: sent.reason, detail: sent.detail };
