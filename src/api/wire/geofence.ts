import { z } from 'zod';
import { group, id } from '../http/fields.js';
import { schedule, scheduleBody } from './schedule.js';

/** [longitude, latitude]; an altitude, which GeoJSON allows, is dropped. */
const position = z
  .array(z.number())
  .min(2, 'must be [longitude, latitude]')
  .max(3, 'must be [longitude, latitude]')
  .refine(
    ([lon, lat]) => Math.abs(lon!) <= 180 && Math.abs(lat!) <= 90,
    'is out of range: longitude −180 to 180, then latitude −90 to 90',
  )
  .transform(([lon, lat]): [number, number] => [lon!, lat!]);

const ring = z.array(position).max(10_000);
const polygon = z.array(ring).min(1, 'must have an outer ring').max(1_000);

const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: polygon }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon).min(1).max(1_000) }),
  z.object({ type: z.literal('Point'), coordinates: position }),
  z.object({
    type: z.literal('LineString'),
    coordinates: z.array(position).min(2, 'must have at least 2 positions').max(10_000),
  }),
]);

const crossing = z.enum(['enter', 'exit', 'dwell']);

/** A GeoJSON Feature as it may be sent. Foreign members, which drawing tools add, are ignored. */
export const geofenceBody = z.object({
  type: z.literal('Feature'),
  id: id.optional(),
  geometry,
  properties: z.object({
    name: z.string().trim().min(1).max(200),
    on: z.array(crossing).max(3).default(['enter', 'exit']),
    dwell_s: z.number().positive().max(604_800).nullable().default(null),
    radius_m: z.number().positive().max(1_000_000).nullable().default(null).describe('Of a Point'),
    width_m: z.number().positive().max(100_000).nullable().default(null).describe('Of a LineString: half on each side'),
    schedule: scheduleBody.nullable().default(null).describe('It counts at these times only'),
    speed_limit_kmh: z.number().positive().max(400).nullable().default(null),
    groups: z.array(group).max(1_000).default([]).describe('Vehicles of these groups only; empty = all'),
  }),
});
export type GeofenceBody = z.infer<typeof geofenceBody>;

/** A geofence as it is shown. */
export const geofence = z
  .object({
    type: z.literal('Feature'),
    id: z.string(),
    geometry: z.object({
      type: z.enum(['Polygon', 'MultiPolygon', 'Point', 'LineString']),
      coordinates: z.array(z.unknown()).readonly(),
    }),
    properties: z.object({
      name: z.string(),
      on: z.array(crossing).readonly(),
      dwell_s: z.number().nullable(),
      radius_m: z.number().nullable(),
      width_m: z.number().nullable(),
      schedule: schedule.nullable(),
      speed_limit_kmh: z.number().nullable(),
      groups: z.array(z.string()).readonly(),
    }),
  })
  .meta({ id: 'Geofence' });
