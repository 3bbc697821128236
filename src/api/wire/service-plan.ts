import { z } from 'zod';
import type { ServiceItem } from '../../model/service-plan.js';

const day = z
  .string()
  .refine(isDay, { message: 'must be a day: YYYY-MM-DD', params: { said: { code: 'wrong_form', form: 'day' } } });
const name = z.string().trim().min(1).max(64);
const odometer = z.number().min(0).max(10_000_000);
const hours = z.number().min(0).max(1_000_000);

/** A recurring service as it may be sent. */
export const serviceItemBody = z
  .strictObject({
    name,
    every_km: z.number().positive().max(1_000_000).nullable().optional(),
    every_hours: z.number().positive().max(100_000).nullable().optional(),
    every_days: z.number().int().positive().max(36_500).nullable().optional(),
    due_date: day.nullable().optional().describe('A fixed day in the fleet’s zone; goes before every_days'),
    last: z
      .strictObject({
        odometer_km: odometer.nullable().optional(),
        engine_hours: hours.nullable().optional(),
        date: day.nullable().optional(),
      })
      .default({})
      .describe('When it was done last. What is left out counts from now on'),
  })
  .refine(
    item =>
      [item.every_km, item.every_hours, item.every_days, item.due_date].some(value => value !== undefined && value !== null),
    'needs one of every_km, every_hours, every_days, due_date',
  );
export type ServiceItemBody = z.infer<typeof serviceItemBody>;

/** Its shape as it is shown. */
export const serviceItem = z
  .object({
    name: z.string(),
    every_km: z.number().nullable(),
    every_hours: z.number().nullable(),
    every_days: z.number().nullable(),
    due_date: z.string().nullable(),
    last: z.object({ odometer_km: z.number().nullable(), engine_hours: z.number().nullable(), date: z.string().nullable() }),
  })
  .meta({ id: 'ServiceItem' });

export const serviceItemOf = (body: ServiceItemBody): ServiceItem => ({
  name: body.name,
  every_km: body.every_km ?? null,
  every_hours: body.every_hours ?? null,
  every_days: body.every_days ?? null,
  due_date: body.due_date ?? null,
  last: {
    odometer_km: body.last.odometer_km ?? null,
    engine_hours: body.last.engine_hours ?? null,
    date: body.last.date ?? null,
  },
});

/** A service that was done. */
export const serviceDone = z.strictObject({
  name,
  date: day.optional().describe('In the fleet’s zone; today where left out'),
  odometer_km: odometer.optional().describe('What the device told last where left out'),
  engine_hours: hours.optional(),
  due_date: day.nullable().optional().describe('Of an item with a fixed day: the next one'),
});

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
