import type { Alert } from '../src/model/alert.js';
import type { FuelDay } from '../src/model/fuel.js';
import type { Geofence } from '../src/model/geofence.js';
import type { HealthDay } from '../src/model/health.js';
import type { RuleSettings } from '../src/model/rule-settings.js';
import type { DriverDay, TripOutcome } from '../src/model/trip.js';
import type { Instant } from '../src/model/units.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import type { DriveEvent } from '../tests/harness/real-data.js';
import { SimulatedFold } from '../tests/simulation/simulated-fold.js';
import { extraRules } from './harsh-rules.js';

/** What the production fold made of a drive. */
export interface FoldedDrive {
  /** Closed, in order. */
  trips: TripOutcome[];
  days: DriverDay[];
  fuelDays: FuelDay[];
  healthDays: HealthDay[];
  /** Of the rules as the first start installs them. */
  alerts: Alert[];
  /** Of harsh rules at other thresholds, by id. */
  harsh: Map<string, Alert[]>;
}

/** A record holds at most so many events, as a device that sends in batches would have it. */
const PER_MESSAGE = 50;
const HOUR = 3_600_000;

/** A car that burns petrol: the reference computes fuel with figures of petrol, whatever the engine burns. */
const VEHICLE = { class: 'car', fuel_type: 'petrol' } as const;

const messagesOf = (events: readonly DriveEvent[]): { received: Instant; payload: string }[] => {
  const messages: { received: Instant; payload: string }[] = [];
  for (let from = 0; from < events.length; from += PER_MESSAGE) {
    const some = events.slice(from, from + PER_MESSAGE);
    // Raw frames are left out: the recordings hold them decoded too.
    const payload = JSON.stringify(some.map(({ obd: _frames, ...event }) => event));
    messages.push({ received: Math.max(...some.map(({ ts }) => ts)) + 100, payload });
  }
  return messages;
};

/**
 * Folds one drive of one vehicle by all of the production fold: decoded from its messages, ordered, late data amended, tracked, judged by
 * every rule, and time going on for as long as anything is open.
 */
export const foldDrive = async (events: readonly DriveEvent[], fences: readonly Geofence[] = []): Promise<FoldedDrive> => {
  const device = events[0]!.device;
  const start = events[0]!.ts;
  const fold = new SimulatedFold();
  const rules: RuleSettings[] = [...defaultRuleSettings(), ...extraRules];
  for (const rule of rules) fold.say({ type: 'rule_put', rule }, start);
  fold.say({ type: 'vehicle_put', vehicle: { ...plainVehicle, id: device, ...VEHICLE } }, start);
  for (const geofence of fences) fold.say({ type: 'geofence_put', geofence }, start);
  const messages = messagesOf(events);
  for (const message of messages) fold.send({ device, ...message });
  const end = messages.at(-1)!.received;
  for (let after = 10_000; after <= 2 * HOUR; after += after < 60_000 ? 10_000 : 60_000) fold.tick(end + after);
  await fold.start();
  await fold.run(100_000);
  return gather(fold);
};

const plainVehicle = { name: '', vin: null, group: null, odometer_km: null, speed_limit_kmh: null };

const gather = (fold: SimulatedFold): FoldedDrive => {
  const rowsOf = <T>(table: string): T[] =>
    [...fold.rows].filter(([key]) => key.startsWith(`${table} `)).map(([, row]) => row as T);
  const alerts = [...fold.alerts.values()].filter(({ status }) => status !== 'retracted').sort(byTime);
  const extra = new Set<string>(extraRules.map(({ id }) => id));
  return {
    trips: rowsOf<TripOutcome>('trip').sort((a, b) => a.startedAt - b.startedAt),
    days: rowsOf<DriverDay>('driver_day'),
    fuelDays: rowsOf<FuelDay>('fuel_day'),
    healthDays: rowsOf<HealthDay>('vehicle_health_day'),
    alerts: alerts.filter(({ rule }) => !extra.has(rule)),
    harsh: new Map(extraRules.map(({ id }) => [id, alerts.filter(({ rule }) => rule === id)])),
  };
};

const byTime = (a: Alert, b: Alert): number => (a.occurred_at < b.occurred_at ? -1 : 1);
