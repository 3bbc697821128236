import { z } from 'zod';
import { isoTime } from '../http/fields.js';
import { alert, alertKind } from './alert.js';
import { rule } from './rule.js';

/** `src/model/condition.ts` lists the codes. */
const words = z.looseObject({ code: z.string() });

const condition = z
  .object({
    condition: z.string(),
    saw: z.union([z.number(), z.string(), z.boolean()]).nullable().describe('Null = it was not sent'),
    needs: z.string(),
    holds: z.boolean(),
    said: z
      .object({
        asked: z.string().describe('What `condition` says'),
        needs: words,
        saw: z.array(words).readonly().optional().describe('Absent where `saw` is a value, or names that people gave'),
      })
      .optional()
      .describe('The same for other languages: codes and what stands in them'),
  })
  .meta({ id: 'Condition' });

const ruleVersion = rule
  .extend({
    kind: alertKind,
    version: z.object({
      offset: z.number().int().describe('Of the change that made the rule so'),
      since: isoTime.nullable().describe('When it came; null where its record is gone'),
    }),
  })
  .meta({ id: 'RuleVersion' });

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const why = z
  .object({
    alert,
    reproduced: z.boolean().describe('Whether folding the records again gave this very alert'),
    whole: z.boolean().describe('False where records before the window are gone'),
    rule: ruleVersion.nullable(),
    conditions: z.array(condition).describe('As the rule saw them when it found it'),
    window: z.object({ from: isoTime, to: isoTime }),
    samples: z.record(z.string(), z.array(value)).describe('Columns of equal length: `ts`, and what the rule looks at'),
    filters: z.object({
      readings: z.number().int(),
      duplicates: z.number().int(),
      fixes: z.object({ accepted: z.number().int(), rejected: z.number().int(), restarted: z.number().int() }),
      rejected_fixes: z.array(z.object({ ts: isoTime, lat: z.number(), lon: z.number(), reason: z.string() })),
      values_left_out: z
        .array(z.object({ ts: isoTime, name: z.string(), value: z.number() }))
        .describe('Those that cannot be true'),
      windows: z.record(z.string(), z.number().int()).describe('Fitted accelerations, by what they were fitted from'),
      longest_gap_s: z.number().nullable(),
    }),
    suppressed: z.array(z.object({ from: isoTime })).describe('Hits within the cool-down, kept under this one'),
    raw: z.object({
      partition: z.number().int(),
      from: z.number().int(),
      to: z.number().int(),
      offsets: z.array(z.number().int()),
    }),
  })
  .meta({ id: 'Why' });

export const whyNot = z
  .object({
    vehicle: z.string(),
    kind: alertKind,
    at: isoTime,
    nearest: isoTime.nullable().describe('The reading nearest to it; null where there is none'),
    whole: z.boolean(),
    rules: z.array(
      z.object({
        rule: ruleVersion,
        found: z.object({ from: isoTime, message: z.string() }).nullable().describe('It did tell something of that moment'),
        ts: isoTime.nullable().describe('The moment near it at which most conditions held'),
        conditions: z.array(condition),
        missing: z.string().nullable().describe('The first condition that did not hold'),
      }),
    ),
  })
  .meta({ id: 'WhyNot' });
