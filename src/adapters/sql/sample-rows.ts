import type { Alert } from '../../model/alert.js';
import type { FuelDay } from '../../model/fuel.js';
import type { HealthDay } from '../../model/health.js';
import type { DriverDay, TrackChunk, TripOutcome } from '../../model/trip.js';
import { type DtcRecord, recordKey, type VehicleRecord } from '../../model/vehicle-record.js';
import type { RollUpRow, User } from '../../ports/database.js';

/** Rows for tests and benchmarks: each with everything in it, told apart by `n`. Times are those of autumn 2026. */

export const sampleStart = Date.UTC(2026, 10, 22);

export const sampleTrip = (n: number, changes: Partial<TripOutcome> = {}): TripOutcome => ({
  id: `trip-${String(n).padStart(6, '0')}`,
  vehicle: `van-${n % 10}`,
  driver: n % 3 === 0 ? null : `driver-${n % 3}`,
  startedAt: sampleStart + n * 1_000,
  endedAt: sampleStart + n * 1_000 + 600_123,
  status: n % 2 === 0 ? 'open' : 'closed',
  start: n % 5 === 0 ? null : { lat: 50.123456789 + n / 7, lon: -8.1 },
  end: { lat: 0, lon: 179.999999 },
  distance: 12.3456789 + n / 3,
  distanceSource: 'gps',
  idle: 61.25,
  moving: 480,
  maxSpeed: n % 4 === 0 ? null : 97,
  fuel: n % 4 === 0 ? null : 0.1 + 0.2,
  measured: n % 7 === 0 ? undefined : { along: 470.5, across: 300 },
  counts: { harsh_braking: 2, speeding: 1 },
  from: 4_503_599_627_370_496 + n,
  to: Number.MAX_SAFE_INTEGER,
  ...changes,
});

export const sampleTrack = (trip: string, no: number, points = 3): TrackChunk => ({
  trip,
  vehicle: 'van-1',
  no,
  columns: {
    ts: Array.from({ length: points }, (_, i) => sampleStart + (no * points + i) * 1_000),
    lat: Array.from({ length: points }, (_, i) => Math.round((50 + i / 3) * 1e6) / 1e6),
    lon: Array.from({ length: points }, (_, i) => 8 + i / 3),
    speed_kmh: Array.from({ length: points }, (_, i) => (i === 1 ? null : 50 + (i % 9))),
    heading: Array.from({ length: points }, (_, i) => (i * 7) % 360),
    engine_rpm: Array.from({ length: points }, () => null),
    throttle_position: Array.from({ length: points }, (_, i) => (i % 2 === 0 ? 12.5 : null)),
    acceleration: Array.from({ length: points }, (_, i) => -0.25 * (i % 4) || 0),
  },
});

export const sampleDay = (n: number, changes: Partial<DriverDay> = {}): DriverDay => ({
  driver: n % 4 === 0 ? '' : `driver-${n % 4}`,
  vehicle: `van-${n % 10}`,
  day: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}`,
  distance: 120.5 + n,
  driving: 7_200,
  idle: 300.5,
  trips: 4,
  maxSpeed: 131,
  fuel: null,
  measured: n % 7 === 0 ? undefined : { along: 7_100.25, across: 0 },
  night: 61.5,
  counts: { harsh_braking: { warning: 2, critical: 1 }, speeding: { info: 3 } },
  ...changes,
});

export const sampleFuelDay = (n: number, changes: Partial<FuelDay> = {}): FuelDay => ({
  driver: n % 4 === 0 ? '' : `driver-${n % 4}`,
  vehicle: `van-${n % 10}`,
  day: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}`,
  fuelType: n % 3 === 0 ? 'petrol' : 'diesel',
  fuelTypeKnown: n % 2 === 0,
  burnt: n % 3 === 0 ? { maf: 4.1 + n } : { fuel_rate: 0.1 + 0.2, maf_estimated: n },
  measured: 60.5 + n,
  idle: 0.3,
  idling: 900.5,
  waste: { speeding: 0.2 },
  levelUsed: n % 5 === 0 ? null : 12.5,
  ...changes,
});

export const sampleHealthDay = (n: number, changes: Partial<HealthDay> = {}): HealthDay => ({
  vehicle: `van-${n % 10}`,
  day: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}`,
  battery: { resting: 12.61, restSamples: 40, cranking: 10.2, lowestCranking: 9.9, starts: 3, ambient: -4.5 },
  charging: { running: 14.1, highest: 14.6, samples: 3_600, low: 0, high: 2.5 },
  coolant: { max: 98, steady: 90.5, samples: 900, warmUps: 2, warmUp: 410, coldDrives: 0 },
  trims: { idle1: 1.5, cruise1: -0.75, idle2: null, cruise2: null, samples: 120 },
  misfire: { idleDeviation: 12.25, samples: 80 },
  power: { demanded: 12, derates: 0, derated: 0, reason: null },
  use: { odometer: 48_210.4 + n, engineOn: 7_200 },
  codes: n % 4 === 0 ? [{ code: 'P0301', state: 'confirmed' }] : [],
  milOn: n % 4 === 0,
  incomplete: n % 3 === 0 ? null : ['catalyst'],
  ...changes,
});

export const sampleAlert = (n: number, changes: Partial<Alert> = {}): Alert => ({
  id: `alert-${String(n).padStart(6, '0')}`,
  kind: n % 2 === 0 ? 'harsh_braking' : 'geofence_enter',
  severity: n % 2 === 0 ? 'critical' : 'warning',
  vehicle: `van-${n % 10}`,
  driver: n % 3 === 0 ? null : `driver-${n % 3}`,
  trip: n % 3 === 0 ? null : `trip-${n % 5}`,
  occurred_at: new Date(sampleStart + n * 1_000).toISOString(),
  ended_at: null,
  raised_at: new Date(sampleStart + n * 1_000 + 321).toISOString(),
  late: false,
  location: { lat: 50.1, lon: 8.6 },
  value: -4.25,
  threshold: -3.5,
  unit: 'm/s²',
  rule: 'default:harsh_braking',
  geofence: null,
  dtc: null,
  message: `braked “hard” — O'Brien's \\ 50 % 🚚 ${n}`,
  status: 'open',
  latency_ms: 12.5,
  evidence: '3:17-99',
  suppressed: 0,
  replaced_by: null,
  handled_by: null,
  handled_at: null,
  notes: [{ by: 'u1', at: new Date(sampleStart).toISOString(), note: 'line one\nline "two"', action: 'acknowledged' }],
  ...changes,
});

export const sampleDtc = (n: number, changes: Partial<DtcRecord> = {}): DtcRecord => ({
  topic: 'dtc',
  vehicle: `van-${n % 3}`,
  at: sampleStart + n * 1_000,
  code: `P${String(n).padStart(4, '0')}`,
  state: 'confirmed',
  lastSeen: sampleStart + n * 1_000 + 321,
  clearedAt: null,
  times: 1 + n,
  milOn: n % 2 === 0,
  freezeFrame: { source: 'ecu', at: sampleStart, signals: { engine_rpm: 2_100.25, coolant_temp: -40 } },
  ...changes,
});

export const sampleUser = (n: number, changes: Partial<User> = {}): User => ({
  id: `user-${n}`,
  name: `name ${n}`,
  role: 'viewer',
  groups: ['north', "Ü'ber"],
  driver: null,
  password_hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  created_at: sampleStart,
  disabled_at: null,
  ...changes,
});

export const tripRow = (trip: TripOutcome): RollUpRow => ({ table: 'trip', key: trip.id, row: trip });
export const alertRow = (alert: Alert): RollUpRow => ({ table: 'alert', key: alert.id, row: alert });
export const trackRow = (chunk: TrackChunk): RollUpRow => ({ table: 'track', key: `${chunk.trip}/${chunk.no}`, row: chunk });
export const dayRow = (day: DriverDay): RollUpRow => ({
  table: 'driver_day',
  key: `${day.day}/${day.driver}/${day.vehicle}`,
  row: day,
});
export const recordRow = (record: VehicleRecord): RollUpRow => ({ table: 'record', key: recordKey(record), row: record });
export const fuelRow = (day: FuelDay): RollUpRow => ({
  table: 'fuel_day',
  key: `${day.day}/${day.driver}/${day.vehicle}`,
  row: day,
});
export const healthRow = (day: HealthDay): RollUpRow => ({
  table: 'vehicle_health_day',
  key: `${day.vehicle}/${day.day}`,
  row: day,
});
