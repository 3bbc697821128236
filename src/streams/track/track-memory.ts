import type { Location } from '../../model/alert.js';
import type { DriverId } from '../../model/ids.js';
import type { Instant, Kmh } from '../../model/units.js';
import { newPositionMemory, type PositionMemory } from './accept-fix.js';
import { type DaysMemory, newDaysMemory } from './driver-days.js';
import { type DtcMemory, newDtcMemory } from './dtc-tracker.js';
import type { SignsMemory } from './engine-signs.js';
import { type EngineMemory, newEngineMemory } from './engine-state.js';
import { type FenceMemory, newFenceMemory } from './fence-tracker.js';
import { type AccelerationMemory, newAccelerationMemory } from './fit-acceleration.js';
import { type FuelMemory, newFuelMemory } from './fuel-flow.js';
import type { HealthMemory } from './health/health-memory.js';
import { newTravelMemory, type TravelMemory } from './measure-travel.js';
import type { OpenChunk } from './track-chunk.js';
import type { OpenTrip, WakePoint } from './trip-tracker.js';

/** What tracking remembers of one vehicle: plain data, survives JSON. */
export interface TrackMemory {
  /** Event time of the newest reading; 0 before the first. */
  at: Instant;
  position: PositionMemory;
  location: Location | null;
  engine: EngineMemory;
  travel: TravelMemory;
  fuel: FuelMemory;
  signs: SignsMemory | null;
  health: HealthMemory | null;
  /** The newest speed of any source. */
  speed: Kmh;
  speedAt: Instant;
  speedByWheels: boolean;
  moving: boolean;
  movingAt: Instant;
  idling: boolean;
  /** Named by a device, and when: counts where nobody is assigned. */
  namedDriver: DriverId | null;
  namedAt: Instant;
  /** The first reading after a silence; its time is 0 once the engine was known to be off since. */
  woke: WakePoint;
  trip: OpenTrip | null;
  chunk: OpenChunk | null;
  days: DaysMemory;
  fences: FenceMemory;
  acceleration: AccelerationMemory;
  dtcs: DtcMemory;
}

export const newTrackMemory = (): TrackMemory => ({
  at: 0,
  position: newPositionMemory(),
  location: null,
  engine: newEngineMemory(),
  travel: newTravelMemory(),
  fuel: newFuelMemory(),
  signs: null,
  health: null,
  speed: 0,
  speedAt: 0,
  speedByWheels: false,
  moving: false,
  movingAt: 0,
  idling: false,
  namedDriver: null,
  namedAt: 0,
  woke: { at: 0, offset: 0, gps: 0, speed: 0, location: null },
  trip: null,
  chunk: null,
  days: newDaysMemory(),
  fences: newFenceMemory(),
  acceleration: newAccelerationMemory(),
  dtcs: newDtcMemory(),
});
