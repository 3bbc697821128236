import type { Instant } from '../model/units.js';

/** One event as a device sends it (contract §3): what the simulator makes and what a recording holds. */
export interface ContractEvent {
  ts: Instant;
  seq: number;
  gps?: {
    lat: number;
    lon: number;
    speed_kmh: number;
    heading: number;
    alt_m: number;
    hdop: number;
    sats: number;
    accuracy_m: number;
    fix: true;
  };
  /** Bare hex replies: mode, PID, data. */
  obd?: string[];
  /** m/s², x right, y forward, z up, gravity included. */
  acc?: { x: number; y: number; z: number };
  dtc?: string[];
  ignition?: boolean;
  external_voltage?: number;
  odometer_km?: number;
}
