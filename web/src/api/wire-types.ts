import type { z } from 'zod';
import type { alert, alertKind, alertStatus, severity } from '../../../src/api/wire/alert.js';
import type { geofence } from '../../../src/api/wire/geofence.js';
import type { replay } from '../../../src/api/wire/replay.js';
import type { ScorecardWire } from '../../../src/api/wire/scorecard.js';
import type { trail } from '../../../src/api/wire/trail.js';
import type { TripWire } from '../../../src/api/wire/trip.js';
import type { VehicleStateWire } from '../../../src/api/wire/vehicle-state.js';

export type { PositionWire as Position } from '../../../src/api/wire/position.js';
export type { ScorecardWire as Scorecard, TripWire as Trip, VehicleStateWire as VehicleState };
export type Alert = z.infer<typeof alert>;
export type AlertKind = z.infer<typeof alertKind>;
export type AlertStatus = z.infer<typeof alertStatus>;
export type Severity = z.infer<typeof severity>;
export type Geofence = z.infer<typeof geofence>;
export type Replay = z.infer<typeof replay>;
export type VehicleStatus = VehicleStateWire['status'];

/** Where a vehicle was lately, as columns of equal length. */
export type Trail = z.infer<typeof trail>;

/** Of the register, what is shown here. */
export interface Vehicle {
  id: string;
  name: string;
  class: 'car' | 'van' | 'truck' | 'bus';
  group: string | null;
}

export interface Driver {
  id: string;
  name: string;
  group: string | null;
}

/** Who is logged in, and what makes sense to show them. */
export interface Session {
  name: string;
  role: string;
  groups: readonly string[];
  driver: string | null;
  expires_at: string | null;
  may: readonly string[];
  /** The fleet's zone, IANA. */
  time_zone: string;
  /** URLs of the base map that was configured. */
  map: { style: string | null; pmtiles: string | null };
}

export interface Page<T> {
  items: T[];
  next: string | null;
}
