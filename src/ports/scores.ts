import type { AlertKind, Severity } from '../model/alert.js';
import type { AlertId, DriverId, TripId, VehicleId } from '../model/ids.js';
import type { Instant } from '../model/units.js';

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

/** A part of the period: first day, and its first instant. */
export interface Bucket {
  day: string;
  since: Instant;
}

/**
 * What scores are made of, by driver and bucket, as numbers in a row: tens of thousands come from the thread of SQL, and an object for
 * each would cost more than the sum. A text is told by its place in the list of its kind.
 */
export interface DrivingSums {
  drivers: string[];
  vehicles: string[];
  kinds: string[];
  severities: string[];
  /** driver, bucket, vehicle, km, s of driving, of idling, of driving at night, trips, and s in which forces along and across could be measured */
  driven: Float64Array;
  /**
   * driver, bucket, kind, severity, count, load, load squares. Counts include repeats within a cool-down, not what is void or
   * retracted. The load of speeding is Σ seconds, each weighted by the fourth power of the mean of 1 and its excess (value over
   * threshold); 0 for other kinds.
   */
  events: Float64Array;
}
export const DRIVEN_WIDTH = 10;
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
  /** @param buckets oldest first, the first begins with the period; none = all in one */
  drivingSums(query: DrivingQuery, buckets: readonly Bucket[]): Promise<DrivingSums>;
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
