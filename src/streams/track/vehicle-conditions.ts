import type { TripSettings } from '../../model/fleet-settings.js';
import type { DriverId, VehicleId } from '../../model/ids.js';
import type { ServiceItem } from '../../model/service-plan.js';
import type { Instant, Km, Kmh } from '../../model/units.js';
import type { FuelType, VehicleClass } from '../../model/vehicle.js';
import type { FenceIndex } from './fence-index.js';

/** What of an engine fuel is computed from; 0 = not known. */
export interface EngineSpec {
  /** L. */
  displacement: number;
  cylinders: number;
}

/** What holds for one vehicle at one reading: as in force at the reading's own offset, but drivers by event time. */
export interface VehicleConditions {
  vehicle: VehicleId;
  class: VehicleClass;
  fuelType: FuelType | undefined;
  engine?: EngineSpec;
  group: string | null;
  /** Its own, by the registry. */
  speedLimit: Kmh | undefined;
  odometer: Km | undefined;
  servicePlan: readonly ServiceItem[];
  /** The fleet's zone. */
  zone: string;
  trip: TripSettings;
  fences: FenceIndex;
  /** The day in the fleet's zone, `YYYY-MM-DD`; borders are cached by the caller. */
  dayOf(at: Instant): string;
  /** Between 23:00 and 05:00 in that zone. */
  isNight(at: Instant): boolean;
  /** Where the vehicle is then, is nobody's business: no position leaves the fold. */
  isPrivate(at: Instant): boolean;
  /** By assignment; undefined = nobody was assigned, then a driver that the device names counts. */
  assignedDriver(at: Instant): DriverId | undefined;
}
