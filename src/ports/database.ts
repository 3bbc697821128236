import type { Alert, AlertKind, AlertStatus, Severity } from '../model/alert.js';
import type { DrawnChunk } from '../model/drawn-track/drawn-chunk.js';
import type { FuelDay } from '../model/fuel.js';
import type { GeoBox } from '../model/geo-box.js';
import type { HealthDay } from '../model/health.js';
import type { AlertId, DriverId, TripId, VehicleId } from '../model/ids.js';
import type { Offset, Partition } from '../model/record.js';
import type { DriverDay, TrackChunk, TripOutcome } from '../model/trip.js';
import type { Instant } from '../model/units.js';
import type { VehicleRecord } from '../model/vehicle-record.js';
import type { Closeable } from './journal.js';
import type { ScoreDatabase } from './scores.js';

/** A page of a list: `next` goes back in as `cursor`, null at the end. Stable while rows are added. */
export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface PageRequest {
  limit: number;
  cursor: string | undefined;
}

/**
 * An absolute row, owned by one vehicle: writing it again changes nothing. `remove` takes it away.
 * `key` is the id for trips and alerts; for the others any text of up to 191 characters that is unique in its table.
 * A track comes as it was drawn; in columns where a version before left it on disk.
 */
export type RollUpRow =
  | { table: 'trip'; key: string; row: TripOutcome }
  | { table: 'track'; key: string; row: DrawnChunk | TrackChunk }
  | { table: 'driver_day'; key: string; row: DriverDay }
  | { table: 'fuel_day'; key: string; row: FuelDay }
  | { table: 'vehicle_health_day'; key: string; row: HealthDay }
  | { table: 'alert'; key: string; row: Alert }
  | { table: 'driver_seen'; key: string; row: { id: DriverId } }
  | { table: 'record'; key: string; row: VehicleRecord }
  | { table: 'trip' | 'track' | 'driver_day' | 'fuel_day' | 'vehicle_health_day' | 'record'; key: string; remove: true };

export interface TripQuery extends PageRequest {
  vehicle?: VehicleId;
  driver?: DriverId;
  /** Started at `from` ≤ t ≤ `to`. */
  from?: Instant;
  to?: Instant;
  /** Went through this box. Looking through tracks is bounded: a page may then have fewer than `limit`, and `next` leads on. */
  within?: GeoBox;
  /** Vehicles the asker may see; undefined = all. */
  vehicles?: readonly VehicleId[];
}

export interface AlertQuery extends PageRequest {
  vehicle?: VehicleId;
  driver?: DriverId;
  kind?: AlertKind;
  severity?: Severity;
  status?: AlertStatus;
  trip?: TripId;
  /** True: those that somebody contests and nobody has decided about. */
  contested?: boolean;
  /** Occurred at `from` ≤ t ≤ `to`. */
  from?: Instant;
  to?: Instant;
  vehicles?: readonly VehicleId[];
}

export interface RecordQuery extends PageRequest {
  topic: VehicleRecord['topic'];
  vehicle?: VehicleId;
  from?: Instant;
  to?: Instant;
  vehicles?: readonly VehicleId[];
}

export interface Driver {
  id: DriverId;
  name: string;
  group: string | null;
}

export const ROLES = ['admin', 'fleet_manager', 'coach', 'investigator', 'viewer', 'driver'] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  id: string;
  name: string;
  role: Role;
  /** Empty = all groups. */
  groups: readonly string[];
  /** The driver that a user with the role `driver` is. */
  driver: DriverId | null;
  password_hash: string;
  created_at: Instant;
  /** Since when they may not log in; null = they may. */
  disabled_at: Instant | null;
}

export interface ApiToken {
  id: string;
  name: string;
  role: Role;
  groups: readonly string[];
  /** The driver that a token with the role `driver` belongs to; null = to none, and it owns nothing. */
  driver: DriverId | null;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  expires_at: Instant | null;
  last_used_at: Instant | null;
  created_at: Instant;
  /** Id of the user who made it, and with whose rights it goes; null = it belongs to nobody. */
  made_by: string | null;
}

export interface AuditEntry {
  id: string;
  at: Instant;
  by: string;
  action: string;
  subject: string;
  detail: unknown;
}

export interface AuditQuery extends PageRequest {
  by?: string;
  /** A method and a path, or how they begin: `POST /import`. */
  action?: string;
  subject?: string;
  /** At `from` ≤ t ≤ `to`. */
  from?: Instant;
  to?: Instant;
}

export interface WebSession {
  /** SHA-256 of the cookie's value, hex. */
  id_hash: string;
  /** The user's id. */
  user: string;
  expires_at: Instant;
}

/**
 * Everything that is asked of SQL. One adapter serves MySQL 8 / MariaDB and the embedded file alike.
 * Every call throws {DatabaseUnavailableError} (fault `outage`) while the server is away.
 */
export interface Database extends Closeable, ScoreDatabase {
  /** Brings the tables up to date; safe to call at each start, by several processes at once. */
  migrate(): Promise<void>;
  /** Answers when the server can be asked something. */
  ping(): Promise<void>;

  /** Writes rows and the positions they stand for in one transaction. */
  writeRollUps(rows: readonly RollUpRow[], positions: ReadonlyMap<Partition, Offset>): Promise<void>;
  rollUpPositions(): Promise<Map<Partition, Offset>>;

  trips(query: TripQuery): Promise<Page<TripOutcome>>;
  trip(id: TripId): Promise<TripOutcome | undefined>;
  /** Chunks in order. */
  track(trip: TripId): Promise<TrackChunk[]>;
  /**
   * Takes away trips that ended before, with their tracks, at most so many at once.
   * @returns how many trips there were
   */
  forgetTrips(before: Instant, limit: number): Promise<number>;
  /** Day rows with `from` ≤ day ≤ `to` (`YYYY-MM-DD`), of one driver or all. */
  driverDays(query: { from: string; to: string; driver?: DriverId; vehicles?: readonly VehicleId[] }): Promise<DriverDay[]>;
  /** With `from` ≤ day ≤ `to`, in order of day, vehicle, driver. */
  fuelDays(query: { from: string; to: string; vehicles?: readonly VehicleId[] }): Promise<FuelDay[]>;
  /** With `from` ≤ day ≤ `to`, in order of vehicle and day. */
  healthDays(query: { from: string; to: string; vehicles?: readonly VehicleId[] }): Promise<HealthDay[]>;
  alerts(query: AlertQuery): Promise<Page<Alert>>;
  alert(id: AlertId): Promise<Alert | undefined>;
  /** Newest first; `from` ≤ at ≤ `to`. */
  records(query: RecordQuery): Promise<Page<VehicleRecord>>;

  /** @param query `groups`: of these only; undefined = all */
  drivers(query: PageRequest & { group?: string; groups?: readonly string[] }): Promise<Page<Driver>>;
  driver(id: DriverId): Promise<Driver | undefined>;
  putDriver(driver: Driver): Promise<void>;
  /** All or none. */
  putDrivers(drivers: readonly Driver[]): Promise<void>;
  /** With their coaching notes, log-ins and tokens. @returns ids of the users and tokens that were this driver's */
  deleteDriver(id: DriverId): Promise<{ users: string[]; tokens: string[] }>;

  users(query: PageRequest): Promise<Page<User>>;
  user(id: string): Promise<User | undefined>;
  userNamed(name: string): Promise<User | undefined>;
  /** Ids of those who administer everything: the role, all groups, not disabled. */
  administrators(): Promise<string[]>;
  putUser(user: User): Promise<void>;
  /** With their sessions and tokens. @returns ids of the tokens */
  deleteUser(id: string): Promise<string[]>;
  /**
   * Ends the sessions of a user, and their tokens where `tokens`.
   * @param cut `except`: the hash of a session that goes on
   * @returns ids of the tokens
   */
  cutUser(id: string, cut: { tokens: boolean; except?: string | undefined }): Promise<string[]>;
  tokens(query: PageRequest): Promise<Page<ApiToken>>;
  tokenByHash(hash: string): Promise<ApiToken | undefined>;
  putToken(token: ApiToken): Promise<void>;
  deleteToken(id: string): Promise<boolean>;
  /** Notes when it was last used; one that is deleted stays so. */
  touchToken(id: string, at: Instant): Promise<void>;
  sessionByHash(hash: string): Promise<(WebSession & { as: User }) | undefined>;
  putSession(session: WebSession): Promise<void>;
  deleteSession(hash: string): Promise<void>;
  addAudit(entry: AuditEntry): Promise<void>;
  audit(query: AuditQuery): Promise<Page<AuditEntry>>;
}
