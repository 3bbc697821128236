import type { Geofence } from '../../src/model/geofence.js';
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
    if (event) events.push({ device, ts: event.ts, text: JSON.stringify(event) });
  }
  return events;
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
            on: ['enter', 'exit'],
            dwell_s: null,
            radius_m: 150,
            width_m: null,
            schedule: null,
            speed_limit_kmh: null,
            groups: [],
          },
        },
      ];
    });

/** The facts of a first start. */
export const setUp = (fold: SimulatedFold, fences: readonly Geofence[]): void => {
  for (const rule of defaultRuleSettings()) fold.say({ type: 'rule_put', rule }, START);
  for (const geofence of fences) fold.say({ type: 'geofence_put', geofence }, START);
};
