import { z } from 'zod';
import type { TripOutcome } from '../../model/trip.js';
import { isoTime } from '../http/fields.js';
import { iso, rounded, roundedOrNull } from './iso.js';

export const location = z.object({ lat: z.number(), lon: z.number() });

/** A trip as REST shows it. */
export const trip = z
  .object({
    id: z.string(),
    vehicle: z.string(),
    driver: z.string().nullable(),
    started_at: isoTime,
    ended_at: isoTime.nullable().describe('Null while the trip is open'),
    status: z.enum(['open', 'closed']),
    start: location.nullable(),
    end: location.nullable().describe('Of an open trip: where it is now'),
    distance_km: z.number(),
    distance_source: z.enum(['odometer', 'gps', 'speed', 'none']),
    duration_s: z.number().describe('Of an open trip: so far'),
    moving_s: z.number(),
    idle_s: z.number(),
    max_speed_kmh: z.number().nullable(),
    fuel_l: z.number().nullable(),
    measured_along_s: z
      .number()
      .nullable()
      .describe(
        'Of the driving, the time in which braking and accelerating could be measured; where it is little, no harsh event proves nothing',
      ),
    measured_across_s: z.number().nullable().describe('The same of cornering'),
    counts: z.record(z.string(), z.number().int()).describe('Alerts by kind, suppressed repeats included'),
  })
  .meta({ id: 'Trip' });
export type TripWire = z.infer<typeof trip>;

export const tripWire = (outcome: TripOutcome): TripWire => ({
  id: outcome.id,
  vehicle: outcome.vehicle,
  driver: outcome.driver,
  started_at: iso(outcome.startedAt),
  ended_at: outcome.status === 'closed' ? iso(outcome.endedAt) : null,
  status: outcome.status,
  start: outcome.start,
  end: outcome.end,
  distance_km: rounded(outcome.distance, 3),
  distance_source: outcome.distanceSource,
  duration_s: rounded((outcome.endedAt - outcome.startedAt) / 1_000, 1),
  moving_s: rounded(outcome.moving, 1),
  idle_s: rounded(outcome.idle, 1),
  max_speed_kmh: roundedOrNull(outcome.maxSpeed, 1),
  fuel_l: roundedOrNull(outcome.fuel, 3),
  measured_along_s: roundedOrNull(outcome.measured?.along ?? null, 1),
  measured_across_s: roundedOrNull(outcome.measured?.across ?? null, 1),
  counts: outcome.counts as Record<string, number>,
});
