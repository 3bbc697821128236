/** What `GET /health`, `/vehicles/{id}/health` and `/fuel` answer, as far as it is shown. */
export type HealthState = 'critical' | 'warning' | 'watch' | 'ok' | 'not_enough_data';

export interface Finding {
  part: string;
  state: HealthState;
  text: string;
  at: string | null;
}

export interface FleetHealth {
  vehicle: string;
  day: string | null;
  state: HealthState;
  urgency: number;
  findings: readonly Finding[];
  mil: boolean | null;
}

export interface PartHealth {
  state: HealthState;
  value: number | null;
  unit: string;
  trend: readonly { day: string; value: number }[];
  forecast: { at: string; low: string; high: string | null; text: string } | null;
  data: { days: number; samples: number };
  note: string;
}

export const PARTS = ['battery', 'charging', 'coolant', 'thermostat', 'fuel_trims', 'misfire', 'engine_power'] as const;
export type Part = (typeof PARTS)[number];

export type VehicleHealth = Record<Part, PartHealth> & {
  day: string | null;
  state: HealthState;
  mil: boolean | null;
  readiness: { ready: boolean; note: string } | null;
  findings: readonly Finding[];
};

export interface FuelItem {
  distance_km: number;
  measured_km: number;
  litres: number | null;
  kwh: number | null;
  l_per_100km: number | null;
  cost: number | null;
  currency: string | null;
  co2_kg: number | null;
  idle_litres: number | null;
  idle_s: number;
  idle_cost: number | null;
  uncertainty_percent: number | null;
  estimated: boolean;
  waste: readonly { pattern: string; text: string; share_percent: number }[];
  note: string | null;
  trend: readonly { day: string; litres: number | null; l_per_100km: number | null }[];
}

export interface FuelReport {
  items: readonly FuelItem[];
}
