import { z } from 'zod';
import type { LiveState } from '../../model/live-state.js';
import { isoTime } from '../http/fields.js';
import { iso, isoOrNull, orNull, rounded, roundedOrNull } from './iso.js';

const VEHICLE_STATUSES = ['driving', 'idling', 'parked', 'offline'] as const;

/** The newest that is known of a vehicle, as REST shows it. */
export const vehicleState = z
  .object({
    vehicle: z.string(),
    ts: isoTime.nullable().describe('Newest event time; null where the vehicle was never heard'),
    heard_at: isoTime.nullable().describe('Arrival of the newest message'),
    lat: z.number().nullable(),
    lon: z.number().nullable(),
    speed_kmh: z.number().nullable(),
    heading: z.number().nullable(),
    ignition: z.boolean().nullable(),
    status: z.enum(VEHICLE_STATUSES),
    driver: z.string().nullable(),
    trip: z.string().nullable().describe('The open trip'),
    open_alerts: z.number().int(),
    signals: z.record(z.string(), z.object({ value: z.number(), unit: z.string().nullable(), ts: isoTime, age_s: z.number() })),
    rejected_values: z
      .record(z.string(), z.number().int())
      .describe(
        'How many values of signals could not be true, by reason, ever since; they are in the raw stream and count nowhere',
      ),
  })
  .meta({ id: 'VehicleState' });
export type VehicleStateWire = z.infer<typeof vehicleState>;

/** @param now for the ages of signals */
export const vehicleStateWire = (state: LiveState, unitOf: (signal: string) => string | null, now: number): VehicleStateWire => ({
  vehicle: state.vehicle,
  ts: iso(state.at),
  heard_at: isoOrNull(state.heard),
  lat: orNull(state.lat),
  lon: orNull(state.lon),
  speed_kmh: roundedOrNull(state.speed, 1),
  heading: roundedOrNull(state.heading, 1),
  ignition: orNull(state.ignition),
  status: state.status,
  driver: state.driver,
  trip: state.trip,
  open_alerts: state.openAlerts,
  signals: Object.fromEntries(
    Object.entries(state.signals).map(([name, { value, at }]) => [
      name,
      { value, unit: unitOf(name), ts: iso(at), age_s: rounded(Math.max(0, now - at) / 1_000, 3) },
    ]),
  ),
  rejected_values: state.rejected,
});

/** A vehicle that is registered and was never heard. */
export const unheardVehicleState = (vehicle: string): VehicleStateWire => ({
  vehicle,
  ts: null,
  heard_at: null,
  lat: null,
  lon: null,
  speed_kmh: null,
  heading: null,
  ignition: null,
  status: 'offline',
  driver: null,
  trip: null,
  open_alerts: 0,
  signals: {},
  rejected_values: {},
});
