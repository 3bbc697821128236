/**
 * The tables as queries see them; migrations/ makes them. Instants are ms since the epoch; numbers come back as numbers in
 * both dialects. `row_key` is what a roll-up calls the row.
 */
export interface Tables {
  trip: TripTable;
  track: TrackTable;
  /** Around each chunk, degrees. */
  track_area: { row_key: string; trip: string; west: number; south: number; east: number; north: number };
  driver_day: DriverDayTable;
  fuel_day: FuelDayTable;
  vehicle_health_day: HealthDayTable;
  alert: AlertTable;
  counted_event: CountedEventTable;
  scoring: ScoringTable;
  coaching_note: CoachingNoteTable;
  vehicle_record: VehicleRecordTable;
  roll_up_position: { partition_no: number; position: number; generation: number };
  driver: DriverTable;
  user: UserTable;
  api_token: ApiTokenTable;
  web_session: { id_hash: string; user: string; expires_at_ms: number };
  audit: AuditTable;
  telltale_migration: { name: string; checksum: string; applied_at_ms: number };
}

export interface TripTable {
  id: string;
  vehicle: string;
  driver: string | null;
  started_at_ms: number;
  ended_at_ms: number;
  status: 'open' | 'closed';
  start_lat: number | null;
  start_lon: number | null;
  end_lat: number | null;
  end_lon: number | null;
  distance_km: number;
  distance_source: string;
  idle_s: number;
  moving_s: number;
  max_speed_kmh: number | null;
  fuel_l: number | null;
  measured_along_s: number | null;
  measured_across_s: number | null;
  /** JSON. */
  counts: string;
  from_offset: number;
  to_offset: number;
}

export interface TrackTable {
  row_key: string;
  trip: string;
  no: number;
  vehicle: string;
  /** See track-codec.ts. A Buffer from MySQL, an ArrayBuffer from the file. */
  columns: Buffer | ArrayBuffer;
}

export interface DriverDayTable {
  row_key: string;
  driver: string;
  vehicle: string;
  day: string;
  distance_km: number;
  driving_s: number;
  idle_s: number;
  trips: number;
  max_speed_kmh: number | null;
  fuel_l: number | null;
  measured_along_s: number | null;
  measured_across_s: number | null;
  night_s: number;
  /** JSON. */
  counts: string;
}

/** The row itself is JSON: FuelDay. */
export interface FuelDayTable {
  row_key: string;
  driver: string;
  vehicle: string;
  day: string;
  document: string;
}

/** The row itself is JSON: HealthDay. */
export interface HealthDayTable {
  row_key: string;
  vehicle: string;
  day: string;
  document: string;
}

/** What alerts are searched by, and the alert itself as JSON: what is read is what was written, whatever is added to it later. */
export interface AlertTable {
  id: string;
  vehicle: string;
  driver: string | null;
  trip: string | null;
  kind: string;
  severity: string;
  status: string;
  occurred_at_ms: number;
  document: string;
}

/** An alert as scores count it. Texts are '' where the alert has none. */
export interface CountedEventTable {
  id: string;
  vehicle: string;
  driver: string;
  trip: string;
  kind: string;
  severity: string;
  occurred_at_ms: number;
  /** 1 and its repeats; 0 where it is void or retracted. */
  counted: number;
  /** The same where a person voided it, else 0. */
  voided: number;
  /** 1 while somebody contests it. */
  contested: number;
  lasted_s: number | null;
  /** Value over threshold. */
  excess: number | null;
}

export interface ScoringTable {
  version: number;
  valid_from: string;
  /** JSON. */
  document: string;
  note: string;
  at_ms: number;
  by_whom: string;
}

export interface CoachingNoteTable {
  id: string;
  driver: string;
  at_ms: number;
  changed_at_ms: number | null;
  by_id: string;
  by_whom: string;
  topic: string | null;
  note: string;
  follow_up: string | null;
  done: number;
}

/** What is told of a vehicle besides trips and alerts, by topic: trouble codes, changes of the tank. */
export interface VehicleRecordTable {
  row_key: string;
  vehicle: string;
  topic: string;
  at_ms: number;
  document: string;
}

export interface DriverTable {
  id: string;
  name: string;
  fleet_group: string | null;
}

export interface UserTable {
  id: string;
  name: string;
  role: string;
  /** JSON. */
  fleet_groups: string;
  driver: string | null;
  password_hash: string;
  created_at_ms: number;
  disabled_at_ms: number | null;
}

export interface ApiTokenTable {
  id: string;
  name: string;
  role: string;
  /** JSON. */
  fleet_groups: string;
  driver: string | null;
  token_hash: string;
  expires_at_ms: number | null;
  last_used_at_ms: number | null;
  created_at_ms: number;
  made_by: string | null;
}

export interface AuditTable {
  id: string;
  at_ms: number;
  by_whom: string;
  action: string;
  subject: string;
  /** JSON. */
  detail: string;
}
