import type { DriverId, TripId } from '../../model/ids.js';
import type { LivePosition, LiveState, VehicleStatus } from '../../model/live-state.js';
import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { type Instant, seconds } from '../../model/units.js';
import { openTripId } from '../track/track-vehicle.js';
import { HEADING, LAT, type LiveMemory, LON, MOVED_AT, SPEED, SPEED_AT } from './live-memory.js';
import type { VehicleState } from './vehicle-state.js';

/** At or above this a vehicle drives, and for how long after it did (contract §5). */
const DRIVING_SPEED = 5;
export const DRIVING_FOR = seconds(60);
const RUNNING_RPM = 400;
const WHEEL_SPEED = placeOfSignal('vehicle_speed');
const RPM = placeOfSignal('engine_rpm');

/**
 * The newest reading of the fold is this one now. Called in order of their time only, so nothing shown jumps back.
 * @param hidden the trip is private: not where it is
 */
export const showNewest = (state: VehicleState, reading: Reading, hidden: boolean): void => {
  state.newestAt = reading.at;
  state.newestReceived = reading.received;
  state.newestDevice = reading.device;
  state.newestSeq = reading.seq ?? null;
  showReading(state.live, reading, hidden);
};

const showReading = (live: LiveMemory, reading: Reading, hidden: boolean): void => {
  const { fix, at } = reading;
  const { numbers } = live;
  if (hidden) {
    numbers[LAT] = NOT_TOLD;
    numbers[LON] = NOT_TOLD;
    numbers[HEADING] = NOT_TOLD;
  } else if (fix) {
    numbers[LAT] = fix.lat;
    numbers[LON] = fix.lon;
    if (fix.heading !== undefined) numbers[HEADING] = fix.heading;
  }
  const { known } = toldBy(reading.signals);
  const speed = Number.isNaN(known[WHEEL_SPEED]!) ? fix?.speed : known[WHEEL_SPEED];
  if (speed !== undefined) {
    numbers[SPEED] = speed;
    numbers[SPEED_AT] = at;
    if (speed >= DRIVING_SPEED) numbers[MOVED_AT] = at;
  }
  if (reading.ignition !== undefined) live.ignition = reading.ignition;
  const rpm = known[RPM]!;
  if (!Number.isNaN(rpm)) live.engineOn = rpm > RUNNING_RPM;
  else if (reading.ignition !== undefined) live.engineOn = reading.ignition;
};

/** What a position is made of: plain data, kept beside the state of one that sleeps. */
export interface Shown {
  newestAt: Instant;
  newestReceived: Instant;
  isOffline: boolean;
  live: LiveMemory;
  driver: DriverId | null;
  trip: TripId | null;
}

const isOffline = ({ offline, under }: VehicleState): boolean => offline !== null || under !== undefined;

export const shownOf = (state: VehicleState): Shown => ({
  newestAt: state.newestAt,
  newestReceived: state.newestReceived,
  isOffline: isOffline(state),
  live: state.live,
  driver: state.fold.last.driver,
  trip: openTripId(state.fold.track),
});

/** @param now of the newest tick; vehicle time goes on from its newest reading as the server's does from its arrival */
export const statusOf = (state: VehicleState, now: Instant): VehicleStatus =>
  isOffline(state) ? 'offline' : statusHeard(state, now);

const statusHeard = (
  { newestAt, newestReceived, live }: Pick<Shown, 'newestAt' | 'newestReceived' | 'live'>,
  now: Instant,
): VehicleStatus => {
  const vehicleNow = newestAt + Math.max(0, now - newestReceived);
  const movedAt = live.numbers[MOVED_AT]!;
  if (movedAt > 0 && vehicleNow - movedAt < DRIVING_FOR) return 'driving';
  return live.engineOn ? 'idling' : 'parked';
};

/** What viewers see now. `openAlerts` is the alert store's to say. */
export const livePositionOf = (vehicle: string, state: VehicleState, now: Instant): LivePosition =>
  positionShown(vehicle, shownOf(state), now);

export const positionShown = (vehicle: string, shown: Shown, now: Instant): LivePosition => {
  const { numbers } = shown.live;
  return {
    vehicle,
    at: shown.newestAt,
    lat: toldOr(numbers[LAT]!, undefined),
    lon: toldOr(numbers[LON]!, undefined),
    speed: toldOr(numbers[SPEED]!, undefined),
    heading: toldOr(numbers[HEADING]!, undefined),
    status: shown.isOffline ? 'offline' : statusHeard(shown, now),
    driver: shown.driver,
    trip: shown.trip,
    openAlerts: 0,
  };
};

/** A copy of all that is known now. */
export const liveStateOf = (vehicle: string, state: VehicleState, now: Instant): LiveState => {
  const { signalNames, signals: newest } = state.fold.track;
  const signals: Record<string, { value: number; at: Instant }> = {};
  for (let i = 0; i < signalNames.length; i++) signals[signalNames[i]!] = { value: newest[2 * i]!, at: newest[2 * i + 1]! };
  return {
    ...livePositionOf(vehicle, state, now),
    heard: state.heard,
    ignition: state.live.ignition ?? undefined,
    signals,
    rejected: { ...state.fold.plausible?.rejected },
  };
};
