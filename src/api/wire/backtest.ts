import { z } from 'zod';
import { isoTime } from '../http/fields.js';
import { alert } from './alert.js';

const backtestAlert = z
  .object({
    kind: alert.shape.kind,
    severity: alert.shape.severity,
    vehicle: z.string(),
    driver: z.string().nullable(),
    trip: z.string().nullable(),
    occurred_at: isoTime,
    ended_at: isoTime.nullable(),
    location: alert.shape.location,
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    unit: z.string().nullable(),
    geofence: z.string().nullable(),
    dtc: z.string().nullable(),
    message: z.string(),
    said: alert.shape.said,
    suppressed: z.number().int(),
  })
  .meta({ id: 'BacktestAlert' });

export const backtestResult = z
  .object({
    alerts: z.array(backtestAlert).describe('What it would have raised: the first 5,000'),
    count: z.number().int(),
    truncated: z.boolean(),
    per_vehicle: z.record(z.string(), z.number().int()),
    per_day: z.record(z.string(), z.number().int()).describe("By the day in the fleet's zone"),
    vehicles_incomplete: z.number().int().describe('Vehicles whose records before the stretch are gone'),
    compared_with: z.object({
      rule: z.string().nullable().describe('The rule in force with the same id, else of the same kind; null = none'),
      alerts: z.number().int(),
      added: z.array(backtestAlert),
      removed: z.array(backtestAlert),
      added_count: z.number().int(),
      removed_count: z.number().int(),
    }),
    events: z.number().int(),
    took_ms: z.number(),
  })
  .meta({ id: 'BacktestResult' });

export const backtestJob = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'done', 'failed', 'cancelled']),
    progress: z.number().min(0).max(1),
    events: z.number().int(),
    started_at: isoTime,
    result: backtestResult.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'BacktestJob' });
