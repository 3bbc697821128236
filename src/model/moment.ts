import type { Location } from './alert.js';
import type { HealthPart } from './health.js';
import type { DriverId, TripId, VehicleId } from './ids.js';
import { emptyReading, type Fix, type Reading } from './reading.js';
import type { Saying } from './saying.js';
import type { Schedule } from './schedule.js';
import type { ServiceItem } from './service-plan.js';
import type { Instant, Km, Kmh, Millis, Mps2 } from './units.js';
import type { FuelType, VehicleClass } from './vehicle.js';
import type { DtcState } from './vehicle-record.js';

/** A fence was crossed, confirmed beyond the error of the fixes. */
export interface Crossing {
  geofence: string;
  name: string;
  side: 'inside' | 'outside';
  /** Event time of the first fix on the new side, and of the one that proved it. */
  at: Instant;
  provenAt: Instant;
  location: Location;
}

/** A fence whose `on` has `dwell`, and that the vehicle is in. */
export interface FenceStay {
  geofence: string;
  name: string;
  /** Event time of its first fix inside. */
  since: Instant;
  location: Location;
  dwell: Millis;
  /** The fence counts at these times only; null = always. */
  schedule: Schedule | null;
  /** Fixes outside came that do not prove yet that it has left. */
  leaving: boolean;
}

/** A trouble code that is new, or changed its state. */
export interface DtcNews {
  code: string;
  state: DtcState;
  milOn: boolean;
  /** `code` is '' then: somebody cleared all codes a short time ago, and so many monitors have not run since. */
  clearing?: { warmUps: number; monitors: number };
}

/** What a day that is over says of a part of the vehicle, with the days before it. */
export interface HealthNews {
  part: HealthPart;
  /** It needs somebody; false: it was measured, and is well or well again. */
  bad: boolean;
  value: number | null;
  unit: string;
  threshold: number;
  /** One sentence for people, with the forecast and its band where there is one. */
  text: string;
  said: readonly Saying[];
  /** Days until it fails by forecast, 0 = it has; null where nothing is forecast. */
  daysLeft: number | null;
}

/** Acceleration along the way or across it at one moment, fitted over a window; absent where the data cannot carry it. */
export interface FittedAcceleration {
  /** Along: forward positive. Across: positive in a curve to the right. */
  value: Mps2;
  /** Centre of the window in event time. */
  at: Instant;
  /** What it was fitted from. */
  source: 'acc' | 'obd' | 'gps';
  /** Along: the highest in the window; across: that of its centre. Undefined where not known. */
  speed: Kmh | undefined;
}

/** One sample of the accelerometer in the vehicle's axes, m/s², as the device told it: not smoothed, no lean of the mount taken off. */
export interface Force {
  forward: Mps2;
  right: Mps2;
}

/**
 * What a rule sees at one reading, after tracking: the reading and what it means for the vehicle. Rules change nothing of it.
 * One object is reused from step to step: a rule copies what it keeps.
 */
export interface Moment {
  at: Instant;
  vehicle: VehicleId;
  class: VehicleClass;
  fuelType: FuelType | undefined;
  driver: DriverId | undefined;
  trip: TripId | undefined;
  reading: Reading;
  /** Event time since the previous reading; undefined at the first. */
  since: Millis | undefined;
  /** The position where it is accepted (valid, plausible), else undefined. */
  fix: Fix | undefined;
  /** Where the vehicle was last known to be. */
  location: Location | undefined;
  /** The best speed at this moment: OBD, else GPS; undefined where this reading tells none. */
  speed: Kmh | undefined;
  /** Undefined = not known. */
  engineOn: boolean | undefined;
  /** As fitted now: the newest windows that this reading completed, oldest first (usually none or one). */
  accelerations: readonly FittedAcceleration[];
  /** The same across the way. */
  cornerings: readonly FittedAcceleration[];
  /** This reading's accelerometer, where its axes are known; undefined where it told none. */
  force: Force | undefined;
  /** Size of that force with gravity taken off, whatever its axes; undefined until gravity is known. */
  blow: Mps2 | undefined;
  crossings: readonly Crossing[];
  /** Empty where it is in no fence that asks for dwelling. */
  stays: readonly FenceStay[];
  /** The vehicle's own limit; the lowest limit of the fences that it is in. Undefined = there is none. */
  vehicleLimit: Kmh | undefined;
  fenceLimit: Kmh | undefined;
  /** The fleet's zone. */
  zone: string;
  servicePlan: readonly ServiceItem[];
  /** As registered by people. */
  registeredOdometer: Km | undefined;
  /** How far the open trip has come; undefined between trips, and where there is no service plan to count it for. */
  tripDistance: Km | undefined;
  dtcNews: readonly DtcNews[];
  /** At the first reading of a day: what the day before says, one for each part that it measured. */
  healthNews: readonly HealthNews[];
}

/** A moment in which nothing is known. */
export const emptyMoment = (): Moment => ({
  at: 0,
  vehicle: '',
  class: 'car',
  fuelType: undefined,
  driver: undefined,
  trip: undefined,
  reading: emptyReading(0, 0, '', 0, 0),
  since: undefined,
  fix: undefined,
  location: undefined,
  speed: undefined,
  engineOn: undefined,
  accelerations: [],
  cornerings: [],
  force: undefined,
  blow: undefined,
  crossings: [],
  stays: [],
  vehicleLimit: undefined,
  fenceLimit: undefined,
  zone: 'UTC',
  servicePlan: [],
  registeredOdometer: undefined,
  tripDistance: undefined,
  dtcNews: [],
  healthNews: [],
});
