import { z } from 'zod';
import { severity } from './alert.js';
import { schedule } from './schedule.js';

/** A rule as it is shown. */
export const rule = z
  .object({
    id: z.string(),
    kind: z.string(),
    severity: severity.nullable(),
    params: z.record(z.string(), z.unknown()).readonly(),
    applies_to: z.looseObject({}),
    schedule: schedule.nullable(),
    cooldown_s: z.number(),
    enabled: z.boolean(),
  })
  .meta({ id: 'Rule' });
