import type { Geofence } from '../../src/model/geofence.js';
import type { RuleSettings } from '../../src/model/rule-settings.js';
import type { ServiceItem } from '../../src/model/service-plan.js';
import { newVehicle } from '../../src/model/vehicle.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { driveEvents } from '../../src/simulator/drive-events.js';
import type { SimulatedFold } from './simulated-fold.js';

/** What one device sent, in the order it happened. */
export interface DeviceEvent {
  device: string;
  ts: number;
  text: string;
}

export const START = Date.UTC(2026, 2, 10, 7, 0, 0);

/** Drives of some simulated vehicles with incidents, as events; the same for the same seed. */
export const fleetDrive = (seed: string, devices: number, minutes: number): DeviceEvent[] => {
  const names = Array.from({ length: devices }, (_, i) => `v-${i + 1}`);
  const events: DeviceEvent[] = [];
  for (const { device, event } of driveEvents({ seed, devices: names, from: START, until: START + minutes * 60_000 })) {
    if (event) events.push({ device, ts: event.ts, text: JSON.stringify(withMore(event, events.length)) });
  }
  return events;
};

/** What the simulator does not send: trouble codes that come, change and go, a tank, an odometer. */
const withMore = (event: { ts: number }, n: number): object => {
  const minute = Math.floor((event.ts - START) / 60_000);
  const more: Record<string, unknown> = {};
  if (n % 7 === 0) more.dtc = minute < 3 ? [] : minute < 6 ? ['P0301'] : minute < 8 ? ['P0301', 'U0100'] : ['U0100'];
  if (n % 5 === 0) more.odometer_km = 40_000 + (event.ts - START) / 60_000;
  return { ...event, ...more };
};

/** Circles along the way of the first vehicle, so that some are driven through. */
export const fencesAlong = (events: readonly DeviceEvent[]): Geofence[] =>
  events
    .filter(({ device }) => device === events[0]!.device)
    .filter((_, i) => i % 240 === 120)
    .slice(0, 4)
    .flatMap(({ text }, i): Geofence[] => {
      const { gps } = JSON.parse(text) as { gps?: { lat: number; lon: number } };
      if (!gps) return [];
      return [
        {
          type: 'Feature',
          id: `f-${i}`,
          geometry: { type: 'Point', coordinates: [gps.lon, gps.lat] },
          properties: {
            name: `Circle ${i}`,
            on: ['enter', 'exit', 'dwell'],
            dwell_s: 5 + 5 * i,
            radius_m: 150,
            width_m: null,
            schedule: null,
            speed_limit_kmh: 10,
            groups: [],
          },
        },
      ];
    });

/** The drive is on a Tuesday, from 7 o'clock. */
const changed: Partial<Record<string, Partial<RuleSettings>>> = {
  after_hours_use: { schedule: { zone: 'UTC', windows: [{ days: [2], from: '07:05', to: '18:00' }] } },
  speeding: { params: { min_s: 5 } },
};
const last = { odometer_km: 30_000, engine_hours: null, date: '2026-01-01' };
const service_plan: ServiceItem[] = [
  { name: 'Oil', every_km: 10_004, every_hours: null, every_days: null, due_date: null, last },
  { name: 'Inspection', every_km: null, every_hours: null, every_days: 365, due_date: '2026-03-12', last },
];

/** The facts of a first start, with hours and plans set. */
export const setUp = (fold: SimulatedFold, fences: readonly Geofence[]): void => {
  for (const rule of defaultRuleSettings()) fold.say({ type: 'rule_put', rule: { ...rule, ...changed[rule.kind] } }, START);
  for (const id of ['v-1', 'v-2']) fold.say({ type: 'vehicle_put', vehicle: { ...newVehicle(id), service_plan } }, START);
  for (const geofence of fences) fold.say({ type: 'geofence_put', geofence }, START);
};
