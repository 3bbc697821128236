import type { Location } from '../../model/alert.js';
import type { DrawnChunk } from '../../model/drawn-track/drawn-chunk.js';
import type { DeviceId, DriverId } from '../../model/ids.js';
import { type NewestSignals, noNewestSignals } from '../../model/newest-signals.js';
import { type DaysMemory, newDaysMemory } from './driver-days.js';
import { type DtcMemory, newDtcMemory } from './dtc-tracker.js';
import { type FenceMemory, newFenceMemory } from './fence-tracker.js';
import { type AccelerationMemory, newAccelerationMemory } from './fit-acceleration.js';
import type { HealthMemory } from './health/health-memory.js';
import type { TrackNumbers } from './number-places.js';
import type { OpenFuelDay } from './open-fuel-day.js';
import { newTrackNumbers } from './track-numbers.js';
import type { OpenTrip } from './trip-tracker.js';

/** What tracking remembers of one vehicle: plain data, survives JSON. */
export interface TrackMemory extends NewestSignals {
  /** All that is a number of position, engine, travel, motion and fuel. */
  numbers: TrackNumbers;
  /** Whose positions are measured. */
  positionDevice: DeviceId | '';
  /** Days of fuel that may still change, oldest first; few. */
  fuelDays: readonly OpenFuelDay[];
  health: HealthMemory | null;
  /** Named by a device: counts where nobody is assigned. */
  namedDriver: DriverId | null;
  /** Where it was at the first reading after a silence. */
  wokeLocation: Location | null;
  trip: OpenTrip | null;
  chunk: DrawnChunk | null;
  days: DaysMemory;
  fences: FenceMemory;
  acceleration: AccelerationMemory;
  dtcs: DtcMemory;
}

/** Its fields one by one: V8 keeps those of a spread in an object of their own. */
const NOTHING_TOLD = noNewestSignals();
/** Shared: a list that gets a day is made anew. */
const NO_DAYS: readonly OpenFuelDay[] = [];

export const newTrackMemory = (): TrackMemory => ({
  numbers: newTrackNumbers(),
  positionDevice: '',
  fuelDays: NO_DAYS,
  signalNames: NOTHING_TOLD.signalNames,
  signals: NOTHING_TOLD.signals,
  health: null,
  namedDriver: null,
  wokeLocation: null,
  trip: null,
  chunk: null,
  days: newDaysMemory(),
  fences: newFenceMemory(),
  acceleration: newAccelerationMemory(),
  dtcs: newDtcMemory(),
});
