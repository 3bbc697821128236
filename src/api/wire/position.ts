import type { LivePosition, VehicleStatus } from '../../model/live-state.js';
import { iso, orNull, roundedOrNull } from './iso.js';

/** One vehicle on the positions channel. A vehicle that has told no position yet is there for its status. */
export interface PositionWire {
  vehicle: string;
  ts: string;
  lat: number | null;
  lon: number | null;
  speed_kmh: number | null;
  heading: number | null;
  status: VehicleStatus;
  driver: string | null;
  open_alerts: number;
}

export const positionWire = (state: LivePosition): PositionWire => ({
  vehicle: state.vehicle,
  ts: iso(state.at),
  lat: orNull(state.lat),
  lon: orNull(state.lon),
  speed_kmh: roundedOrNull(state.speed, 1),
  heading: roundedOrNull(state.heading, 1),
  status: state.status,
  driver: state.driver,
  open_alerts: state.openAlerts,
});
