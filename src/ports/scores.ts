import type { AlertKind, Severity } from '../model/alert.js';
import type { AlertId, DriverId, TripId, VehicleId } from '../model/ids.js';
import type { Instant, Km, Seconds } from '../model/units.js';

/** Whose driving, when. Days and instants are the same period, in the fleet's zone. */
export interface DrivingQuery {
  /** `YYYY-MM-DD`, both included. */
  from: string;
  to: string;
  /** from ≤ t < until. */
  since: Instant;
  until: Instant;
  /** Only these drivers; undefined = all that are known. */
  drivers?: readonly DriverId[];
  /** Vehicles the asker may see; undefined = all. */
  vehicles?: readonly VehicleId[];
}

/** What a driver did on one vehicle in a period. */
export interface DrivenSum {
  driver: DriverId;
  vehicle: VehicleId;
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  night: Seconds;
  trips: number;
}

/** Alerts of a driver by kind and severity. */
export interface DriverEvents {
  driver: DriverId;
  kind: AlertKind;
  severity: Severity;
  /** Repeats within a cool-down included; void and retracted ones not. */
  count: number;
  /** Σ seconds, each weighted by the fourth power of the mean of 1 and its excess (value over threshold); and Σ of their squares. */
  load: number;
  loadSquares: number;
}

export interface DrivingSums {
  driven: DrivenSum[];
  events: DriverEvents[];
}

/** A part of the period: first day, and its first instant. */
export interface Bucket {
  day: string;
  since: Instant;
}

/**
 * Sums by driver and bucket, as numbers in a row: thousands of them come from the thread of SQL, and an object for each
 * would cost more than the sum. The first number of each is the place of its driver in `drivers`, the second that of its bucket.
 */
export interface BucketSums {
  drivers: string[];
  /** driver, bucket, distance km, driving s, idle s, night s */
  driven: Float64Array;
  /** driver, bucket, place of kind in `kinds`, place of severity in `severities`, count, load, load squares */
  events: Float64Array;
  kinds: string[];
  severities: string[];
}
export const DRIVEN_WIDTH = 6;
export const EVENT_WIDTH = 7;

/** An alert that counts in a score. */
export interface CountedEvent {
  id: AlertId;
  driver: DriverId;
  vehicle: VehicleId;
  trip: TripId | null;
  kind: AlertKind;
  severity: Severity;
  at: Instant;
  count: number;
  load: number;
}

/** The fleet's formula as it was set; in force from its day on until the next one. */
export interface ScoringVersion {
  version: number;
  /** `YYYY-MM-DD` */
  valid_from: string;
  document: unknown;
  note: string;
  at: Instant;
  by: string;
}

export interface CoachingNote {
  id: string;
  driver: DriverId;
  at: Instant;
  changed_at: Instant | null;
  /** Who wrote it: id for rights, name for people. */
  by_id: string;
  by: string;
  topic: string | null;
  note: string;
  /** `YYYY-MM-DD` */
  follow_up: string | null;
  done: boolean;
}

/** What scores and coaching ask of SQL. Part of the `Database`. */
export interface ScoreDatabase {
  drivingSums(query: DrivingQuery): Promise<DrivingSums>;
  /** The same, cut at the beginnings of buckets, oldest first; the first begins with the period. */
  bucketSums(query: DrivingQuery, buckets: readonly Bucket[]): Promise<BucketSums>;
  /** Of one driver, newest first, of these kinds. */
  countedEvents(query: DrivingQuery & { kinds: readonly AlertKind[]; limit: number }): Promise<CountedEvent[]>;
  /** Newest version first. */
  scorings(): Promise<ScoringVersion[]>;
  /** @throws {NameTakenError} there is this version already */
  addScoring(scoring: ScoringVersion): Promise<void>;
  coachingNotes(driver: DriverId): Promise<CoachingNote[]>;
  coachingNote(id: string): Promise<CoachingNote | undefined>;
  putCoachingNote(note: CoachingNote): Promise<void>;
  deleteCoachingNote(id: string): Promise<void>;
}
