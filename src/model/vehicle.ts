import type { DeviceId, DriverId, VehicleId } from './ids.js';
import type { Schedule } from './schedule.js';
import type { ServiceItem } from './service-plan.js';
import type { Instant, Km } from './units.js';

export const VEHICLE_CLASSES = ['car', 'van', 'truck', 'bus'] as const;
export type VehicleClass = (typeof VEHICLE_CLASSES)[number];

export const FUEL_TYPES = ['petrol', 'diesel', 'electric', 'hybrid', 'lpg', 'cng', 'ethanol'] as const;
export type FuelType = (typeof FUEL_TYPES)[number];

/** When a vehicle's trips are private: where it is, is kept nowhere; how far it drives, is. */
export type PrivateMode = 'always' | { schedule: Schedule };

/** What the registry knows of a vehicle. The wire form of REST too. */
export interface Vehicle {
  id: VehicleId;
  name: string;
  vin: string | null;
  class: VehicleClass;
  fuel_type: FuelType | null;
  group: string | null;
  odometer_km: Km | null;
  /** Its own limit, over the class's. */
  speed_limit_kmh: number | null;
  /** Absent on vehicles that were registered before there were plans. */
  service_plan?: readonly ServiceItem[];
  /** Null or absent: never. */
  private?: PrivateMode | null;
  /** What fuel is computed from where no rate is told; not given is not known. */
  displacement_l?: number | null;
  cylinders?: number | null;
  tank_l?: number | null;
  /** Usable capacity of the traction battery. */
  battery_kwh?: number | null;
}

/** A vehicle of which nothing is known but that it is there. */
export const newVehicle = (id: VehicleId): Vehicle => ({
  id,
  name: id,
  vin: null,
  class: 'car',
  fuel_type: null,
  group: null,
  odometer_km: null,
  speed_limit_kmh: null,
  service_plan: [],
});

/** A device and whom it speaks for. `foreign_id` is the identity that its own format carries (an IMEI, a topic's user). */
export interface Device {
  id: DeviceId;
  vehicle: VehicleId;
  format: string;
  foreign_id: string | null;
  /** A gateway: its credential speaks for these devices too. Null or absent: for itself, or as its format has it (`streams/speaks-for.ts`). */
  speaks_for?: readonly DeviceId[] | null;
  /** The owner's own names for signals (`Speed_CAN` → `vehicle_speed`), where the format lets its owner choose names. */
  signal_names?: Readonly<Record<string, string>> | null;
  /** SHA-256 of the secret, hex. Secrets are 128 random bits, so a fast hash is enough. */
  secret_hash: string;
  /** The secret before the last rotation, valid until `old_valid_until`. */
  old_secret_hash: string | null;
  old_valid_until: Instant | null;
}

/** Who drove a vehicle when; applies by event time. `to` null = until further notice. */
export interface Assignment {
  id: string;
  vehicle: VehicleId;
  driver: DriverId;
  from: Instant;
  to: Instant | null;
}
