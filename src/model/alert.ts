import type { AlertId, DriverId, TripId, VehicleId } from './ids.js';
import type { Offset } from './record.js';
import type { Saying } from './saying.js';
import type { Degrees, Instant } from './units.js';

export const ALERT_KINDS = [
  'geofence_enter',
  'geofence_exit',
  'geofence_dwell',
  'harsh_braking',
  'harsh_acceleration',
  'harsh_cornering',
  'speeding',
  'over_rev',
  'excessive_idle',
  'power_loss',
  'device_offline',
  'low_battery',
  'charging_fault',
  'engine_overheat',
  'diagnostic_trouble_code',
  'fuel_drop',
  'fuel_low',
  'tow',
  'possible_crash',
  'after_hours_use',
  'continuous_driving',
  'service_due',
  'health_forecast',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Location {
  lat: Degrees;
  lon: Degrees;
}

/** What the fold says of an alert: the same, however often the same journal is folded. */
export interface AlertOutcome {
  id: AlertId;
  kind: AlertKind;
  severity: Severity;
  vehicle: VehicleId;
  driver: DriverId | null;
  trip: TripId | null;
  occurredAt: Instant;
  endedAt: Instant | null;
  /** Arrival of the record that raised it. */
  raisedAt: Instant;
  late: boolean;
  location: Location | null;
  value: number | null;
  threshold: number | null;
  unit: string | null;
  rule: string;
  geofence: string | null;
  dtc: string | null;
  message: string;
  /** The same for other languages; absent where value and threshold say it. */
  said?: readonly Saying[] | undefined;
  /** Further hits within the cool-down, kept here and counted in reports. */
  suppressed: number;
  /** The records that prove it: first and last offset of its sample window. */
  evidence: { from: Offset; to: Offset };
}

/** What people did with an alert; facts, applied over the outcome. */
export interface AlertHandling {
  status: 'open' | 'acknowledged' | 'resolved' | 'void';
  by: string | null;
  at: Instant | null;
  notes: readonly { by: string; at: Instant; note: string; action: string }[];
}

/**
 * What may be done with an alert: a fact each time. Contesting leaves its status as it is; a void ends a contest in its favour; `erased` takes
 * away what people wrote, and leaves that they did something.
 */
export type AlertAction = Exclude<AlertHandling['status'], 'open'> | 'contested' | 'contest_rejected' | 'erased';

export type AlertStatus = AlertHandling['status'] | 'retracted';

/** A driver, or their coach for them, says that an alert is wrong; a manager voids it or rejects that. */
export interface Contest {
  status: 'open' | 'accepted' | 'rejected';
  reason: string;
  by: string;
  at: string;
  decided_by: string | null;
  decided_at: string | null;
  /** Why it was decided so. */
  answer: string | null;
}

/** An alert as the outside sees it (contract §4). Times are ISO 8601 UTC. */
export interface Alert {
  id: AlertId;
  kind: AlertKind;
  severity: Severity;
  vehicle: VehicleId;
  driver: DriverId | null;
  trip: TripId | null;
  occurred_at: string;
  ended_at: string | null;
  raised_at: string;
  late: boolean;
  location: Location | null;
  value: number | null;
  threshold: number | null;
  unit: string | null;
  rule: string;
  geofence: string | null;
  dtc: string | null;
  message: string;
  /** The sentences of `message` for other languages; absent where value and threshold say it. */
  said?: readonly Saying[] | undefined;
  status: AlertStatus;
  /** From the arrival of the record to the hand-over to viewers. */
  latency_ms: number | null;
  evidence: string;
  suppressed: number;
  replaced_by: AlertId | null;
  /** Absent where nobody ever contested it. */
  contest?: Contest;
  handled_by: string | null;
  handled_at: string | null;
  notes: readonly { by: string; at: string; note: string; action: string }[];
}

/** What happened to an alert: the `change` of a websocket frame. */
export type AlertChange = 'raised' | 'updated' | 'retracted' | 'acknowledged' | 'resolved' | 'voided';
