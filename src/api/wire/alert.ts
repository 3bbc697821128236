import { z } from 'zod';
import { ALERT_KINDS, SEVERITIES } from '../../model/alert.js';
import { isoTime } from '../http/fields.js';
import { sayings } from './saying.js';
import { location } from './trip.js';

export const alertKind = z.enum(ALERT_KINDS);
export const severity = z.enum(SEVERITIES);
export const alertStatus = z.enum(['open', 'acknowledged', 'resolved', 'void', 'retracted']);

/** An alert, the same in REST and on the websocket. */
export const alert = z
  .object({
    id: z.string(),
    kind: alertKind,
    severity,
    vehicle: z.string(),
    driver: z.string().nullable(),
    trip: z.string().nullable(),
    occurred_at: isoTime,
    ended_at: isoTime.nullable(),
    raised_at: isoTime,
    late: z.boolean(),
    location: location.nullable(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    unit: z.string().nullable(),
    rule: z.string(),
    geofence: z.string().nullable(),
    dtc: z.string().nullable(),
    message: z.string(),
    said: sayings.optional().describe('The sentences of `message`, for other languages; absent where value and threshold say it'),
    status: alertStatus,
    latency_ms: z.number().nullable(),
    evidence: z.string().describe('An opaque reference'),
    suppressed: z.number().int(),
    replaced_by: z.string().nullable(),
    contest: z
      .object({
        status: z.enum(['open', 'accepted', 'rejected']),
        reason: z.string(),
        by: z.string(),
        at: isoTime,
        decided_by: z.string().nullable(),
        decided_at: isoTime.nullable(),
        answer: z.string().nullable(),
      })
      .optional()
      .describe('Where somebody said that it is wrong'),
    handled_by: z.string().nullable(),
    handled_at: isoTime.nullable(),
    notes: z.array(z.object({ by: z.string(), at: isoTime, note: z.string(), action: z.string() })).readonly(),
  })
  .meta({ id: 'Alert' });
