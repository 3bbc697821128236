import type { Location } from './alert.js';
import type { DriverId, TripId, VehicleId } from './ids.js';
import type { Fix, Reading } from './reading.js';
import type { Instant, Kmh, Millis, Mps2 } from './units.js';
import type { FuelType, VehicleClass } from './vehicle.js';

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

/** A trouble code that is new, or changed its state. */
export interface DtcNews {
  code: string;
  state: 'pending' | 'confirmed' | 'permanent' | 'cleared';
  milOn: boolean;
}

/** Acceleration along the way or across it at one moment, fitted over a window; absent where the data cannot carry it. */
export interface FittedAcceleration {
  /** Along: forward positive. Across: positive in a curve to the right. */
  value: Mps2;
  /** Centre of the window in event time. */
  at: Instant;
  /** What it was fitted from. */
  source: 'acc' | 'obd' | 'gps';
  /** Speed at the centre, where known. */
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
  dtcNews: readonly DtcNews[];
}
