import { z } from 'zod';
import type { Schedule } from '../../model/schedule.js';
import { CLOCK_TIME } from '../http/field-patterns.js';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day, 00:00 to 24:00');
/** A time of the clock, as something begins or ends at it. */
export const clockTime = z.string().regex(CLOCK_TIME, 'must be a time of day, 00:00 to 23:59');
export const zone = z
  .string()
  .max(64)
  .refine(isZone, { message: 'is no IANA time zone', params: { said: { code: 'wrong_form', form: 'zone' } } });
const weekday = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6), z.literal(7)]);

const windows = z
  .array(z.object({ days: z.array(weekday).min(1).max(7).readonly(), from: timeOfDay, to: timeOfDay }))
  .min(1)
  .max(50)
  .readonly();

/** As it may be sent: the fleet's zone holds where none is named. */
export const scheduleBody = z.object({ zone: zone.optional(), windows });

/** @param fleetZone for those that name none */
export const scheduleOf = (sent: z.infer<typeof scheduleBody> | null, fleetZone: string): Schedule | null =>
  sent && { zone: sent.zone ?? fleetZone, windows: sent.windows };

/** When something applies: weekly windows in a zone. Days are 1 (Monday) to 7. A window may run over midnight. */
export const schedule = z
  .object({
    zone,
    windows,
  })
  .meta({ id: 'Schedule' });

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
