import type { Alert, AlertKind } from '../model/alert.js';
import type { Condition } from '../model/condition.js';
import type { VehicleId } from '../model/ids.js';
import type { Offset } from '../model/record.js';
import type { RuleSettings } from '../model/rule-settings.js';
import type { Instant } from '../model/units.js';

/** A rule as it was set when it judged. */
export interface RuleVersion extends RuleSettings {
  /** Where the change stands that made it so, and when it came; null where its record is gone. */
  version: { offset: Offset; since: string | null };
}

/** Columns of equal length; `ts` ISO 8601. Which others there are depends on what the rule looks at. */
export type SampleColumns = Record<string, (string | number | boolean | null)[]> & { ts: string[] };

/** What became of what was sent, before rules saw it. */
export interface FilterSteps {
  readings: number;
  duplicates: number;
  fixes: { accepted: number; rejected: number; restarted: number };
  /** The first 100 that were not believed. */
  rejected_fixes: { ts: string; lat: number; lon: number; reason: string }[];
  /** The first 100 values that cannot be true. */
  values_left_out: { ts: string; name: string; value: number }[];
  /** Fitted accelerations by what they were fitted from. */
  windows: Record<string, number>;
  /** Longest silence between two readings of the window. */
  longest_gap_s: number | null;
}

export interface Why {
  alert: Alert;
  /** Whether folding the records again gave this very alert. */
  reproduced: boolean;
  /** False where records before the window are gone, so that the fold knew less than the live one. */
  whole: boolean;
  /** Null where the rule is not known any more. */
  rule: RuleVersion | null;
  conditions: Condition[];
  window: { from: string; to: string };
  samples: SampleColumns;
  filters: FilterSteps;
  /** Further hits within the cool-down, kept under this one. */
  suppressed: { from: string }[];
  /** The records of the window, the first 2,000. */
  raw: { partition: number; from: Offset; to: Offset; offsets: Offset[] };
}

export interface WhyNot {
  vehicle: VehicleId;
  kind: AlertKind;
  at: string;
  /** The reading that was nearest to it; null where there is none. */
  nearest: string | null;
  whole: boolean;
  rules: {
    rule: RuleVersion;
    /** It did tell something of this moment. */
    found: { from: string; message: string } | null;
    /** The moment near `at` at which most held. */
    ts: string | null;
    conditions: Condition[];
    /** The first that did not hold; null where all did. */
    missing: string | null;
  }[];
}

/** Folds stretches of the past again, on request. */
export interface History {
  /** @throws {ExpiredError} the records are gone   @throws {TooMuchError} */
  why(alert: Alert): Promise<Why>;
  /** @param within how far around `at` is looked @throws {ExpiredError} {TooMuchError} */
  whyNot(vehicle: VehicleId, kind: AlertKind, at: Instant, within: number): Promise<WhyNot>;
}

/** An alert that would have been raised: it has no id, since nobody was told. */
export type BacktestAlert = Pick<
  Alert,
  | 'kind'
  | 'severity'
  | 'vehicle'
  | 'driver'
  | 'trip'
  | 'occurred_at'
  | 'ended_at'
  | 'location'
  | 'value'
  | 'threshold'
  | 'unit'
  | 'geofence'
  | 'dtc'
  | 'message'
  | 'said'
  | 'suppressed'
>;

export interface BacktestResult {
  /** The first 5,000. */
  alerts: BacktestAlert[];
  count: number;
  truncated: boolean;
  per_vehicle: Record<string, number>;
  /** By the day in the fleet's zone. */
  per_day: Record<string, number>;
  /** Vehicles whose records before the stretch are gone. */
  vehicles_incomplete: number;
  /** The first 1,000 of what would be new, and what would be gone. */
  compared_with: {
    rule: string | null;
    alerts: number;
    added: BacktestAlert[];
    removed: BacktestAlert[];
    added_count: number;
    removed_count: number;
  };
  /** Events that were decoded for it, those before the stretch too. */
  events: number;
  took_ms: number;
}

export interface BacktestRequest {
  from: Instant;
  to: Instant;
  rule: RuleSettings;
  reference: RuleSettings | null;
  vehicles: readonly VehicleId[];
}

export interface BacktestJob {
  id: string;
  status: 'running' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1. */
  progress: number;
  events: number;
  started_at: string;
  result: BacktestResult | null;
  /** What went wrong. */
  error: string | null;
}

/** Tries rules over the stored journal, in a thread of their own. */
export interface Backtests {
  /** @param owner who may ask for it again @throws {BusyError} as many as may run are running */
  start(owner: string, request: BacktestRequest): BacktestJob;
  /** Undefined where it is unknown, forgotten, or another's. */
  job(owner: string, id: string): BacktestJob | undefined;
  /** Resolves when it has ended, however. */
  ended(id: string): Promise<BacktestJob>;
  /** @returns whether there was something to cancel */
  cancel(owner: string, id: string): boolean;
}
