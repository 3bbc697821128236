import type { VehicleId } from './ids.js';
import type { Instant } from './units.js';

export const DTC_STATES = ['pending', 'confirmed', 'permanent', 'cleared'] as const;
export type DtcState = (typeof DTC_STATES)[number];

/** Signals at the moment a code was set. */
export interface FreezeFrame {
  /** `ecu`: the engine's own frame (mode 02); `seen`: what was last told when the code was first read. */
  source: 'ecu' | 'seen';
  at: Instant;
  signals: Record<string, number>;
}

/** The life of one trouble code of a vehicle. */
export interface DtcRecord {
  topic: 'dtc';
  vehicle: VehicleId;
  /** First seen, ever. */
  at: Instant;
  code: string;
  state: DtcState;
  lastSeen: Instant;
  clearedAt: Instant | null;
  /** How often it came, having been cleared in between. */
  times: number;
  /** Whether the malfunction lamp was on at any time while it was there. */
  milOn: boolean;
  freezeFrame: FreezeFrame | null;
}

/** What the fold has to tell of a vehicle besides trips, days and alerts. An absolute row each. */
export type VehicleRecord = DtcRecord;

/** The same thing always has the same key. */
export const recordKey = (record: VehicleRecord): string => `dtc:${record.vehicle}:${record.code}`;
